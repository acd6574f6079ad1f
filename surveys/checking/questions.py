"""What may be wrong inside one question: its choices, its limits, settings that its kind has no use for."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from surveys.definition.shape import (
    CODE,
    COUNTED,
    LISTED,
    LONGEST_ANSWER,
    LONGEST_LABEL,
    MATRICES,
    MAX_OPTIONS,
    MAX_ROWS,
    NUMERIC,
    TEXTS,
    Kind,
    Option,
    Question,
    ScaleStyle,
)
from surveys.engine.values import read_date

Found: TypeAlias = Iterator[tuple[str, str, Mapping[str, Any]]]
"""(code of the fault, part of the question, values)."""

MOST_POINTS = 21
MOST_DECIMALS = 6
WITH_OTHER = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.DROPDOWN})

USED_BY: dict[str, frozenset[Kind]] = {
    "options": LISTED | MATRICES,
    "rows": MATRICES,
    "shuffle": LISTED | MATRICES,
    "least": COUNTED,
    "most": COUNTED,
    "low": NUMERIC,
    "high": NUMERIC,
    "decimals": frozenset({Kind.NUMBER}),
    "unit": frozenset({Kind.NUMBER}),
    "style": frozenset({Kind.SCALE}),
    "low_label": frozenset({Kind.SCALE}),
    "high_label": frozenset({Kind.SCALE}),
    "labels": frozenset({Kind.SCALE}),
    "earliest": frozenset({Kind.DATE}),
    "latest": frozenset({Kind.DATE}),
    "longest": TEXTS,
}
"""Which kinds have a use for which setting; the builder shows no others."""


def option_faults(question: Question) -> Found:
    """Choices and rows."""
    if question.kind in LISTED | MATRICES:
        yield from _listed(question.options, "options", 2, MAX_OPTIONS)
    if question.kind in MATRICES:
        yield from _listed(question.rows, "rows", 1, MAX_ROWS)
    others = [option for option in question.options if option.other]
    if others and (question.kind not in WITH_OTHER or len(others) > 1):
        yield "one_other", "options", {}
    if question.kind != Kind.MULTIPLE and any(option.exclusive for option in question.options):
        yield "no_exclusive", "options", {}


def _listed(options: tuple[Option, ...], part: str, least: int, most: int) -> Found:
    if not least <= len(options) <= most:
        yield "number_of_options", part, {"least": least, "most": most}
    counted = Counter(option.code for option in options)
    for option in options:
        if not CODE.fullmatch(option.code):
            yield "bad_code", part, {"name": option.code[:40]}
        elif counted[option.code] > 1:
            counted[option.code] = 1
            yield "duplicate_code", part, {"name": option.code}
        if not option.label.strip():
            yield "no_label", part, {"name": option.code}
        elif len(option.label) > LONGEST_LABEL:
            yield "text_too_long", part, {"n": LONGEST_LABEL}


def question_faults(question: Question) -> Found:
    """Settings."""
    plain = Question(question.code, question.kind, question.text)
    for part, kinds in USED_BY.items():
        if question.kind not in kinds and getattr(question, part) != getattr(plain, part):
            yield "misplaced", part, {"part": part}
    for kinds, check in _CHECKS:
        if question.kind in kinds:
            yield from check(question)


def _counts(question: Question) -> Found:
    there = sum(not option.exclusive for option in question.options)
    least, most = question.least, question.most
    if least is not None and not 1 <= least <= max(there, 1):
        yield "bad_count", "least", {"n": there}
    if most is not None and not max(least or 1, 1) <= most <= max(there, 1):
        yield "bad_count", "most", {"n": there}


def _scale(question: Question) -> Found:
    low, high = question.low, question.high
    if low is None or high is None or low != int(low) or high != int(high) or not 1 <= high - low < MOST_POINTS:
        yield "bad_scale", "high", {"n": MOST_POINTS}
        return
    if question.style is None:
        yield "no_style", "style", {}
    if question.style == ScaleStyle.NPS and (low, high) != (0, 10):
        yield "nps_scale", "high", {}
    if question.labels and len(question.labels) != high - low + 1:
        yield "labels_differ", "labels", {"n": int(high - low + 1)}


def _number(question: Question) -> Found:
    if question.low is not None and question.high is not None and question.low > question.high:
        yield "low_above_high", "high", {}
    if not 0 <= question.decimals <= MOST_DECIMALS:
        yield "bad_decimals", "decimals", {"n": MOST_DECIMALS}


def _date(question: Question) -> Found:
    for part in ("earliest", "latest"):
        text = getattr(question, part)
        if text is not None and read_date(text) is None:
            yield "bad_date", part, {}
            return
    if question.earliest and question.latest and question.earliest > question.latest:
        yield "early_after_late", "latest", {}


def _text(question: Question) -> Found:
    if question.longest is not None and not 1 <= question.longest <= LONGEST_ANSWER:
        yield "bad_limit", "longest", {"n": LONGEST_ANSWER}


def _stance(question: Question) -> Found:
    if question.provision is None:
        yield "no_provision", "provision", {}


_CHECKS: tuple[tuple[frozenset[Kind], Callable[[Question], Found]], ...] = (
    (COUNTED, _counts),
    (frozenset({Kind.SCALE}), _scale),
    (frozenset({Kind.NUMBER}), _number),
    (frozenset({Kind.DATE}), _date),
    (TEXTS, _text),
    (frozenset({Kind.STANCE}), _stance),
)
