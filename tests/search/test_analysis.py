"""search.analysis and search.understanding: citations in short, acronyms and fillers, in texts and in queries."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import Acronyms, Term, citation_mark, find_citations, pairs, read_entry, terms, tokens
from search.query import ParsedQuery
from search.understanding import looser, words_of


def groups(query: ParsedQuery) -> list[str]:
    return [" | ".join(" ".join(term.exact for term in clause.terms) for clause in group) for group in query.required]


def soft(query: ParsedQuery) -> list[str]:
    return [" ".join(term.exact for term in group[0].terms) for group in query.soft]


class TestCitations:
    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ("k2 đ7", "khoản 2 điều 7"),
            ("K.2 Đ.7", "khoản 2 điều 7"),
            ("đ7 k2", "khoản 2 điều 7"),
            ("k2, điều 7", "khoản 2 điều 7"),
            ("Điều 7 khoản 2 điểm đ", "điểm đ khoản 2 điều 7"),
            ("diem a khoan 2 dieu 7a", "điểm a khoản 2 điều 7a"),
            ("Đ.29", "điều 29"),
            ("dieu 48b", "điều 48b"),
            ("khoản 2 của Điều 7", "khoản 2 điều 7"),
            ("k2 d7", "khoản 2 điều 7"),
        ],
    )
    def test_are_read_in_full_and_in_short(self, typed: str, words: str) -> None:
        for text in (typed, typed.upper()):
            assert [" ".join(found.words) for found in find_citations(unicodedata.normalize("NFC", text))] == [words]

    @pytest.mark.parametrize("typed", ["k2", "d7", "đại 7", "TK2", "đường 7", "187/2025/NĐ-CP", "k-2 đ-7", "5k 7đ"])
    def test_are_not_seen_where_none_is_meant(self, typed: str) -> None:
        assert find_citations(typed) == []

    def test_of_one_kind_follow_each_other(self) -> None:
        found = find_citations("Điều 5, Điều 7 khoản 1; khoản 2 Điều 9")
        assert [" ".join(each.words) for each in found] == ["điều 5", "khoản 1 điều 7", "khoản 2 điều 9"]

    def test_in_short_are_indexed_in_full_wherever_they_stand(self) -> None:
        text = "Tôi không đồng ý với k2 đ7 của dự thảo"
        assert [t.exact for t in terms(text)] == [
            "tôi",
            "không",
            "đồng",
            "ý",
            "với",
            "khoản",
            "2",
            "điều",
            "7",
            "của",
            "dự",
            "thảo",
        ]
        places = [text[token.start : token.end] for token in tokens(text)]
        assert places[5:9] == ["k2 đ7"] * 4

    def test_that_may_be_something_else_stay_as_written_in_texts(self) -> None:
        assert [t.exact for t in terms("vitamin d3 k2")] == ["vitamin", "d3", "k2"]
        assert "d3 k2" in groups(words_of("vitamin d3 k2"))[1]

    @pytest.mark.parametrize(
        ("citation", "mark"),
        [
            ("Điều 7", "§7"),
            ("khoản 2 Điều 7", "§7.2"),
            ("điểm đ khoản 2 Điều 7 của Quy chế", "§7.2.đ"),
            ("điểm a Điều 7", "§7..a"),
            ("Phụ lục II", None),
            ("", None),
        ],
    )
    def test_have_a_mark_from_the_article_down(self, citation: str, mark: str | None) -> None:
        assert citation_mark(citation) == mark

    def test_in_a_query_are_found_in_either_order(self) -> None:
        query = words_of("k2 đ7 trẻ em")
        assert groups(query) == ["khoản 2 điều 7 | điều 7 khoản 2", "trẻ", "em"]
        assert soft(query) == ["§7.2"]

    def test_in_quotation_marks_are_words(self) -> None:
        assert groups(words_of('"Điều 7 khoản 2"')) == ["điều 7 khoản 2"]

    @given(st.text(alphabet="kKhđĐdiều khoản.,2 7a/", max_size=60))
    def test_never_overlap_or_raise(self, text: str) -> None:
        found = find_citations(text)
        assert all(one.end <= other.start for one, other in pairwise(found))


class TestAcronyms:
    known = Acronyms([("UBND", "ủy ban nhân dân"), ("QSDĐ", "quyền sử dụng đất"), ("SDĐ", "sử dụng đất")])

    def test_find_themselves_and_what_they_stand_for(self) -> None:
        assert groups(words_of("UBND xã", self.known)) == ["ubnd | ủy ban nhân dân", "xã"]
        assert groups(words_of("qsdd", self.known)) == ["qsdd | quyền sử dụng đất"]

    def test_are_found_by_the_words_in_full_and_the_longest_counts(self) -> None:
        query = words_of("thu hồi quyền sử dụng đất", self.known)
        assert groups(query) == ["thu", "hồi", "quyền | qsdđ", "sử | qsdđ", "dụng | qsdđ", "đất | qsdđ"]
        assert groups(words_of("uy ban nhan dan", self.known))[0] == "uy | ubnd"

    def test_keep_to_the_marks_typed(self) -> None:
        assert groups(words_of("quyền sử dụng dắt", self.known)) == ["quyền", "sử", "dụng", "dắt"]

    def test_in_a_phrase_are_what_was_typed(self) -> None:
        assert groups(words_of('"quyền sử dụng đất"', self.known)) == ["quyền sử dụng đất"]

    @pytest.mark.parametrize("between", [" = ", "=", ", ", ";", "\t", " : "])
    def test_are_read_from_a_line(self, between: str) -> None:
        entry = read_entry(f" TTKN{between}trung  tâm khuyến nông ")
        assert entry == ("TTKN", "trung tâm khuyến nông")
        assert Acronyms([entry]).full(Term("ttkn", "ttkn")) == [tuple(terms("trung tâm khuyến nông"))]

    @pytest.mark.parametrize(
        "line", ["", "TTKN", "= trung tâm", "TTKN =", "TT = trung", "hai chữ = một hai", "A = " + "b " * 13]
    )
    def test_that_are_none_are_not_read(self, line: str) -> None:
        assert read_entry(line) is None
        assert len(Acronyms([("a b", "c d"), ("X", "y"), ("", "")])) == 0

    def test_that_ship_are_sound(self) -> None:
        shipped = words_of("BVMT")
        assert groups(shipped) == ["bvmt | bảo vệ môi trường"]


class TestFillers:
    def test_of_a_question_are_not_required(self) -> None:
        query = words_of("con riêng có được thừa kế của bố dượng không")
        assert groups(query) == ["con", "riêng", "thừa", "kế", "bố", "dượng"]
        assert soft(query) == ["có", "được", "của", "không"]

    @pytest.mark.parametrize("typed", ["ai được", "có thai", "và của các những", '"có" được đi học nghề'])
    def test_are_never_deleted(self, typed: str) -> None:
        query = words_of(typed)
        asked = " ".join(groups(query) + soft(query))
        assert all(term.exact in asked for term in terms(typed))
        assert query.required

    def test_in_short_queries_count_as_any_word(self) -> None:
        assert groups(words_of("đất của tôi")) == ["đất", "của", "tôi"]


class TestLooser:
    def test_asks_for_a_part_of_the_words(self) -> None:
        query = looser(words_of("một hai ba bốn năm"))
        assert query is not None
        assert query.at_least == 2

    def test_of_one_word_or_of_itself_is_nothing(self) -> None:
        assert looser(words_of("đất")) is None
        once = looser(words_of("đất đai"))
        assert once is not None
        assert looser(once) is None


def test_pairs_are_two_neighbours_in_both_forms() -> None:
    assert pairs(terms("quyền sử dụng")) == [Term("quyền sử", "quyen su"), Term("sử dụng", "su dung")]
