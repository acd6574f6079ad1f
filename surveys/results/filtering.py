"""Results of those sheets alone that gave one answer to one question."""

from collections.abc import Iterable
from dataclasses import dataclass

from surveys.definition.shape import Kind, Question
from surveys.results.crosstab import Side, sides_of

UNFILTERED = frozenset({Kind.NUMBER, Kind.DATE})
"""Kinds whose answers are shown in classes; nobody filters by one of a thousand numbers."""


@dataclass(frozen=True)
class Filter:
    """``answer``: the code of a choice or of a province, or a point of a scale."""

    side: Side
    answer: str

    @property
    def key(self) -> str:
        """Names it in an address and in a snapshot: "question=answer", "question.row=answer"."""
        return f"{self.side.key}={self.answer}"


def filter_sides(questions: Iterable[Question]) -> list[Side]:
    """What results can be filtered by."""
    return [side for side in sides_of(questions) if side.question.kind not in UNFILTERED]


def answers_of(side: Side, provinces: Iterable[str] = ()) -> tuple[str, ...]:
    """The answers of a side, in the order of the question. ``provinces``: the codes for a question on a place."""
    question = side.question
    if question.kind == Kind.PLACE:
        return tuple(provinces)
    if question.kind == Kind.SCALE:
        return tuple(str(point) for point in range(int(question.low or 0), int(question.high or 0) + 1))
    return question.choices


def find_filter(key: str, questions: Iterable[Question], provinces: Iterable[str] = ()) -> Filter | None:
    """The filter that a key names; None where there is no such question or answer."""
    name, _, answer = key.partition("=")
    side = next((side for side in filter_sides(questions) if side.key == name), None)
    return Filter(side, answer) if side and answer in answers_of(side, provinces) else None
