"""What people type into a search box, understood: words (`words`) and filters (`fields`). Pure; nothing raises."""

from search.query.fields import Field, Filters, Names, Remark, RemarkKind, read_fields, take_fields
from search.query.words import QUERY_LENGTH, QUERY_TERMS, Clause, Group, Known, ParsedQuery, bounded, in_quotes, parse

__all__ = [
    "QUERY_LENGTH",
    "QUERY_TERMS",
    "Clause",
    "Field",
    "Filters",
    "Group",
    "Known",
    "Names",
    "ParsedQuery",
    "Remark",
    "RemarkKind",
    "bounded",
    "in_quotes",
    "parse",
    "read_fields",
    "take_fields",
]
