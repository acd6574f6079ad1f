"""The engine for many machines: a table of its own in the same PostgreSQL database, one for each index.

The words are analysed here and handed over as the text of a tsvector, which a GIN index covers: both forms of a word
stand at one place, so that a phrase may mix words with and without marks.
A table is made, filled, read and dropped as the folders of the other engines are; it is no part of the schema, nor of
a backup. PostgreSQL keeps 16,383 places of a text and 256 of a word in it: phrases further on are not found.
"""

from search.engines.postgres.table import PostgresEngine, list_tables

__all__ = ["PostgresEngine", "list_tables"]
