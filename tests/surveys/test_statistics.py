"""Chi-square, classes of histograms, hiding, pictures: the pure parts of results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from surveys.definition.shape import Definition, Kind, Page, Question, ScaleStyle
from surveys.results import drawing
from surveys.results.bins import MOST, number_bin, number_bins, time_bins
from surveys.results.crosstab import Pair, Side, cross, sides_of
from surveys.results.figures import Counts, Group, Line, Result, all_questions, margin_of_error, result_of
from surveys.results.hiding import for_the_public, hidden_cells
from surveys.results.statistics import chi_square, upper_tail
from tests.surveys.making import options

K = 5
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 60), min_size=width, max_size=width), min_size=2, max_size=5)
)


class TestChiSquare:
    @given(st.floats(0, 300), st.integers(1, 60))
    def test_the_tail_is_that_of_the_distribution(self, statistic: float, freedom: int) -> None:
        assert upper_tail(statistic, freedom) == pytest.approx(stats.chi2.sf(statistic, freedom), rel=1e-8, abs=1e-12)

    @given(tables)
    def test_agrees_with_a_library_of_statistics(self, table: list[list[int]]) -> None:
        full = [row for row in table if sum(row)]
        full = [list(row) for row in zip(*(c for c in zip(*full, strict=True) if sum(c)), strict=True)]
        found = chi_square(table)
        if len(full) < 2 or len(full[0]) < 2:
            assert found is None
            return
        assert found is not None
        theirs = stats.chi2_contingency(full, correction=False)
        assert found.statistic == pytest.approx(theirs.statistic, abs=1e-9)
        assert found.freedom == theirs.dof
        assert found.p == pytest.approx(theirs.pvalue, rel=1e-7, abs=1e-12)
        assert found.small == int((theirs.expected_freq < 5).sum())
        assert 0 <= found.cramers_v <= 1 + 1e-9

    def test_is_cautious_where_an_expected_count_is_below_five(self) -> None:
        found = chi_square([[10, 10], [10, 10]])
        assert found is not None
        assert found.cautious is False
        found = chi_square([[9, 1], [1, 2]])
        assert found is not None
        assert found.cautious is True


class TestBins:
    @given(st.dictionaries(st.integers(-2000, 100_000), st.integers(1, 9), min_size=1))
    def test_every_number_is_in_one_class(self, values: dict[int, int]) -> None:
        numbers = {float(value): n for value, n in values.items()}
        bins = number_bins(numbers, whole=True)
        assert sum(n for _name, n in bins) == sum(values.values())
        assert len(bins) <= MOST
        names = [name for name, _n in bins]
        assert len(set(names)) == len(names)
        least, most = min(numbers), max(numbers)
        for value in numbers:
            assert number_bin(value, least, most, whole=True) in names

    def test_classes_have_round_ends(self) -> None:
        assert number_bins({15.0: 1, 27.0: 2, 99.0: 1}, whole=True)[:3] == [("10–19", 1), ("20–29", 2), ("30–39", 0)]
        assert number_bins({1.5: 2}, whole=False)[0][1] == 2
        assert number_bins({}, whole=True) == []

    def test_days_are_counted_by_month_and_by_year_where_there_are_many(self) -> None:
        assert time_bins({"2026-01-31": 1, "2026-01-01": 2, "2025-12-31": 1}) == [("12/2025", 1), ("01/2026", 3)]
        many = {f"{year}-{month:02}-01": 1 for year in (2024, 2025) for month in range(1, 13)}
        assert time_bins(many) == [("2024", 12), ("2025", 12)]


class TestFigures:
    def test_borda_gives_the_first_of_three_three_points(self) -> None:
        question = Question("u", Kind.RANKING, "?", options=options("a", "b", "c"))
        counts = Counts(cells={("", ""): 2, ("", "a"): 4, ("", "b"): 4, ("", "c"): 1})
        counts.values = {("a", 1.0): 1, ("a", 2.0): 3, ("b", 1.0): 3, ("b", 2.0): 1, ("c", 3.0): 1}
        result = result_of(question, counts)
        assert result.asked == 6
        assert [(line.code, line.score) for line in result.groups[0].lines] == [("b", 2.75), ("a", 2.25), ("c", 0.25)]
        assert result.groups[0].unanswered == 2

    def test_numbers_have_a_mean_a_median_and_a_score_of_recommending(self) -> None:
        question = Question("n", Kind.SCALE, "?", low=0, high=10, style=ScaleStyle.NPS)
        counts = Counts(cells={("", ""): 5})
        counts.values = {("", 10.0): 2, ("", 8.0): 1, ("", 0.0): 1}
        summary = result_of(question, counts).summary
        assert summary is not None
        assert (summary.mean, summary.median, summary.nps) == (7, 9, 25)
        assert result_of(question, counts).groups[0].unanswered == 1

    def test_questions_of_older_versions_stand_at_the_end_with_the_newest_words(self) -> None:
        old = Definition((Page("p", items=(Question("a", Kind.LONG_TEXT, "cũ"), Question("b", Kind.DATE, "b"))),))
        new = Definition((Page("p", items=(Question("c", Kind.DATE, "c"), Question("a", Kind.LONG_TEXT, "mới"))),))
        assert [(question.code, question.text) for question in all_questions([new, old])] == [
            ("c", "c"),
            ("a", "mới"),
            ("b", "b"),
        ]

    def test_the_margin_is_the_textbooks(self) -> None:
        assert margin_of_error(500, 1000) == pytest.approx(0.031, abs=1e-3)
        assert margin_of_error(0, 0) is None


class TestHiding:
    @given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
    def test_nothing_small_is_shown_nor_follows_from_what_is(self, cells: list[int]) -> None:
        hidden = hidden_cells(cells, K)
        assert all(n == 0 or n >= K for place, n in enumerate(cells) if place not in hidden)
        if hidden and sum(cells) >= K:
            assert sum(cells[place] for place in hidden) >= K
            assert len(hidden) >= 2

    def test_the_smallest_of_the_others_goes_with_a_single_small_cell(self) -> None:
        assert hidden_cells([2, 40, 9, 0], K) == {0, 2}
        assert hidden_cells([2, 4, 40], K) == {0, 1}
        assert hidden_cells([5, 40, 0], K) == set()

    @staticmethod
    def _single(code: str, *counts: int, unanswered: int = 0) -> Result:
        question = Question(code, Kind.SINGLE, "?", options=options(*"abcdefgh"[: len(counts)]))
        lines = tuple(Line(c, c, n) for c, n in zip("abcdefgh", counts, strict=False))
        return Result(question, "bars", sum(counts) + unanswered, (Group(lines, unanswered),), adds_up=True)

    def test_a_base_that_differs_by_few_from_another_is_withheld(self) -> None:
        first, second, third = self._single("x", 60, 40), self._single("y", 50, 47), self._single("z", 30, 30)
        shown = for_the_public([first, second, third], 100, K)
        assert [result.withheld for result in shown] == [False, True, False]

    def test_a_base_that_is_a_hidden_count_is_withheld(self) -> None:
        first = self._single("x", 3, 9, 40)
        follow_up = self._single("y", 9, 0)
        rest = self._single("z", 43, 0)
        shown = for_the_public([first, follow_up, rest], 52, K)
        assert [line.n for line in shown[0].groups[0].lines] == [None, None, 40]
        assert [result.withheld for result in shown[1:]] == [True, True]

    def test_nothing_of_a_survey_with_fewer_sheets_than_the_least_cell(self) -> None:
        assert for_the_public([self._single("x", 4, 0)], 4, K)[0].withheld

    def test_where_several_can_be_chosen_the_rest_is_a_cell_too(self) -> None:
        question = Question("m", Kind.MULTIPLE, "?", options=options("a", "b", "c"))
        group = Group((Line("a", "a", 18), Line("b", "b", 10), Line("c", "c", 20)), 0)
        shown = for_the_public([Result(question, "bars", 20, (group,), adds_up=False)], 20, K)[0]
        assert [line.n for line in shown.groups[0].lines] == [None, 10, 20], "18 of 20 tells of two"


class TestPictures:
    def test_the_middle_of_a_scale_is_in_the_middle(self) -> None:
        group = Group(tuple(Line(str(n), str(n), 10) for n in range(1, 6)), 0)
        parts = drawing.diverging(group)
        assert [part.tone for part in parts] == [-2, -1, 0, 1, 2]
        assert parts[2].x + (parts[2].width + drawing.GAP) / 2 == pytest.approx(drawing.WIDE / 2)
        assert [drawing.tone(place, 4) for place in range(4)] == [-2, -1, 1, 2]

    def test_nothing_is_drawn_that_has_a_hidden_part(self) -> None:
        assert drawing.diverging(Group((Line("1", "1", None), Line("2", "2", 9)), 0)) == []

    def test_columns_stay_in_the_picture(self) -> None:
        columns = drawing.columns([Line(str(n), f"{n}0–{n}9", n) for n in range(12)])
        assert all(c.x >= 0 and c.x + c.width <= drawing.COLUMNS_WIDE and c.y >= 0 for c in columns)
        assert any(c.name for c in columns)


class TestCrossing:
    def test_counts_and_their_test(self) -> None:
        one = Side(Question("a", Kind.YES_NO, "?"))
        other = Side(Question("b", Kind.SCALE, "?", low=1, high=2, style=ScaleStyle.LIKERT))
        pairs = [Pair(("yes", None), ("", 1.0), 30), Pair(("yes", None), ("", 2.0), 10)]
        pairs += [Pair(("no", None), ("", 1.0), 10), Pair(("no", None), ("", 2.0), 30)]
        table = cross(one, other, pairs, 80)
        assert (table.rows, table.columns) == (("yes", "no"), ("1", "2"))
        assert table.counts == ((30, 10), (10, 30))
        assert table.test is not None
        assert table.test.statistic == pytest.approx(20)

    def test_no_test_where_a_sheet_stands_in_several_categories(self) -> None:
        one, other = (
            Side(Question("a", Kind.YES_NO, "?")),
            Side(Question("b", Kind.MULTIPLE, "?", options=options("x", "y"))),
        )
        assert cross(one, other, [Pair(("yes", None), ("x", None), 3)], 3).test is None

    def test_words_and_files_are_no_side_and_each_row_of_a_matrix_is_one(self) -> None:
        matrix = Question("m", Kind.MATRIX_SINGLE, "?", rows=options("r", "s"), options=options("a", "b"))
        found = sides_of([Question("t", Kind.LONG_TEXT, "?"), matrix, Question("f", Kind.FILE, "?")])
        assert [side.key for side in found] == ["m.r", "m.s"]
