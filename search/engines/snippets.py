"""Highlights made from the text as stored, the same for every engine."""

from bisect import bisect_left
from typing import NamedTuple

from search.analysis import Term, Token, tokens
from search.query import Clause

__all__ = ["Fragment", "highlight", "snippet"]

_SNIPPET_LENGTH = 240
_TOKENS_READ = 20_000  # of a very long body: some 80 kB


class Fragment(NamedTuple):
    """A piece of a text as it was written; `is_hit`: this is what was searched for."""

    text: str
    is_hit: bool


def highlight(text: str, clauses: tuple[Clause, ...]) -> tuple[Fragment, ...]:
    """The whole text, cut where hits begin and end. Joined, the fragments are the text."""
    spans = _hits(list(_read(text)), clauses)
    return _cut(text, 0, len(text), [(start, end) for start, end, _ in spans])


def snippet(body: str, clauses: tuple[Clause, ...]) -> tuple[Fragment, ...]:
    """About 240 characters of the body, where most of the clauses are; from the start if none is. "…" where cut."""
    read = list(_read(body))
    spans = _hits(read, clauses)
    start, end = _window(body, read, _best_start(spans))
    fragments = list(_cut(body, start, end, [(a, b) for a, b, _ in spans if start <= a and b <= end]))
    if start > 0:
        fragments.insert(0, Fragment("…", False))
    if end < len(body):
        fragments.append(Fragment("…", False))
    return tuple(fragments)


def _read(text: str) -> list[Token]:
    read: list[Token] = []
    for token in tokens(text):
        read.append(token)
        if len(read) == _TOKENS_READ:
            break
    return read


def _matches(wanted: Term, found: Term) -> bool:
    return wanted.exact == found.exact if wanted.marked else wanted.folded == found.folded


def _hits(read: list[Token], clauses: tuple[Clause, ...]) -> list[tuple[int, int, int]]:
    """(start, end, number of the clause) in order, without overlap; a phrase is one hit, spaces included."""
    firsts: dict[str, list[int]] = {}
    for number, clause in enumerate(clauses):
        firsts.setdefault(clause.terms[0].folded, []).append(number)
    spans: list[tuple[int, int, int]] = []
    free = 0
    for place, token in enumerate(read):
        for number in firsts.get(token.term.folded, ()):
            wanted = clauses[number].terms
            found = read[place : place + len(wanted)]
            whole = len(found) == len(wanted) and all(map(_matches, wanted, (each.term for each in found)))
            if whole and token.start >= free:
                free = found[-1].end
                spans.append((token.start, free, number))
    return spans


def _best_start(spans: list[tuple[int, int, int]]) -> int:
    """Where the window with most different clauses, then most hits, begins."""
    best, best_value = 0, (0, 0)
    last = 0
    numbers: dict[int, int] = {}
    for first, (start, _, number) in enumerate(spans):
        while last < len(spans) and spans[last][1] - start <= _SNIPPET_LENGTH * 3 // 4:
            numbers[spans[last][2]] = numbers.get(spans[last][2], 0) + 1
            last += 1
        value = (len(numbers), last - first)
        if value > best_value:
            best, best_value = start, value
        if last > first:
            numbers[number] -= 1
            if not numbers[number]:
                del numbers[number]
        else:
            last = first + 1
    return best


def _window(body: str, read: list[Token], hit: int) -> tuple[int, int]:
    """The borders of about 240 characters with some words before the hit, between words where there are any."""
    if len(body) <= _SNIPPET_LENGTH:
        return 0, len(body)
    start = max(min(hit - _SNIPPET_LENGTH // 4, len(body) - _SNIPPET_LENGTH), 0)
    end = start + _SNIPPET_LENGTH
    starts = [token.start for token in read]
    if start > 0:
        at = bisect_left(starts, start)
        start = starts[at] if at < len(starts) and starts[at] <= max(hit, start) else start
    if end < len(body):
        at = bisect_left(starts, end)
        last = read[at - 1] if at else None
        if last is not None and last.end > end and last.start > start + _SNIPPET_LENGTH // 2:
            end = last.start
    return start, end


def _cut(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> tuple[Fragment, ...]:
    fragments: list[Fragment] = []
    position = start
    for hit_start, hit_end in spans:
        fragments.append(Fragment(text[position:hit_start], False))
        fragments.append(Fragment(text[hit_start:hit_end], True))
        position = hit_end
    fragments.append(Fragment(text[position:end], False))
    return tuple(fragment for fragment in fragments if fragment.text)
