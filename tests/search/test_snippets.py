"""Titles and snippets with what was searched for marked, in the text as it was written."""

from search.analysis import terms
from search.engines.snippets import Fragment, highlight, snippet
from search.query import parse


def marked(fragments: tuple[Fragment, ...]) -> str:
    return "".join(f"[{text}]" if is_hit else text for text, is_hit in fragments)


def shown(body: str, query: str) -> str:
    return marked(snippet(body, parse(query, terms).wanted))


class TestHighlight:
    def test_marks_the_text_as_it_was_written(self) -> None:
        assert marked(highlight("Về đất đai", parse("dat thủy", terms).wanted)) == "Về [đất] đai"


class TestSnippet:
    def test_marks_the_text_as_it_was_written(self) -> None:
        assert shown("Quyền sử dụng ĐẤT; thuỷ lợi", "dat thủy") == "Quyền sử dụng [ĐẤT]; [thuỷ] lợi"

    def test_marks_what_matches_marks_only(self) -> None:
        assert shown("dat đạt đất", "đất") == "dat đạt [đất]"

    def test_marks_a_phrase_as_one(self) -> None:
        assert shown("đất đã thu, thu  hồi đất", '"thu hồi"') == "đất đã thu, [thu  hồi] đất"

    def test_never_marks_what_was_left_out(self) -> None:
        assert shown("vườn rau", "vườn -đất") == "[vườn] rau"

    def test_shows_the_part_of_a_long_text_with_the_hits(self) -> None:
        body = "mở đầu " * 8_000 + "thu hồi đất bồi thường" + " kết thúc" * 5_000
        assert len(body) > 100_000
        part = shown(body, "bồi thường")
        assert "đất [bồi] [thường] kết" in part
        assert part.startswith("…")
        assert part.endswith("…")
        assert len(part) < 300

    def test_starts_at_the_beginning_when_the_body_holds_no_hit(self) -> None:
        assert shown("vườn " * 200, "đất").startswith("vườn vườn")

    def test_markup_stays_text(self) -> None:
        assert shown("<script>alert('đất')</script>", "đất") == "<script>alert('[đất]')</script>"
