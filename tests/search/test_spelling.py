"""search.spelling and search.finding: what was probably meant, and which readings of a query are answered."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import pytest

from search.analysis import pairs, terms
from search.finding import Reading, answer
from search.query import ParsedQuery
from search.spelling import Vocabulary, respell

TEXTS = [
    "Nhà nước thu hồi đất và bồi thường về đất theo quy định của Luật Đất đai",
    "Người sử dụng đất được cấp giấy chứng nhận quyền sử dụng đất",
    "Quản lý đất đai, quản lý con dấu; bảo hiểm y tế và bảo hiểm xã hội",
    "Xử lý vi phạm; xử phạt; xét xử theo pháp luật về đất đai",
    "Sử dụng, chuyển đổi mục đích sử dụng đất; đặt cọc; mồ mả",
    "Tái sử dụng công trình; áp dụng quy định mới về đất đai",
]


@dataclass(frozen=True)
class Word:
    exact: str
    folded: str
    count: int


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    counts: Counter[tuple[str, str]] = Counter()
    for text in TEXTS:
        row = terms(text)
        counts.update({(each.exact, each.folded) for each in [*row, *pairs(row)]})
    words = defaultdict(list)
    for (exact, folded), count in counts.items():
        words[folded].append(Word(exact, folded, count))
    return lambda wanted: [word for folded in wanted for word in words.get(folded, ())]


class TestRespelling:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("dat dai", "đất đai"),
            ("Dat Dai", "Đất Đai"),
            ("quyen su dung dat", "quyền sử dụng đất"),
            ("bao hiem y te", "bảo hiểm y tế"),
            ("bảo hiễm", "bảo hiểm"),
            ("xử dụng đất", "sử dụng đất"),
            ("đặc cọc", "đặt cọc"),
            ("mồ mã", "mồ mả"),
            ("qaun lý", "quản lý"),
            ("dat dai -con dau", "đất đai -con dấu"),
        ],
    )
    def test_restores_marks_and_mends_slips(self, vocabulary: Vocabulary, typed: str, meant: str) -> None:
        assert respell(typed, vocabulary) == meant

    @pytest.mark.parametrize(
        "typed",
        [
            "đất đai",
            "xử lý vi phạm",
            "bao nhiêu tiền",
            '"dat dai"',
            "k2 đ7",
            "UBND",
            "xyzzy qwfp",
            "",
            "12 34",
            "đ",
            "?!",
        ],
    )
    def test_leaves_alone_what_is_right_quoted_or_strange(self, vocabulary: Vocabulary, typed: str) -> None:
        assert respell(typed, vocabulary) is None

    def test_asks_the_vocabulary_twice_whatever_is_typed(self, vocabulary: Vocabulary) -> None:
        asked: list[int] = []

        def counting(wanted: Collection[str]) -> object:
            asked.append(len(wanted))
            return vocabulary(wanted)

        respell("nha nuoc thu hoi dat va boi thuong " * 20, counting)  # type: ignore[arg-type]  # counts its calls
        assert len(asked) == 2
        assert max(asked) < 10_000


class TestAnswering:
    def ask(self, vocabulary: Vocabulary, typed: str, found: dict[str, int]) -> tuple[Reading, int, str | None, int]:
        """`found`: how many documents there are for a query, by its words; the looser one is "~"."""

        def search(words: ParsedQuery) -> int:
            key = " ".join(group[0].terms[0].exact for group in words.required)
            return found.get("~" if words.at_least is not None else key, 0)

        given = answer(typed, search=search, count=int, vocabulary=vocabulary)
        return given.reading, given.result, given.meant, given.more or 0

    def test_is_as_typed_where_that_finds_something(self, vocabulary: Vocabulary) -> None:
        assert self.ask(vocabulary, "dat dai", {"dat dai": 30}) == (Reading.AS_TYPED, 30, "đất đai", 0)

    def test_is_what_was_meant_where_what_was_typed_finds_nothing(self, vocabulary: Vocabulary) -> None:
        found = {"sử dụng đất": 4}
        assert self.ask(vocabulary, "xử dụng đất", found) == (Reading.RESPELT, 4, "sử dụng đất", 0)

    def test_is_some_of_the_words_where_nothing_holds_all(self, vocabulary: Vocabulary) -> None:
        assert self.ask(vocabulary, "thu hồi đất khác", {"~": 9})[:2] == (Reading.SOME_WORDS, 9)

    def test_adds_more_to_the_few_that_hold_all(self, vocabulary: Vocabulary) -> None:
        found = {"thu hồi đất khác": 2, "~": 9}
        assert self.ask(vocabulary, "thu hồi đất khác", found) == (Reading.AS_TYPED, 2, None, 9)

    def test_of_nothing_is_nothing(self, vocabulary: Vocabulary) -> None:
        assert self.ask(vocabulary, "?!", {"": 5})[0] is Reading.AS_TYPED
        assert self.ask(vocabulary, "thu hồi đất khác", {})[:2] == (Reading.AS_TYPED, 0)
