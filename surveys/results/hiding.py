"""What the public may not see: small cells, whatever gives them away by subtraction, and bases that differ by few.

A count from 1 to k - 1 is hidden. Where the lines of a group add up, further ones are hidden until at least two are,
which together hold at least k. A question is withheld altogether where fewer than k saw it, or where its base differs
by fewer than k from another that is shown: the difference would tell what those few answered to the question before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from surveys.results.figures import Group, Line, Result


def hidden_cells(cells: Sequence[int], k: int) -> set[int]:
    """Places of the cells to hide of cells whose sum is known."""
    hidden = {place for place, n in enumerate(cells) if 0 < n < k}
    if not hidden:
        return hidden
    others = sorted((place for place, n in enumerate(cells) if n >= k), key=lambda place: cells[place])
    while others and (len(hidden) < 2 or sum(cells[place] for place in hidden) < k):
        hidden.add(others.pop(0))
    return hidden


def for_the_public(results: Iterable[Result], sheets: int, k: int) -> list[Result]:
    """The results as anybody may see them. ``sheets``: all that count."""
    bases: list[int] = [0, sheets]
    secret: set[int] = set()
    shown = []
    for result in results:
        asked = result.asked or 0
        if sheets < k or _gives_away(asked, bases, secret, k):
            shown.append(withhold(result))
            continue
        bases.append(asked)
        groups = tuple(_hide(group, asked, k, adds_up=result.adds_up) for group in result.groups)
        for before, after in zip(result.groups, groups, strict=True):
            secret |= {n for n in _lost(before, after) if n >= k}
        hidden = any(group.has_hidden for group in groups)
        shown.append(replace(result, groups=groups, summary=None if hidden else result.summary))
    return shown


def withhold(result: Result) -> Result:
    """The question alone."""
    return replace(result, asked=None, groups=(), summary=None)


def _gives_away(base: int, bases: Sequence[int], secret: set[int], k: int) -> bool:
    near = any(0 < abs(base - other) < k for other in bases)
    return near or base < k or base in secret or any(other - base in secret for other in bases)


def _hide(group: Group, asked: int, k: int, *, adds_up: bool) -> Group:
    counts = [line.n or 0 for line in group.lines]
    rest = group.unanswered or 0
    if adds_up:
        hidden = hidden_cells([*counts, rest], k)
    else:
        hidden = {place for place, n in enumerate([*counts, rest]) if 0 < n < k or 0 < asked - n < k}
    if any(line.score is not None for line in group.lines) and asked - rest < k:
        hidden |= set(range(len(counts)))
    lines = tuple(
        _hidden_line(line, asked - rest, k) if place in hidden else line for place, line in enumerate(group.lines)
    )
    return replace(group, lines=lines, unanswered=None if len(counts) in hidden else group.unanswered)


def _hidden_line(line: Line, answered: int, k: int) -> Line:
    return replace(line, n=None, score=line.score if answered >= k else None)


def _lost(before: Group, after: Group) -> list[int]:
    """The counts that were hidden."""
    lines = [b.n or 0 for b, a in zip(before.lines, after.lines, strict=True) if a.n is None]
    return lines if after.unanswered is not None else [*lines, before.unanswered or 0]
