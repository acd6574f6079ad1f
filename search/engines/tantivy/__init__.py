"""The engine for one big machine: Tantivy files in a folder. Only the files of this folder know Tantivy.

Tantivy's own analysis cuts Vietnamese wrongly and keeps one token at a place, so the words are handed over analysed:
each takes two places, its folded form and then its exact form, and a phrase asks for the right one of each two. Scores
are BM25, with the same two additions as `ranking`: words that stand without marks as typed, and neighbours.
"""

from search.engines.tantivy.files import TantivyEngine

__all__ = ["TantivyEngine"]
