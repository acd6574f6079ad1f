"""Opinions that come as spreadsheets: the file is read row by row, its columns and words are understood, nothing is
dropped without a word."""
