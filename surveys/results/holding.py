"""When the figures of the public may move: never by fewer than k sheets.

Whoever looks before and after a single sheet is counted would read its answers off the difference. So a question keeps
its figures until at least k more sheets were asked it, and the survey its number of sheets until it has k more. Up to
k - 1 of the newest sheets are in no public figure until others have joined them.
"""

from collections.abc import Iterable, Mapping

from surveys.definition.shape import Question
from surveys.results.figures import Counts, asked_of


def hold_back(
    before: Mapping[str, Counts], now: Mapping[str, Counts], questions: Iterable[Question], k: int
) -> dict[str, Counts]:
    """By question: the newer counts where its base grew by k or more, else those before. Counts never shrink."""
    held = {}
    for question in questions:
        old, new = before.get(question.code), now.get(question.code, Counts())
        grown = old is None or asked_of(question, new) - asked_of(question, old) >= k
        held[question.code] = new if grown or old is None else old
    return held


def hold_sheets(before: Mapping[int, int], now: Mapping[int, int], k: int) -> dict[int, int]:
    """The sheets of each version: the newer numbers where there are at least k more altogether."""
    return dict(now if sum(now.values()) - sum(before.values()) >= k else before)
