"""Random surveys and random answers to them, for Hypothesis."""

from typing import Any

from hypothesis import strategies as st

from surveys.definition.shape import (
    CHOSEN_ONE,
    END,
    LISTED,
    MATRICES,
    NUMERIC,
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Fact,
    Item,
    Jump,
    Kind,
    Not,
    Op,
    Page,
    Passage,
    Question,
    ScaleStyle,
)
from surveys.engine.values import Value
from tests.surveys.making import options

CODES = ("a", "b", "c", "d")
DAYS = ("2026-01-01", "2026-02-01", "2026-03-01")


@st.composite
def surveys(draw: st.DrawFn) -> Definition:
    """A sound survey: one to six pages, questions of every kind, conditions that look back, jumps that lead on."""
    known: list[Question] = []
    count = draw(st.integers(1, 6))
    pages = [draw(_pages(number, count, known)) for number in range(count)]
    return Definition(tuple(pages))


@st.composite
def _pages(draw: st.DrawFn, number: int, count: int, known: list[Question]) -> Page:
    show_if = draw(_maybe(_conditions(known)))
    shuffle = draw(st.booleans())
    before = list(known)
    items: list[Item] = []
    for place in range(draw(st.integers(1, 4))):
        condition = draw(_maybe(_conditions(before if shuffle else known)))
        if draw(st.integers(0, 5)) == 0:
            items.append(Passage(f"p{number}x{place}", "explanation", text="Lời", show_if=condition))
            continue
        question = draw(_questions(f"q{number}x{place}", condition))
        items.append(question)
        known.append(question)
    targets = [END, *(f"trang{later}" for later in range(number + 1, count))]
    jumps = [
        Jump(draw(_conditions(known)), draw(st.sampled_from(targets)))
        for _jump in range(draw(st.integers(0, 2)) if known else 0)
    ]
    return Page(f"trang{number}", items=tuple(items), show_if=show_if, jumps=tuple(jumps), shuffle=shuffle)


@st.composite
def _questions(draw: st.DrawFn, code: str, condition: Condition | None) -> Question:
    kind = draw(st.sampled_from(Kind))
    more: dict[str, Any] = {"show_if": condition, "required": draw(st.booleans())}
    if kind in LISTED:
        more["options"] = options(*CODES, other="d" if kind in (Kind.SINGLE, Kind.MULTIPLE) else "")
    elif kind in MATRICES:
        more |= {"options": options(*CODES[:2]), "rows": options(*CODES[2:])}
    elif kind == Kind.SCALE:
        more |= {"low": 1, "high": 5, "style": ScaleStyle.LIKERT}
    elif kind == Kind.STANCE:
        more["provision"] = 1
    elif kind == Kind.NUMBER:
        more["decimals"] = 1
    return Question(code, kind, "Hỏi?", **more)


def _maybe(conditions: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return conditions if conditions.is_empty else st.one_of(st.none(), st.none(), conditions)


def _conditions(known: list[Question]) -> st.SearchStrategy[Any]:
    if not known:
        return st.none()
    return st.recursive(
        st.sampled_from(list(known)).flatmap(_facts),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        ),
        max_leaves=4,
    )


def _facts(question: Question) -> st.SearchStrategy[Fact]:
    code, kind = question.code, question.kind
    ways = [st.just(Fact(code, Op.ANSWERED))]
    compare = st.sampled_from((Op.EQUALS, Op.AT_LEAST, Op.AT_MOST))
    if kind in LISTED | CHOSEN_ONE:
        ways.append(st.sampled_from(question.choices).map(lambda option: Fact(code, Op.CHOSEN, option)))
    elif kind in MATRICES:
        rows, columns = st.sampled_from((None, "c", "d")), st.sampled_from(("a", "b"))
        ways.append(st.builds(lambda row, option: Fact(code, Op.CHOSEN, option, row), rows, columns))
    elif kind in NUMERIC:
        ways.append(st.builds(lambda op, number: Fact(code, op, number), compare, st.integers(1, 5)))
    elif kind == Kind.DATE:
        ways.append(st.builds(lambda op, day: Fact(code, op, day), compare, st.sampled_from(DAYS)))
    elif kind == Kind.PLACE:
        ways.append(st.sampled_from(("01", "00001")).map(lambda place: Fact(code, Op.CHOSEN, place)))
    return st.one_of(ways)


@st.composite
def answers_to(draw: st.DrawFn, definition: Definition) -> dict[str, Value]:
    """A good answer, or none, to each question of a survey, asked or not."""
    answers = {}
    for question in definition.questions:
        if draw(st.integers(0, 3)):
            answers[question.code] = draw(_answers(question))
    return answers


def _answers(question: Question) -> st.SearchStrategy[Any]:
    kind = question.kind
    several = st.lists(st.sampled_from(question.choices or ("a",)), min_size=1, unique=True)
    if kind in CHOSEN_ONE:
        return st.sampled_from(question.choices).map(
            lambda code: {"choice": code} | ({"other": "khác"} if kind == Kind.SINGLE and code == "d" else {})
        )
    if kind == Kind.MULTIPLE:
        return several.map(lambda codes: {"choices": sorted(codes)} | ({"other": "khác"} if "d" in codes else {}))
    if kind == Kind.RANKING:
        return st.permutations(question.choices).map(lambda codes: {"order": codes})
    if kind in MATRICES:
        columns = several.map(lambda codes: sorted(codes)[:1] if kind == Kind.MATRIX_SINGLE else sorted(codes))
        both = st.fixed_dictionaries({"c": columns, "d": columns})
        return (both if question.required else st.one_of(both, st.fixed_dictionaries({"d": columns}))).map(
            lambda rows: {"rows": rows}
        )
    return _plain(kind)


def _plain(kind: Kind) -> st.SearchStrategy[Any]:
    if kind == Kind.SCALE:
        return st.integers(1, 5).map(lambda number: {"number": number})
    if kind == Kind.NUMBER:
        return st.integers(-20, 60).map(lambda number: {"number": number / 10})
    if kind == Kind.DATE:
        return st.sampled_from((*DAYS, "2026-02-15")).map(lambda day: {"date": day})
    if kind == Kind.PLACE:
        return st.just({"province": "01", "commune": "00001"})
    if kind == Kind.FILE:
        return st.just({"file": 1, "name": "tep.pdf"})
    return st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20).map(lambda words: {"text": words})
