"""What was probably meant: marks restored ("dat dai" → "đất đai"), and slips mended ("xử dụng" → "sử dụng"). Pure.

Every word has the words known that it may have been meant for: the same letters with other marks, one letter more,
less or other, and the sounds that Vietnamese confuses (x and s, d and gi and r, ch and tr, l and n, final c and t, n
and ng). Of all ways through the query the one is taken whose words stand side by side in the texts most often, less
what each change costs: Viterbi's algorithm over pairs of syllables, which know what a word alone does not ("dụng"
follows "sử", and "xử" never stands before it). A pair is worth its cohesion, count / √(one × other): near 1 for "bồi
thường", near 0 for words that are only frequent. The vocabulary is handed in and asked twice, whatever the query:
nothing can be suggested that it does not hold.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from math import log, sqrt
from typing import NamedTuple, Protocol

from search.analysis import Token, find_citations, is_filler, tokens
from search.query import in_quotes

__all__ = ["KnownWord", "Vocabulary", "respell"]

_WORDS_READ = 12
_CHOICES = 8  # per word
_LETTERS = "abcdeghiklmnopqrstuvxy"
_ONSETS = ("ch tr", "s x", "d gi r", "l n", "d v", "g gh", "ng ngh", "c k q")
_FINALS = ("c t", "n ng", "ch t", "nh n", "i y")

_MARKS, _SOUND, _LETTER = 1.0, 2.0, 3.5  # what changing a word costs; marks on a bare word are free
_PAIR = 8.0  # what a pair that never parts is worth
_LOOSE = 0.02  # pairs of less cohesion speak for nothing
_UNKNOWN = 2.0  # what a word that no text holds is worth less
_COMMON = 0.15  # what being e times as common is worth; more where there is nothing but the word alone
_COMMON_ALONE = 1.0
_CLEARLY = 1.0  # by so much the other way must be better


class KnownWord(Protocol):
    """A word of the texts, or two with a space between; `count`: how many texts, about."""

    @property
    def exact(self) -> str: ...

    @property
    def folded(self) -> str: ...

    @property
    def count(self) -> int: ...


Vocabulary = Callable[[Collection[str]], Iterable[KnownWord]]
"""All the words with one of these folded forms."""


class _Choice(NamedTuple):
    exact: str
    folded: str
    texts: int  # that hold it
    value: float  # how common, less what the change costs


@dataclass(frozen=True, slots=True)
class _Path:
    value: float
    choices: tuple[_Choice, ...]


def respell(text: str, vocabulary: Vocabulary) -> str | None:
    """The text as it was probably meant; None where it is as good as it stands. Quoted text and citations stay."""
    row = _changeable(text)
    if not row:
        return None
    choices = _choices(row, vocabulary)
    pairs = _pairs(row, choices, vocabulary)
    typed = [options[0] for options in choices]
    best = _supported(_best_path(row, choices, pairs).choices, typed, row, pairs)
    if best == typed or _value(best, row, pairs) < _value(typed, row, pairs) + _CLEARLY:
        return None
    return _rewritten(text, row, best)


def _changeable(text: str) -> list[Token]:
    citations = find_citations(text)
    found = list(tokens(text))
    with_marks = any(token.term.marked for token in found)
    return [
        token
        for token in found
        if token.term.folded.isalpha()
        and token.term.folded.isascii()
        and 1 < len(token.term.folded) < 9
        and not (text[token.start : token.end].isupper() and len(token.term.folded) < 6)  # an acronym
        and not (with_marks and is_filler(token.term))  # "bao nhiêu" is right, though no law says it
        and not in_quotes(text, token.start)
        and not any(citation.start <= token.start < citation.end for citation in citations)
    ][:_WORDS_READ]


def _choices(row: Sequence[Token], vocabulary: Vocabulary) -> list[list[_Choice]]:
    """Per word what it may be, itself first."""
    costs = [_forms(token.term.folded) for token in row]
    known: dict[str, list[KnownWord]] = {}
    for word in vocabulary(sorted(set().union(*costs))):
        known.setdefault(word.folded, []).append(word)
    common = _COMMON if len(row) > 1 else _COMMON_ALONE
    return [_choices_of(token, cost, known, common) for token, cost in zip(row, costs, strict=True)]


def _choices_of(
    token: Token, costs: dict[str, float], known: dict[str, list[KnownWord]], common: float
) -> list[_Choice]:
    typed = token.term
    own = next((word.count for word in known.get(typed.folded, ()) if word.exact == typed.exact), 0)
    marks = _MARKS if typed.marked else 0.0
    others = [
        _Choice(word.exact, folded, word.count, common * log(1 + word.count) - (cost or marks))
        for folded, cost in costs.items()
        for word in known.get(folded, ())
        if word.exact != typed.exact
    ]
    itself = _Choice(typed.exact, typed.folded, own, common * log(1 + own) if own else -_UNKNOWN)
    return [itself, *sorted(others, key=lambda choice: -choice.value)[:_CHOICES]]


def _forms(folded: str) -> dict[str, float]:
    """Folded forms that may have been meant, and what each costs."""
    forms = dict.fromkeys(_edits(folded), _LETTER)
    forms |= dict.fromkeys(_sounds(folded), _SOUND)
    return forms | {folded: 0.0}


def _edits(word: str) -> set[str]:
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in cuts if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    found |= {left + letter + right for left, right in cuts for letter in _LETTERS}
    return found - {word, ""}


def _sounds(word: str) -> set[str]:
    """The same syllable with another beginning or end that sounds alike."""
    found: set[str] = set()
    for group in _ONSETS:
        parts = group.split()
        for one, other in product(parts, parts):
            if one != other and word.startswith(one):
                found.add(other + word[len(one) :])
    for group in _FINALS:
        parts = group.split()
        for one, other in product(parts, parts):
            if one != other and word.endswith(one):
                found.add(word[: -len(one)] + other)
    return found - {word}


_Pairs = dict[tuple[str, str], float]


def _pairs(row: Sequence[Token], choices: Sequence[list[_Choice]], vocabulary: Vocabulary) -> _Pairs:
    """How much two words side by side are worth, for all that may stand side by side here."""
    wanted = {
        f"{left.folded} {right.folded}"
        for (one, lefts), (other, rights) in pairwise(zip(row, choices, strict=True))
        if _adjacent(one, other)
        for left, right in product(lefts, rights)
    }
    if not wanted:
        return {}
    counts = {choice.exact: choice.texts for options in choices for choice in options}
    pairs: _Pairs = {}
    for word in vocabulary(sorted(wanted)):
        left, _, right = word.exact.partition(" ")
        apart = counts.get(left, 0) * counts.get(right, 0)
        cohesion = min(word.count / sqrt(apart), 1.0) if apart else 0.0
        if cohesion > _LOOSE:
            pairs[left, right] = _PAIR * cohesion
    return pairs


def _adjacent(one: Token, other: Token) -> bool:
    return other.start - one.end == 1


def _best_path(row: Sequence[Token], choices: Sequence[list[_Choice]], pairs: _Pairs) -> _Path:
    paths = [_Path(choice.value, (choice,)) for choice in choices[0]]
    for (one, other), options in zip(pairwise(row), choices[1:], strict=True):
        beside = _adjacent(one, other)
        paths = [max((_step(path, choice, pairs, beside) for path in paths), key=_of_value) for choice in options]
    return max(paths, key=_of_value)


def _of_value(path: _Path) -> float:
    return path.value


def _step(path: _Path, choice: _Choice, pairs: _Pairs, beside: bool) -> _Path:
    together = pairs.get((path.choices[-1].exact, choice.exact), 0.0) if beside else 0.0
    return _Path(path.value + choice.value + together, (*path.choices, choice))


def _supported(best: Sequence[_Choice], typed: Sequence[_Choice], row: Sequence[Token], pairs: _Pairs) -> list[_Choice]:
    """Without the changes that no neighbour speaks for, where there are neighbours."""
    chosen = list(best)
    for place in range(len(row)):
        beside = [
            side for side in (place - 1, place) if 0 <= side < len(row) - 1 and _adjacent(row[side], row[side + 1])
        ]
        if beside and not any((best[side].exact, best[side + 1].exact) in pairs for side in beside):
            chosen[place] = typed[place]
    return chosen


def _value(choices: Sequence[_Choice], row: Sequence[Token], pairs: _Pairs) -> float:
    together = (
        pairs.get((left.exact, right.exact), 0.0)
        for (one, left), (other, right) in pairwise(zip(row, choices, strict=True))
        if _adjacent(one, other)
    )
    return sum(choice.value for choice in choices) + sum(together)


def _rewritten(text: str, row: Sequence[Token], choices: Sequence[_Choice]) -> str:
    parts: list[str] = []
    place = 0
    for token, choice in zip(row, choices, strict=True):
        typed = text[token.start : token.end]
        same = choice.exact == token.term.exact
        parts += [text[place : token.start], typed if same else _cased(choice.exact, typed)]
        place = token.end
    return "".join(parts) + text[place:]


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word
