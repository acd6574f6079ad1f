"""Vietnamese text as search terms. Pure; the one analysis for every engine, for documents and for queries.

`terms` cuts text into terms; `citations`, `acronyms` and `fillers` know the words that stand for more than themselves.
A change in `terms`, or a new kind of texts, changes what is in every index: raise `ANALYSIS_VERSION`, and engines ask
for a rebuild.
"""

from search.analysis.acronyms import Acronyms, built_in, read_entry
from search.analysis.citations import Citation, citation_mark, find_citations
from search.analysis.cutting import ANALYSIS_VERSION, TERM_LENGTH, Term, Token, pairs, term, terms, tokens
from search.analysis.fillers import is_filler

__all__ = [
    "ANALYSIS_VERSION",
    "TERM_LENGTH",
    "Acronyms",
    "Citation",
    "Term",
    "Token",
    "built_in",
    "citation_mark",
    "find_citations",
    "is_filler",
    "pairs",
    "read_entry",
    "term",
    "terms",
    "tokens",
]
