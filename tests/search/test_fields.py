"""search.query.fields: filters typed into the search box."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import Field, Remark, RemarkKind
from search.query.fields import FIELDS_TAKEN, read_date
from search.understanding import Understood, understand

NAMES = {
    Field.STANCE: {"phan-doi": "oppose", "khong-dong-y": "oppose", "hoi": "ask"},
    Field.CHANNEL: {"thu": "letter"},
    Field.TYPE: {"y-kien": "comment", "dieu-khoan": "provision"},
}


def read(typed: str) -> Understood:
    return understand(typed, names=NAMES)


class TestFilters:
    def test_are_taken_out_of_the_words(self) -> None:
        found = read("đền bù điều:7 khoản:2 đất")
        assert found.rest == "đền bù đất"
        assert found.filters.places == {Field.ARTICLE: "7", Field.CLAUSE: "2"}

    @pytest.mark.parametrize("typed", ["lập-trường:phản-đối", "lap-truong:phan-doi", 'Lập-Trường:"không đồng ý"'])
    def test_may_be_typed_with_marks_or_without(self, typed: str) -> None:
        assert read(typed).filters.only == {Field.STANCE: ("oppose",)}

    def test_of_one_kind_add_up_and_may_be_turned_round(self) -> None:
        found = read("lập-trường:hỏi lập-trường:phản-đối -nguồn:thư loại:ý-kiến")
        assert found.filters.only == {Field.STANCE: ("ask", "oppose"), Field.TYPE: ("comment",)}
        assert found.filters.never == {Field.CHANNEL: ("letter",)}

    def test_of_time_may_be_days_months_or_years(self) -> None:
        filters = read("từ:2026-01-15 đến:02/2026").filters
        assert (filters.date_from, filters.date_to) == (date(2026, 1, 15), date(2026, 2, 28))

    def test_inside_quotation_marks_are_words(self) -> None:
        found = read('"điều:7" đất')
        assert not found.filters
        assert found.rest == '"điều:7" đất'

    def test_with_another_name_are_words(self) -> None:
        assert not read("title:đất http://x.vn a:b").filters

    @pytest.mark.parametrize(
        ("typed", "kind"),
        [
            ("loại:abc", RemarkKind.UNKNOWN_VALUE),
            ("lập-trường:", RemarkKind.UNKNOWN_VALUE),
            ("từ:hôm-qua", RemarkKind.BAD_DATE),
            ("đến:2026-02-30", RemarkKind.BAD_DATE),
            ("từ:0000", RemarkKind.BAD_DATE),
            ("điều:bảy", RemarkKind.BAD_NUMBER),
            ("điểm:12", RemarkKind.BAD_NUMBER),
            ("-điều:7", RemarkKind.NOT_NEGATED),
            ("-từ:2026", RemarkKind.NOT_NEGATED),
        ],
    )
    def test_that_make_no_sense_are_left_out_and_remarked_on(self, typed: str, kind: RemarkKind) -> None:
        found = read(f"đất {typed}")
        assert [(remark.kind, remark.typed) for remark in found.remarks] == [(kind, typed)]
        assert not found.filters
        assert found.rest == "đất"

    def test_of_time_the_wrong_way_round_are_turned(self) -> None:
        found = read("từ:2026-03-01 đến:2026-01-01")
        assert found.remarks == (Remark(RemarkKind.DATES_REVERSED, "", Field.FROM),)
        assert found.filters.date_from == date(2026, 1, 1)

    def test_are_bounded_in_number(self) -> None:
        found = read(" ".join(f"loại:x{number}" for number in range(100)))
        assert len(found.remarks) == FIELDS_TAKEN

    @given(st.text(max_size=200))
    def test_never_raise(self, typed: str) -> None:
        read(typed)

    @given(st.sampled_from(["điều:", "-loại:", "từ:", 'tác-giả:"', "đến:"]), st.text(max_size=30))
    def test_never_raise_on_any_value(self, name: str, value: str) -> None:
        read(name + value)


class TestDates:
    @pytest.mark.parametrize(
        ("typed", "first", "last"),
        [
            ("2026", (2026, 1, 1), (2026, 12, 31)),
            ("2024-02", (2024, 2, 1), (2024, 2, 29)),
            ("12/2026", (2026, 12, 1), (2026, 12, 31)),
            ("1/2/2026", (2026, 2, 1), (2026, 2, 1)),
            ("2026.02.01", (2026, 2, 1), (2026, 2, 1)),
        ],
    )
    def test_are_whole_or_the_ends_of_a_span(
        self, typed: str, first: tuple[int, int, int], last: tuple[int, int, int]
    ) -> None:
        assert read_date(typed, last=False) == date(*first)
        assert read_date(typed, last=True) == date(*last)

    def test_in_other_digits_or_of_no_year_are_none(self) -> None:
        assert read_date("٢٠٢٦", last=False) is None
        assert read_date("9999-12", last=True) == date(9999, 12, 31)
