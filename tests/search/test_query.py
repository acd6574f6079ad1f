"""search.query and search.analysis: what was typed, understood."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import TERM_LENGTH, term, terms, tokens
from search.query import QUERY_TERMS, ParsedQuery
from search.query import parse as parse_with
from tests.support.limits import within


def parse(typed: str) -> ParsedQuery:
    return parse_with(typed, terms)


def shape(query: ParsedQuery) -> tuple[list[str], list[str]]:
    """Groups as "a b|c" and exclusions, in exact forms."""

    def words(clause: object) -> str:
        return " ".join(each.exact for each in clause.terms)  # type: ignore[attr-defined]  # a Clause

    return (["|".join(map(words, group)) for group in query.required], [words(clause) for clause in query.excluded])


class TestParse:
    @pytest.mark.parametrize(
        ("typed", "required", "excluded"),
        [
            ("bồi thường đất", ["bồi", "thường", "đất"], []),
            ('"bồi thường" đất', ["bồi thường", "đất"], []),
            ("“bồi thường” «thu hồi»", ["bồi thường", "thu hồi"], []),
            ('"bồi thường', ["bồi thường"], []),
            ('đất -nhà -"thu hồi"', ["đất"], ["nhà", "thu hồi"]),
            ("đất –nhà", ["đất"], ["nhà"]),
            ("-nhà", [], ["nhà"]),
            ("đất - nhà", ["đất", "nhà"], []),
            ("đất OR nhà vườn", ["đất|nhà", "vườn"], []),
            ("đất HOẶC nhà OR vườn", ["đất|nhà|vườn"], []),
            ("đất | nhà", ["đất|nhà"], []),
            ("đất|nhà", ["đất|nhà"], []),
            ("OR đất OR", ["đất"], []),
            ("đất hoặc nhà or vườn", ["đất", "hoặc", "nhà", "or", "vườn"], []),
            ("Khoản 2, Điều 5.", ["khoản", "2", "điều", "5"], []),
            ("187/2025/NĐ-CP", ["187 2025 nđ cp"], []),
            ("(đất,nhà)", ["đất", "nhà"], []),
            ("hoà thuỷ", ["hòa", "thủy"], []),
            ("đất đất", ["đất", "đất"], []),
            ("title:đất", ["title đất"], []),
        ],
    )
    def test_understands(self, typed: str, required: list[str], excluded: list[str]) -> None:
        assert shape(parse(typed)) == (required, excluded)
        assert shape(parse(unicodedata.normalize("NFD", typed))) == (required, excluded)

    def test_tells_nothing_typed_from_nothing_understood(self) -> None:
        assert parse(" \n ").blank
        assert not parse(" \n ").finds_nothing
        assert parse('!!! "" --').finds_nothing

    def test_takes_a_bounded_number_of_words(self) -> None:
        assert len(parse("đất " * 200).required) == QUERY_TERMS
        assert len(parse('"' + "đất " * 200).required[0][0].terms) == QUERY_TERMS
        assert len(parse("-đất nhà " * 100).excluded + parse("-đất nhà " * 100).required) <= QUERY_TERMS

    @given(st.text())
    def test_never_raises(self, typed: str) -> None:
        parse(typed)

    @pytest.mark.scaled
    @pytest.mark.parametrize("piece", ['"', "-", "a-", "đất OR ", "((", "\u0301", "'’", '-"', "a\u0301"])
    def test_is_quick_on_repetition(self, piece: str) -> None:
        with within(0.2):
            parse(piece * 50_000)


class TestTerm:
    @pytest.mark.parametrize(
        ("word", "exact", "folded", "marked"),
        [
            ("Đất", "đất", "dat", True),
            ("dat", "dat", "dat", False),
            ("đ", "đ", "d", True),
            ("5", "5", "5", False),
            ("12A", "12a", "12a", False),
            ("HOÀ", "hòa", "hoa", True),
            ("\u00d0ất", "đất", "dat", True),
        ],
    )
    def test_has_an_exact_and_a_folded_form(self, word: str, exact: str, folded: str, marked: bool) -> None:
        found = term(word)
        assert (found.exact, found.folded, found.marked) == (exact, folded, marked)

    def test_is_bounded(self) -> None:
        assert len(term("đ" * 10_000).exact) == TERM_LENGTH
        assert term("đ" * 10_000) == term("đ" * 9_000)

    def test_tokens_point_into_decomposed_text(self) -> None:
        text = unicodedata.normalize("NFD", "sử dụng, đất")
        assert [unicodedata.normalize("NFC", text[t.start : t.end]) for t in tokens(text)] == ["sử", "dụng", "đất"]
        assert [t.term for t in tokens(text)] == terms("sử dụng đất")
