"""What every engine must find, and in which order: marks, citations, phrases, the query language. Real Vietnamese."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import terms
from search.documents import Facet
from search.engines.base import Engine, SearchQuery
from search.query import parse
from search.understanding import words_of
from tests.search.asking import add_noise, ask, document, found
from tests.support.limits import within

HOSTILE = ['"', "-", "OR", "HOẶC", "|", "(", ")", "*", "?", "~", "^", ":", "[", "TO", "]", "đất", "a:b", "thu", "NOT"]
HOSTILE += ["\x00", "\ud800", "\u202e", "\u0301", "'; DROP TABLE--", "\\", "{!}", "/", "=dat"]


# What is typed by accident or in bad faith, and what of the documents 1 to 4 (TestQueryLanguage) answers it.
BAD: dict[str, tuple[str, list[int]]] = {
    "ten kilobytes of a word": ("đất " * 2_500, [1, 2]),
    "ten kilobytes without a space": ("đất" * 3_400, []),
    "ten kilobytes of hyphens in a word": ("a-" * 5_000, []),
    "operators alone": ('- -- OR | HOẶC "" -"" «» ( ) OR', []),
    "quotation marks alone": ('"' * 10_000, []),
    "minus signs alone": ("-" * 10_000, []),
    "thousands of OR": ("đất OR " * 3_000, [1, 2]),
    "OR of words that are nowhere": ("xyz OR " * 3_000 + "đất", []),
    "wildcards alone": ("* ? *** ??? ~ % _ .*", []),
    "wildcards at a word": ("đất* thu?", [1, 2]),
    "right-to-left marks": ("\u202eđất\u202c \u200f\u2067thu\u2069", [1, 2]),
    "marks on marks": ("đất" + "\u0301" * 5_000, []),
    "SQL": ("đất'; DROP TABLE comment; --", []),
    "SQL that is always true": ("đất' OR '1'='1", []),
    "the syntax of Whoosh and Tantivy": ("words:đất key:* +thu^9 [a TO z] {b TO c} /x.*/", []),
    "the syntax of tsquery": ("đất & !thu <-> 'hồi' | (x:*A)", []),
    "forms of the index": ("@an =dat §7.2", []),
    "nothing but a null": ("\x00", []),
}


@pytest.fixture(autouse=True)
def _noise(engine: Engine) -> None:
    add_noise(engine)


class TestMarks:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add(
            [
                document(1, "Người dân có quyền sử dụng đất lâu dài"),
                document(2, "Thửa dat nay cua toi, khong dau"),
                document(3, "Cán bộ phải đạt chuẩn"),
                document(4, "Thuỷ lợi và hoà giải ở cơ sở"),
                document(5, "Thủy sản; hòa nhập cộng đồng"),
                document(6, unicodedata.normalize("NFD", "Bồi thường thoả đáng")),
            ]
        )

    def test_a_word_typed_with_marks_must_match_them(self, engine: Engine) -> None:
        assert found(engine, "đất") == [1]
        assert found(engine, "đạt") == [3]
        assert found(engine, "đat") == []

    def test_a_bare_word_matches_both_and_exact_hits_come_first(self, engine: Engine) -> None:
        assert sorted(found(engine, "dat")) == [1, 2, 3]
        assert found(engine, "dat")[0] == 2

    def test_exact_hits_come_first_however_often_the_others_repeat(self, engine: Engine) -> None:
        engine.add([document(7, "đất " * 30), document(8, "dat " + "chu thich dai dong " * 60)])
        assert set(found(engine, "dat")[:2]) == {2, 8}

    def test_capitals_do_not_matter(self, engine: Engine) -> None:
        assert found(engine, "ĐẤT") == found(engine, "Đất") == [1]
        assert found(engine, "NGUOI DAN") == [1]

    @pytest.mark.parametrize("text", ["thuỷ", "thủy", "THUỶ", "thuy"])
    def test_both_tone_placements_are_one_word(self, engine: Engine, text: str) -> None:
        assert sorted(found(engine, text)) == [4, 5]

    @pytest.mark.parametrize("text", ["hoà", "hòa"])
    def test_hoa_with_its_tone_anywhere(self, engine: Engine, text: str) -> None:
        assert sorted(found(engine, text)) == [4, 5]

    def test_decomposed_text_and_decomposed_queries_are_found(self, engine: Engine) -> None:
        assert found(engine, "bồi thường thỏa đáng") == [6]
        assert found(engine, unicodedata.normalize("NFD", "quyền sử dụng đất")) == [1]

    def test_eth_counts_as_d_with_stroke(self, engine: Engine) -> None:
        assert found(engine, "\u00d0ất") == [1]

    def test_marks_may_be_mixed_within_a_query(self, engine: Engine) -> None:
        assert found(engine, "quyen sử dung đất") == [1]
        assert found(engine, '"quyen sử dung đất"') == [1]
        assert found(engine, '"quyen sứ dung đất"') == []


class TestCitations:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add(
            [
                document(1, "Đồng ý", citation="khoản 2 Điều 5", lineage_id=52),
                document(2, "Đồng ý", citation="khoản 3 Điều 5", lineage_id=53),
                document(3, "Không đồng ý với điểm đ này", citation="điểm đ khoản 2 Điều 7", lineage_id=72),
                document(4, "Không đồng ý với điểm d", citation="điểm d khoản 2 Điều 7", lineage_id=73),
                document(5, "Sửa Điều 12a cho rõ", citation="Điều 12a", lineage_id=12),
                document(6, "Theo Nghị định 187/2025/NĐ-CP", lineage_id=6),
            ]
        )

    def test_a_citation_is_a_query(self, engine: Engine) -> None:
        assert found(engine, "Khoản 2 Điều 5") == [1]
        assert found(engine, "khoan 3 dieu 5") == [2]
        assert found(engine, "Điều 12a") == [5]

    def test_the_right_order_of_numbers_comes_first(self, engine: Engine) -> None:
        engine.add(
            [
                document(7, "Điều 2 và khoản 5 cần sửa gấp"),
                document(8, "Điều 5, tại khoản 2, cần sửa gấp, rất gấp, gấp"),
            ]
        )
        engine.add([document(9, "Xem khoản 2 Điều 5 cần sửa gấp, rất gấp", citation="Điều 40")])
        order = found(engine, "khoản 2 điều 5")
        assert set(order) == {1, 7, 8, 9}
        assert order.index(9) < order.index(7)

    def test_single_letters_count_with_and_without_their_stroke(self, engine: Engine) -> None:
        assert found(engine, "điểm đ") == [3]
        assert sorted(found(engine, "điểm d")) == [3, 4]
        assert found(engine, "điểm d")[0] == 4

    def test_numbers_of_papers_are_found_whole(self, engine: Engine) -> None:
        assert found(engine, "187/2025/NĐ-CP") == [6]
        assert found(engine, "187/2025/nd-cp") == [6]
        assert found(engine, "2025/187") == []


class TestQueryLanguage:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add(
            [
                document(1, "Thu hồi đất phải bồi thường"),
                document(2, "Bồi thường đất thu hồi"),
                document(3, "Thuế nhà ở"),
                document(4, "Phí trước bạ, lệ phí hoặc án phí"),
            ]
        )

    def test_all_words_must_occur_in_any_order(self, engine: Engine) -> None:
        assert sorted(found(engine, "đất bồi hồi")) == [1, 2]
        assert found(engine, "đất thuế") == []

    @pytest.mark.parametrize("quotes", ['""', "“”", "«»"])
    def test_a_phrase_is_words_side_by_side(self, engine: Engine, quotes: str) -> None:
        assert found(engine, f"{quotes[0]}hồi đất{quotes[1]}") == [1]
        assert found(engine, f"{quotes[0]}đất hồi{quotes[1]}") == []

    def test_a_phrase_may_miss_its_closing_quote_and_its_marks(self, engine: Engine) -> None:
        assert found(engine, '"hoi dat') == [1]

    def test_a_phrase_does_not_run_from_one_field_into_the_next(self, engine: Engine) -> None:
        engine.add([document(5, "sáu bảy", title="bốn năm", citation="Điều 8", contributor="Lê Văn Tám")])
        assert found(engine, '"sáu bảy"') == found(engine, '"bốn năm"') == found(engine, '"văn tám"') == [5]
        assert found(engine, '"năm điều"') == found(engine, '"8 lê"') == found(engine, '"tám sáu"') == []

    def test_neighbours_in_the_query_lift_neighbours_in_the_text(self, engine: Engine) -> None:
        assert found(engine, "hồi đất")[0] == 1
        assert found(engine, "đất thu")[0] == 2

    def test_minus_leaves_out(self, engine: Engine) -> None:
        assert found(engine, 'đất -"hồi đất"') == [2]
        assert found(engine, "phí -thuế -án") == []
        assert sorted(found(engine, "-đất", consultations=(1,))) == [3, 4]

    @pytest.mark.parametrize("word", ["OR", "HOẶC", "|"])
    def test_either_of_two(self, engine: Engine, word: str) -> None:
        assert sorted(found(engine, f"thuế {word} phí")) == [3, 4]
        assert found(engine, f"thuế {word} phí nhà") == [3]

    def test_a_part_of_the_words_may_be_enough(self, engine: Engine) -> None:
        words = replace(parse("đất bồi thuế hồi", terms), at_least=3)
        assert sorted(hit.id for hit in engine.search(SearchQuery(words=words)).hits) == [1, 2]
        words = replace(words, at_least=1, excluded=parse("-thu", terms).excluded)
        assert [hit.id for hit in engine.search(SearchQuery(words=words)).hits] == [3]

    def test_a_soft_word_lifts_and_is_not_required(self, engine: Engine) -> None:
        words = replace(parse("đất", terms), soft=parse('"hồi đất"', terms).required)
        assert [hit.id for hit in engine.search(SearchQuery(words=words)).hits] == [1, 2]
        words = replace(words, soft=parse('"đất thu"', terms).required)
        assert [hit.id for hit in engine.search(SearchQuery(words=words)).hits] == [2, 1]

    def test_the_common_word_for_or_is_a_word(self, engine: Engine) -> None:
        assert found(engine, "hoặc án") == [4]

    def test_signs_alone_find_nothing_and_blank_finds_all(self, engine: Engine) -> None:
        assert ask(engine, ' !!! -- "" | ').total == 0
        assert ask(engine, "  ").total == 6

    def test_very_long_words_are_compared_by_their_beginning(self, engine: Engine) -> None:
        engine.add([document(5, "x" * 5_000)])
        assert found(engine, "x" * 4_000) == [5]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.one_of(
            st.text(max_size=200),
            st.lists(
                st.sampled_from(HOSTILE),
                max_size=60,
            ).map(" ".join),
        )
    )
    def test_takes_whatever_is_typed(self, engine: Engine, text: str) -> None:
        result = ask(engine, text)
        assert 0 <= len(result.hits) <= result.total <= 6

    @pytest.mark.scaled
    @pytest.mark.parametrize("kind", BAD)
    def test_bad_input_has_a_sensible_answer_in_bounded_time(self, engine: Engine, kind: str) -> None:
        typed, right = BAD[kind]
        with within(0.5):
            result = engine.search(SearchQuery(words=words_of(typed), only={Facet.CONSULTATION: (1,)}))
        assert sorted(hit.id for hit in result.hits) == right
        assert result.total == len(right)
