"""Markdown as HTML: what comes out is on the list, however hostile the text, and soon."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.html import LONGEST_MARKDOWN, markdown_to_html
from tests.support.limits import SOAK, within

TAG = re.compile(r"<\s*(/?)\s*([a-zA-Z0-9]+)([^>]*)>")
INLINE = {"a", "br", "code", "em", "s", "strong"}
BLOCKS = {
    "blockquote",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
ALLOWED = INLINE | BLOCKS
N = 20_000
BOMBS = {
    "quotes in quotes": ">" * N,
    "brackets": "[" * N,
    "links begun": "[a](" * (N // 4),
    "links": "[a](b)" * (N // 6),
    "stars and underscores": "*_" * (N // 2),
    "strikes": "~~a" * (N // 3),
    "pictures begun": "![" * (N // 2),
    "ticks": "".join("`" * count + " " for count in range(190)),
    "lists in lists": "\n".join(" " * depth + "- a" for depth in range(180)),
    "a wide table": "|a" * 300 + "|\n" + "|-" * 300 + "|\n" + ("|x" * 300 + "|\n") * 30,
    "a long table": "a|b\n-|-\n" + "|\n" * 9_000,
    "definitions": "[a]: b\n" * (N // 7),
    "mentions": "@a " * (N // 3),
    "addresses": "http://" * (N // 7),
    "entities": "&#x1F600;" * (N // 9),
    "angles": "<" * N,
}


def tags_of(html: str) -> set[str]:
    return {match[2].lower() for match in TAG.finditer(html)}


class TestMarkdown:
    def test_shows_the_usual_marks(self) -> None:
        html = markdown_to_html("# Tựa\n\n**đậm** và *nghiêng*\n\n- một\n- hai\n\n> trích\n\n~~bỏ~~ `mã`")
        for part in ("<h4>Tựa</h4>", "<strong>đậm</strong>", "<em>nghiêng</em>", "<li>một</li>", "<blockquote>"):
            assert part in html
        assert "<s>bỏ</s> <code>mã</code>" in html

    def test_keeps_line_breaks_and_links_bare_addresses(self) -> None:
        html = markdown_to_html("dòng một\ndòng hai www.vi-du.vn")
        assert "dòng một<br>" in html
        assert '<a href="https://www.vi-du.vn" rel="nofollow ugc noopener">www.vi-du.vn</a>' in html

    def test_links_known_people_alone(self) -> None:
        html = markdown_to_html("@chi-ba và @ai-do, thu@chi-ba.vn", {"chi-ba": "/dien-dan/nguoi/3/"})
        assert html.count("<a ") == 1
        assert '<a href="/dien-dan/nguoi/3/">@chi-ba</a> và @ai-do' in html

    def test_a_handle_cannot_carry_markup(self) -> None:
        html = markdown_to_html("@x", {"x": '"><script>alert(1)</script>'})
        assert tags_of(html) <= ALLOWED

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](JaVaScRiPt&colon;alert(1))",
            "<javascript:alert(1)>",
            "![x](http://xau.vn/theo-doi.png)",
            "[x]: javascript:alert(1)\n\n[x]",
            "[a](<javascript:alert(1)>)",
            '[a](https://x.vn "onmouseover=alert(1)")',
            "```<script>\nalert(1)\n```",
            "| <b onclick=x> |\n|---|\n| <svg/onload=alert(1)> |",
        ],
    )
    def test_lets_nothing_run_and_nothing_load(self, text: str) -> None:
        html = str(markdown_to_html(text))
        assert tags_of(html) <= ALLOWED
        for href in re.findall(r'href="([^"]*)"', html):
            assert href.startswith(("http://", "https://", "/")), href
        assert not re.search(r"<[^>]*\son\w+=", html)

    @given(st.text(max_size=2_000 if SOAK else 200))
    @settings(max_examples=2_000 if SOAK else 60, deadline=None)
    def test_holds_for_any_text(self, text: str) -> None:
        html = str(markdown_to_html(text))
        assert tags_of(html) <= ALLOWED
        assert not re.search(r"<[^>]*\son\w+=", html)

    @pytest.mark.scaled
    @pytest.mark.parametrize("name", BOMBS)
    def test_is_bounded_in_time_and_size(self, name: str) -> None:
        with within(3.0):
            html = markdown_to_html(BOMBS[name][:N])
        assert len(html) < 30 * N

    def test_a_text_too_long_is_shown_as_typed(self) -> None:
        html = markdown_to_html("**a** " * (LONGEST_MARKDOWN // 6 + 1))
        assert "<strong>" not in html
        assert "**a**" in html
