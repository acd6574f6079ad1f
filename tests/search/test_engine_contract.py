"""What every search engine must do, whatever it is made of. Parametrised over engines; real Vietnamese."""

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import SearchDocument
from search.engines.base import Engine, Fragment, SearchHit, SearchQuery, SearchResult, Sort
from search.engines.whoosh import WhooshEngine

START = datetime(2026, 1, 1, tzinfo=UTC)
NOISE = 900  # ids of rows that must never be found by what a test looks for

HOSTILE = ['"', "-", "OR", "HOẶC", "|", "(", ")", "*", "?", "~", "^", ":", "[", "TO", "]", "đất", "a:b", "thu", "NOT"]
HOSTILE += ["\x00", "\ud800", "\u202e", "\u0301", "'; DROP TABLE--", "\\", "{!}", "/", "=dat"]


def document(id_: int, body: str, **changes: Any) -> SearchDocument:
    values: dict[str, Any] = {
        "type": "comment",
        "consultation_id": 1,
        "version_id": 1,
        "lineage_id": 70,
        "citation": "Điều 9",
        "title": "",
        "created_at": START + timedelta(hours=id_),
    }
    return SearchDocument(id=id_, body=body, **(values | changes))


@pytest.fixture(params=["whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    made: Engine = {"whoosh": WhooshEngine}[request.param](tmp_path / "index")
    made.add(
        [
            document(NOISE, "Mức phạt tiền lương tháng mười hai", consultation_id=9, lineage_id=99, stance="ask"),
            document(NOISE + 1, "Trường học, bệnh viện, trạm y tế", consultation_id=9, lineage_id=None),
        ]
    )
    yield made
    made.close()


def found(engine: Engine, text: str, **filters: Any) -> list[int]:
    result = engine.search(SearchQuery(text=text, **filters))
    assert result.total >= len(result.hits)
    return [hit.id for hit in result.hits]


def marked(fragments: tuple[Fragment, ...]) -> str:
    return "".join(f"[{text}]" if is_hit else text for text, is_hit in fragments)


def only(result: SearchResult) -> SearchHit:
    assert len(result.hits) == 1
    return result.hits[0]


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
        assert sorted(found(engine, "-đất", consultation_ids=(1,))) == [3, 4]

    @pytest.mark.parametrize("word", ["OR", "HOẶC", "|"])
    def test_either_of_two(self, engine: Engine, word: str) -> None:
        assert sorted(found(engine, f"thuế {word} phí")) == [3, 4]
        assert found(engine, f"thuế {word} phí nhà") == [3]

    def test_the_common_word_for_or_is_a_word(self, engine: Engine) -> None:
        assert found(engine, "hoặc án") == [4]

    def test_signs_alone_find_nothing_and_blank_finds_all(self, engine: Engine) -> None:
        assert engine.search(SearchQuery(text=' !!! -- "" | ')).total == 0
        assert engine.search(SearchQuery(text="  ")).total == 6

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
        result = engine.search(SearchQuery(text=text))
        assert 0 <= len(result.hits) <= result.total <= 6

    def test_stays_quick_on_long_queries(self, engine: Engine) -> None:
        for text in ("đất OR " * 3_000, '"' * 10_000, "-" * 10_000, "(" * 10_000, "a-" * 5_000, "đất " * 2_500):
            assert engine.search(SearchQuery(text=text)).took_ms < 500


class TestFilters:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add(
            [
                document(1, "đất đai", consultation_id=1, lineage_id=10, stance="support"),
                document(2, "đất đai", consultation_id=1, lineage_id=11, stance="oppose", citation="Điều 11"),
                document(3, "đất đai", consultation_id=2, lineage_id=20, stance="support", citation="Điều 20"),
                document(4, "đất đai", consultation_id=2, lineage_id=None, stance=None, citation=""),
                document(1, "đất đai", type="provision", consultation_id=1, lineage_id=10, citation="Điều 10"),
            ]
        )

    def test_by_consultation(self, engine: Engine) -> None:
        assert sorted(found(engine, "đất", consultation_ids=(1,))) == [1, 1, 2]
        assert sorted(found(engine, "đất", consultation_ids=(1, 2))) == [1, 1, 2, 3, 4]

    def test_an_empty_choice_lets_nothing_through(self, engine: Engine) -> None:
        assert found(engine, "đất", consultation_ids=()) == []
        assert found(engine, "đất", types=()) == []

    def test_by_provision_stance_and_type(self, engine: Engine) -> None:
        assert found(engine, "đất", lineage_id=11) == [2]
        assert sorted(found(engine, "đất", stance="support")) == [1, 3]
        assert found(engine, "đất", types=("provision",)) == [1]
        assert sorted(found(engine, "đất", types=("comment",), lineage_id=10)) == [1]

    def test_by_date_from_included_to_excluded(self, engine: Engine) -> None:
        second, fourth = START + timedelta(hours=2), START + timedelta(hours=4)
        assert sorted(found(engine, "đất", date_from=second, date_to=fourth)) == [2, 3]

    def test_filters_alone_are_a_search_newest_first(self, engine: Engine) -> None:
        assert found(engine, "", consultation_ids=(2,)) == [4, 3]
        assert found(engine, "", consultation_ids=(2,), sort=Sort.OLDEST) == [3, 4]

    def test_counts_per_provision_count_everything_found(self, engine: Engine) -> None:
        engine.add([document(id_, "đất rừng", lineage_id=20, citation="Điều 20") for id_ in range(30, 60)])
        result = engine.search(SearchQuery(text="đất", limit=3))
        assert (len(result.hits), result.total) == (3, 35)
        assert [(each.lineage_id, each.citation, each.count) for each in result.by_lineage] == [
            (20, "Điều 20", 31),
            (10, "Điều 10", 2),
            (11, "Điều 11", 1),
        ]


class TestPaging:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add([document(id_, "đất " * (1 + id_ % 7) + "nhà " * (id_ % 5)) for id_ in range(1, 301)])

    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("text", ["đất", "đất nhà", ""])
    def test_pages_hold_everything_once(self, engine: Engine, sort: Sort, text: str) -> None:
        pages = [found(engine, text, sort=sort, offset=at, limit=70, consultation_ids=(1,)) for at in range(0, 350, 70)]
        ids = [id_ for page in pages for id_ in page]
        total = engine.search(SearchQuery(text=text, consultation_ids=(1,))).total
        assert len(ids) == len(set(ids)) == total > 200

    def test_by_time(self, engine: Engine) -> None:
        assert found(engine, "đất", sort=Sort.NEWEST, limit=3) == [300, 299, 298]
        assert found(engine, "đất", sort=Sort.OLDEST, limit=3, offset=1) == [2, 3, 4]

    def test_past_the_end_is_empty(self, engine: Engine) -> None:
        result = engine.search(SearchQuery(text="đất", offset=10_000))
        assert (result.hits, result.total) == ((), 300)


class TestChanges:
    def test_starts_empty_and_counts(self, engine: Engine) -> None:
        assert engine.count() == 2
        assert engine.keys() == {("comment", NOISE), ("comment", NOISE + 1)}

    def test_adding_again_replaces(self, engine: Engine) -> None:
        for body in ("thửa ruộng", "mảnh vườn"):
            assert engine.add([document(1, body), document(2, "cánh rừng")]) == 2
        assert found(engine, "ruộng") == []
        assert found(engine, "vườn") == [1]
        assert engine.count() == 4

    def test_the_last_of_a_key_counts_within_one_call(self, engine: Engine) -> None:
        assert engine.add([document(1, "cũ"), document(1, "mới")]) == 1
        assert (found(engine, "cũ"), found(engine, "mới")) == ([], [1])

    def test_keys_are_type_and_id(self, engine: Engine) -> None:
        engine.add([document(1, "vườn"), document(1, "vườn", type="provision")])
        engine.delete("provision", [1])
        assert [hit.type for hit in engine.search(SearchQuery(text="vườn")).hits] == ["comment"]

    def test_what_is_deleted_is_neither_found_nor_counted(self, engine: Engine) -> None:
        engine.add([document(id_, "bí mật", lineage_id=4) for id_ in range(1, 21)])
        assert engine.search(SearchQuery(text="mật")).total == 20
        engine.delete("comment", range(1, 20))
        result = engine.search(SearchQuery(text="mật"))
        assert ([hit.id for hit in result.hits], result.total) == ([20], 1)
        assert result.by_lineage[0].count == 1
        assert (found(engine, "-đất", lineage_id=4), found(engine, "", lineage_id=4)) == ([20], [20])
        assert engine.keys() == {("comment", id_) for id_ in (20, NOISE, NOISE + 1)}
        engine.add([document(50, "bí mật khác", lineage_id=4)])
        assert sorted(found(engine, "mật")) == [20, 50]

    def test_deleting_the_unknown_is_no_error(self, engine: Engine) -> None:
        engine.delete("comment", [12345])
        engine.delete("nonsense", [])
        assert engine.count() == 2

    def test_nothing_is_added_when_one_of_them_fails(self, engine: Engine) -> None:
        def failing() -> Iterator[SearchDocument]:
            yield document(1, "vườn")
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError, match="went away"):
            engine.add(failing())
        assert engine.count() == 2
        assert engine.add([document(2, "vườn")]) == 1

    def test_many_small_changes_keep_the_truth(self, engine: Engine) -> None:
        for id_ in range(1, 41):
            engine.add([document(id_, f"vườn số {id_}"), document(500, f"bản {id_}")])
            engine.delete("comment", [id_ - 3])
        assert sorted(found(engine, "vườn", limit=100)) == [38, 39, 40]
        assert found(engine, "bản 40") == [500]
        assert engine.count() == 6
        engine.check()

    def test_clear_empties(self, engine: Engine) -> None:
        engine.clear()
        assert (engine.count(), found(engine, "lương")) == (0, [])
        engine.add([document(1, "vườn")])
        assert found(engine, "vườn") == [1]

    def test_another_engine_on_the_same_place_sees_changes(self, engine: Engine, tmp_path: Path) -> None:
        other: Engine = type(engine)(tmp_path / "index")  # type: ignore[call-arg]
        assert found(other, "vườn") == []
        engine.add([document(1, "vườn")])
        assert found(other, "vườn") == [1]
        other.delete("comment", [1])
        assert found(engine, "vườn") == []
        engine.clear()
        assert other.count() == 0
        other.close()


class TestSnippets:
    def test_highlights_the_text_as_it_was_written(self, engine: Engine) -> None:
        engine.add([document(1, "Quyền sử dụng ĐẤT; thuỷ lợi", title="Về đất đai")])
        hit = only(engine.search(SearchQuery(text="dat thủy")))
        assert marked(hit.snippet) == "Quyền sử dụng [ĐẤT]; [thuỷ] lợi"
        assert marked(hit.title) == "Về [đất] đai"
        assert hit.citation == "Điều 9"

    def test_highlights_what_matches_marks_only(self, engine: Engine) -> None:
        engine.add([document(1, "dat đạt đất")])
        assert marked(only(engine.search(SearchQuery(text="đất"))).snippet) == "dat đạt [đất]"

    def test_highlights_a_phrase_as_one(self, engine: Engine) -> None:
        engine.add([document(1, "đất đã thu, thu  hồi đất")])
        assert marked(only(engine.search(SearchQuery(text='"thu hồi"'))).snippet) == "đất đã thu, [thu  hồi] đất"

    def test_never_highlights_what_was_left_out(self, engine: Engine) -> None:
        engine.add([document(1, "vườn rau")])
        assert marked(only(engine.search(SearchQuery(text="vườn -đất"))).snippet) == "[vườn] rau"

    def test_shows_the_part_of_a_long_text_with_the_hits(self, engine: Engine) -> None:
        body = "mở đầu " * 8_000 + "thu hồi đất bồi thường" + " kết thúc" * 5_000
        assert len(body) > 100_000
        engine.add([document(1, body)])
        snippet = marked(only(engine.search(SearchQuery(text="bồi thường"))).snippet)
        assert "đất [bồi] [thường] kết" in snippet
        assert snippet.startswith("…")
        assert snippet.endswith("…")
        assert len(snippet) < 300

    def test_starts_at_the_beginning_when_the_body_holds_no_hit(self, engine: Engine) -> None:
        engine.add([document(1, "vườn " * 200, title="đất")])
        assert marked(only(engine.search(SearchQuery(text="đất"))).snippet).startswith("vườn vườn")

    def test_markup_stays_text(self, engine: Engine) -> None:
        engine.add([document(1, "<script>alert('đất')</script>")])
        assert marked(only(engine.search(SearchQuery(text="đất"))).snippet) == "<script>alert('[đất]')</script>"


class TestOddDocuments:
    def test_empty_texts_and_signs(self, engine: Engine) -> None:
        engine.add([document(1, ""), document(2, "👍 …"), document(3, "\x00 zwj\u200b")])
        assert engine.count() == 5
        assert sorted(found(engine, "", consultation_ids=(1,))) == [1, 2, 3]
        engine.check()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.text(max_size=20))
    def test_any_text_can_be_added(self, engine: Engine, body: str, text: str) -> None:
        engine.add([document(1, body)])
        engine.search(SearchQuery(text=text))
        hit = only(engine.search(SearchQuery(text="", consultation_ids=(1,))))
        assert "".join(fragment.text for fragment in hit.snippet).replace("…", "") == body.replace("…", "")
