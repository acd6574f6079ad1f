"""Sheets as files: one row a sheet, in the order of their random ids; one column a sub-question; what each code means.

Three things can be said of a cell: an answer; ``SEEN`` for whoever saw the question and did not answer; nothing for
whoever was not asked. So every figure of the results can be counted again from a file.
"""
