"""From version to version: a question that keeps its code keeps its meaning: its answers are counted together."""

from collections.abc import Iterator

from surveys.checking.faults import Fault
from surveys.definition.shape import Definition, Question


def comparable_codes(old: Definition, new: Definition) -> list[str]:
    """The codes of questions that both versions ask, in the order of the new one."""
    return [question.code for question in new.questions if old.question(question.code)]


def changed_meanings(old: Definition, new: Definition) -> list[Fault]:
    """Codes that mean something else than before. Words may be mended and options added, nothing else."""
    return [
        Fault("changed_meaning", page.code, question.code, part, {"name": question.code})
        for page in new.pages
        for question in page.questions
        for before in [old.question(question.code)]
        if before is not None
        for part in _changed(before, question)
    ]


def _changed(before: Question, after: Question) -> Iterator[str]:
    if before.kind != after.kind:
        yield "kind"
        return
    for part in ("options", "rows"):
        codes = {option.code for option in getattr(after, part)}
        if any(option.code not in codes for option in getattr(before, part)):
            yield part
    if (before.low, before.high, before.unit) != (after.low, after.high, after.unit):
        yield "high"
