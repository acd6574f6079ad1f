"""Two versions, clause by clause."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from legal.align import Change, Known, Pair, align
from legal.nodes import Kind, Node, Outline
from legal.outline import outline_bytes
from tests.legal.documents import outline, path
from tests.support.limits import within

A = "Cơ quan quản lý có trách nhiệm xây dựng kế hoạch hằng năm và báo cáo kết quả với Chính phủ trước ngày 31 tháng 12."
B = "Người tham gia được hưởng quyền lợi theo mức đóng và thời gian tham gia, trừ trường hợp pháp luật quy định khác."
C = "Hồ sơ đề nghị gồm đơn, bản sao giấy tờ tùy thân, giấy xác nhận của cơ sở khám bệnh nơi người đề nghị cư trú."
D = "Doanh nghiệp vi phạm bị xử phạt bằng tiền; mức phạt do Ủy ban nhân dân cấp tỉnh quyết định trong khung luật định."


def compare(old: str, new: str) -> list[tuple[str | None, str | None, str]]:
    pairs = align(outline_bytes(old.encode(), "a.txt"), outline_bytes(new.encode(), "b.txt"))
    return [(p.old.citation if p.old else None, p.new.citation if p.new else None, p.change.value) for p in pairs]


def law(*articles: tuple[str, list[str]]) -> str:
    lines: list[str] = []
    for number, (name, clauses) in enumerate(articles, 1):
        lines.append(f"Điều {number}. {name}")
        lines.extend(f"{clause}. {text}" for clause, text in enumerate(clauses, 1))
    return "\n".join(lines)


class TestOneChange:
    OLD = law(("Kế hoạch", [A, B]), ("Hồ sơ", [C]), ("Xử phạt", [D]))

    def test_of_nothing_is_same_everywhere(self) -> None:
        assert {change for _, _, change in compare(self.OLD, self.OLD)} == {"same"}

    def test_of_wording_is_an_edit_of_clause_and_article_alone(self) -> None:
        found = compare(self.OLD, self.OLD.replace("31 tháng 12", "15 tháng 11"))
        assert [row for row in found if row[2] != "same"] == [
            ("Điều 1", "Điều 1", "edited"),
            ("khoản 1 Điều 1", "khoản 1 Điều 1", "edited"),
        ]

    def test_of_punctuation_is_none(self) -> None:
        assert {row[2] for row in compare(self.OLD, self.OLD.replace("tháng 12.", "tháng 12;"))} == {"same"}

    def test_by_a_new_article_renumbers_those_after_it(self) -> None:
        found = compare(
            self.OLD,
            law(("Kế hoạch", [A, B]), ("Mới", ["Điều khoản hoàn toàn mới."]), ("Hồ sơ", [C]), ("Xử phạt", [D])),
        )
        articles = [row for row in found if (row[1] or row[0] or "").startswith("Điều")]
        assert articles == [
            ("Điều 1", "Điều 1", "same"),
            (None, "Điều 2", "added"),
            ("Điều 2", "Điều 3", "renumbered"),
            ("Điều 3", "Điều 4", "renumbered"),
        ]

    def test_by_taking_out_is_removed_in_its_place(self) -> None:
        found = compare(self.OLD, law(("Kế hoạch", [A, B]), ("Xử phạt", [D])))
        assert found[3:5] == [("Điều 2", None, "removed"), ("khoản 1 Điều 2", None, "removed")]

    def test_by_moving_a_clause_is_moved(self) -> None:
        found = compare(self.OLD, law(("Kế hoạch", [A]), ("Hồ sơ", [C, B]), ("Xử phạt", [D])))
        assert ("khoản 2 Điều 1", "khoản 2 Điều 2", "moved") in found

    def test_by_cutting_a_clause_in_two_is_split(self) -> None:
        old = law(("Kế hoạch", [f"{A} {B}", C]))
        found = compare(old, law(("Kế hoạch", [A, B, C])))
        assert {row[2] for row in found if row[0] == "khoản 1 Điều 1"} == {"split"}
        assert {row[1] for row in found if row[0] == "khoản 1 Điều 1"} == {"khoản 1 Điều 1", "khoản 2 Điều 1"}
        assert ("khoản 2 Điều 1", "khoản 3 Điều 1", "renumbered") in found

    def test_by_joining_clauses_is_merged(self) -> None:
        found = compare(law(("Kế hoạch", [A, B, C])), law(("Kế hoạch", [f"{A} {B}", C])))
        assert {row[2] for row in found if row[1] == "khoản 1 Điều 1"} == {"merged"}
        assert {row[0] for row in found if row[1] == "khoản 1 Điều 1"} == {"khoản 1 Điều 1", "khoản 2 Điều 1"}

    def test_of_a_short_name_between_neighbours_that_stayed_is_an_edit(self) -> None:
        old = law(("Các bên", [A, "Tổ chức bảo hiểm y tế;", C]))
        found = compare(old, old.replace("Tổ chức bảo hiểm y tế", "Cơ quan hành chính"))
        assert ("khoản 2 Điều 1", "khoản 2 Điều 1", "edited") in found

    def test_by_raising_a_point_to_a_clause_of_its_own_is_moved(self) -> None:
        old = law(("Kế hoạch", [f"Nội dung gồm:\na) {A}\nb) {C}"]))
        found = compare(old, law(("Kế hoạch", [f"Nội dung gồm:\na) {A}", C])))
        assert ("điểm b khoản 1 Điều 1", "khoản 2 Điều 1", "moved") in found

    def test_by_cutting_a_clause_into_pieces_goes_on_in_the_largest(self) -> None:
        points = [f"{letter}) {text}" for letter, text in zip("abcd", (A, B, C, D), strict=True)]
        old = law(("Kế hoạch", ["Nội dung gồm các việc sau đây:\n" + "\n".join(points)]))
        new = law(("Kế hoạch", ["Nội dung trước hết gồm:\n" + "\n".join(points[:3]), f"Nội dung sau đó gồm:\na) {D}"]))
        found = compare(old, new)
        assert ("điểm a khoản 1 Điều 1", "điểm a khoản 1 Điều 1", "same") in found
        assert ("điểm d khoản 1 Điều 1", "điểm a khoản 2 Điều 1", "moved") in found

    def test_of_an_item_between_neighbours_that_stayed_is_an_edit_when_half_its_words_are_there(self) -> None:
        mine = "Bộ Y tế chủ trì, phối hợp với Bộ Tài chính quy định mẫu hợp đồng khám bệnh, chữa bệnh bảo hiểm y tế."
        old = law(("Hợp đồng", [A, B, mine]))
        other = "Chính phủ quy định chi tiết Điều này và quy định mẫu hợp đồng khám bệnh, chữa bệnh bảo hiểm y tế."
        assert ("khoản 3 Điều 1", "khoản 3 Điều 1", "edited") in compare(old, law(("Hợp đồng", [A, B, other])))

    def test_by_growing_is_an_edit_when_it_still_opens_alike(self) -> None:
        old = law(("Kế hoạch", [B, "Chính phủ quy định chi tiết mức đóng."]))
        grown = "Chính phủ quy định chi tiết mức đóng, mức hỗ trợ, thời hạn và cách nộp; " + D
        assert ("khoản 2 Điều 1", "khoản 3 Điều 1", "edited") in compare(old, law(("Kế hoạch", [B, C, grown])))


@cache
def versions() -> list[Pair]:
    """The two versions of the health insurance law, aligned once."""
    return align(outline("A"), outline("B"))


class TestTheHealthInsuranceLaw:
    def test_keeps_every_article_and_adds_48a_and_48b(self) -> None:
        articles = [
            (p.old.number if p.old else None, p.new.number if p.new else None)
            for p in versions()
            if _kind(p) is Kind.ARTICLE
        ]
        assert [new for old, new in articles if old is None] == ["48a", "48b"]
        assert all(old == new for old, new in articles if old is not None)

    def test_marks_what_the_amending_law_rewrote(self) -> None:
        edited = {p.new.number for p in versions() if p.new and _kind(p) is Kind.ARTICLE and p.change.value != "same"}
        assert {"9", "10", "12", "13", "17", "21", "22", "24", "26", "27", "28", "30", "31", "32", "35", "49"} <= edited
        assert edited.isdisjoint({"1", "4", "5", "7", "7b", "20", "33", "45", "46", "47", "50", "51", "52"})

    def test_names_every_provision_of_both_versions(self) -> None:
        for version, side in (("A", "old"), ("B", "new")):
            named = {id(getattr(p, side)) for p in versions() if getattr(p, side) is not None}
            assert named == {id(node) for node in outline(version).walk() if not node.quoted}

    def test_follows_points_to_their_new_letters(self) -> None:
        places = {p.old.citation: p.new.citation for p in versions() if p.old and p.new}
        assert places["điểm e khoản 3 Điều 12"] == "điểm h khoản 3 Điều 12"
        assert places["điểm h khoản 3 Điều 12"] == "điểm o khoản 3 Điều 12"
        assert places["khoản 3 Điều 13"] == "khoản 6 Điều 13"

    def test_is_the_same_as_itself(self) -> None:
        assert {pair.change for pair in align(outline("B"), outline("B"))} == {"same"}

    def test_has_the_agreed_json(self) -> None:
        rows = [pair.to_json() for pair in versions()]
        assert all(list(row) == ["old", "new", "change", "similarity"] for row in rows)
        assert all(0 <= row["similarity"] <= 1 for row in rows)


def _kind(pair: Pair) -> Kind:
    node = pair.new or pair.old
    assert node is not None
    return node.kind


class TestWhatIsKnown:
    """A person's decisions: kept as they are, and the rest found around them."""

    OLD = law(("Kế hoạch", [A, B]), ("Hồ sơ", [C]), ("Xử phạt", [D]))
    NEW = law(("Kế hoạch", [A, B]), ("Hồ sơ", [C]), ("Xử phạt", [D]))

    @staticmethod
    def aligned(known: Callable[[Outline, Outline], Known]) -> list[tuple[str | None, str | None, str]]:
        old = outline_bytes(TestWhatIsKnown.OLD.encode(), "a.txt")
        new = outline_bytes(TestWhatIsKnown.NEW.encode(), "b.txt")
        pairs = align(old, new, known(old, new))
        return [(p.old.citation if p.old else None, p.new.citation if p.new else None, p.change.value) for p in pairs]

    @staticmethod
    def at(outline_: Outline, citation: str) -> Node:
        return next(node for node in outline_.walk() if node.citation == citation)

    def test_a_pair_stays_whatever_its_words_say(self) -> None:
        found = self.aligned(lambda a, b: Known(pairs=[(self.at(a, "khoản 1 Điều 2"), self.at(b, "khoản 2 Điều 1"))]))
        assert ("khoản 1 Điều 2", "khoản 2 Điều 1", "moved") in found
        assert ("khoản 2 Điều 1", "khoản 2 Điều 1", "same") not in found
        assert ("khoản 1 Điều 1", "khoản 1 Điều 1", "same") in found

    def test_a_new_one_stays_new_and_a_removed_one_removed(self) -> None:
        found = self.aligned(lambda a, b: Known(alone=[self.at(a, "Điều 3"), self.at(b, "Điều 2")]))
        assert {("Điều 3", None, "removed"), (None, "Điều 2", "added")} <= set(found)
        assert not [row for row in found if row[0] == "Điều 3" and row[1]]

    def test_what_was_split_or_merged_stays_so_and_the_whole_is_found(self) -> None:
        found = self.aligned(
            lambda a, b: Known(
                parts=[
                    (self.at(b, "khoản 2 Điều 1"), self.at(a, "khoản 1 Điều 1"), Change.SPLIT),
                    (self.at(a, "khoản 1 Điều 2"), self.at(b, "khoản 1 Điều 3"), Change.MERGED),
                ]
            )
        )
        assert ("khoản 1 Điều 1", "khoản 2 Điều 1", "split") in found
        assert ("khoản 1 Điều 1", "khoản 1 Điều 1", "split") in found
        assert ("khoản 1 Điều 2", "khoản 1 Điều 3", "merged") in found
        assert ("khoản 1 Điều 3", "khoản 1 Điều 3", "merged") in found


@pytest.mark.scaled
def test_a_code_of_689_articles_is_aligned_in_time() -> None:
    lines = path("01").read_text().split("\n")
    edited = [line.replace(" và ", " hoặc ") if at % 20 == 0 else line for at, line in enumerate(lines)]
    second = outline_bytes("\n".join(edited).encode(), "b.txt")
    with within(3):
        align(outline("01"), second)
