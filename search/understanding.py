"""What was typed, understood: words, with citations, acronyms and fillers known for what they are, and filters.

Pure. The language is `search.query`'s, the words are `search.analysis`'s; here they meet.
"""

from dataclasses import dataclass, replace
from math import ceil

from core.text import nfc
from search.analysis import Acronyms, Citation, Term, built_in, find_citations, is_filler, term, terms
from search.query import (
    Clause,
    Filters,
    Group,
    Known,
    Names,
    ParsedQuery,
    Remark,
    bounded,
    in_quotes,
    parse,
    read_fields,
    take_fields,
)

__all__ = ["Understood", "looser", "understand", "words_of"]

_LEAST = 0.4  # of the words of a query must occur when all of them occur nowhere


@dataclass(frozen=True, slots=True)
class Understood:
    """A query: `rest` is what was typed without its filters, `cut` says that more was typed than is read."""

    typed: str
    rest: str
    words: ParsedQuery
    filters: Filters
    remarks: tuple[Remark, ...] = ()
    cut: bool = False


_default = Acronyms(built_in())


def understand(typed: str, *, names: Names | None = None, acronyms: Acronyms | None = None) -> Understood:
    """Whatever is typed, what it asks for. Never raises."""
    text = bounded(typed)
    rest, taken = take_fields(text)
    filters, remarks = read_fields(taken, names or {})
    rest = " ".join(rest.split())
    return Understood(
        text, rest, words_of(rest, acronyms), filters, tuple(remarks), cut=len(nfc(typed.strip())) > len(text)
    )


def words_of(text: str, acronyms: Acronyms | None = None) -> ParsedQuery:
    """The words of a query without filters."""
    known = acronyms or _default
    text = bounded(text)
    citations = _citations(text)
    words = parse(
        text,
        terms,
        known=[Known(found.start, found.end, _readings(found, text)) for found in citations],
        expand=lambda groups: _expand(groups, known),
        is_filler=is_filler,
    )
    marks = [found.mark for found in citations if found.mark is not None]
    return replace(words, soft=(*words.soft, *((Clause((Term(mark, mark),)),) for mark in marks))) if marks else words


def looser(words: ParsedQuery) -> ParsedQuery | None:
    """The same, satisfied with a part of the words; None where that makes no difference."""
    if len(words.required) < 2 or words.at_least is not None:
        return None
    return replace(words, at_least=max(1, ceil(_LEAST * len(words.required))))


def _citations(text: str) -> list[Citation]:
    """Those that are not inside quotation marks: what is quoted is looked for as it stands."""
    return [found for found in find_citations(text) if not in_quotes(text, found.start)]


def _readings(citation: Citation, text: str) -> Group:
    readings = [Clause(tuple(map(term, words))) for words in citation.readings]
    if not citation.sure:
        readings.append(Clause(tuple(terms(text[citation.start : citation.end]))))
    return tuple(readings)


def _expand(groups: list[Group], acronyms: Acronyms) -> list[Group]:
    """The groups, with what acronyms stand for, and with the acronym for each of the words that it stands for.

    "quyền sử dụng đất" asks for each of its words or for QSDĐ in its place: so texts that hold the four words
    scattered are found as well, below those that hold them in a row.
    """
    expanded = [group + _in_full(group, acronyms) for group in groups]
    start = 0
    while start < len(groups):
        row = _single_words(groups, start)
        for run in acronyms.runs(row):
            others = tuple(Clause((acronym,)) for acronym in run.acronyms)
            for place in range(start + run.start, start + run.end):
                expanded[place] += others
        start += len(row) + 1
    return expanded


def _in_full(group: Group, acronyms: Acronyms) -> Group:
    singles = (clause.terms[0] for clause in group if len(clause.terms) == 1)
    return tuple(Clause(words) for single in singles for words in acronyms.full(single))


def _single_words(groups: list[Group], start: int) -> list[Term]:
    """The words of the groups from there on that are one word each."""
    row: list[Term] = []
    for group in groups[start:]:
        if len(group) > 1 or len(group[0].terms) > 1:
            break
        row.append(group[0].terms[0])
    return row
