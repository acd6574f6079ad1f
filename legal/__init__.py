"""Vietnamese legal documents: files in, an exact tree out; citations, comparison. No Flask, no database."""
