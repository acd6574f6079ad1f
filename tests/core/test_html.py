"""core.html: nothing but paragraphs, line breaks and harmless links ever comes out."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from core.html import text_to_html
from core.text import clean
from tests.support.limits import within

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>https://a.vn",
    "<a href='javascript:alert(1)'>https://a.vn</a>",
    "javascript:alert(1)//https://a.vn",
    "JaVaScRiPt://www.a.vn/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>//www.a.vn",
    "vbscript:msgbox://www.a.vn",
    "https://a.vn/'onmouseover='alert(1)",
    'https://a.vn/"onmouseover="alert(1)',
    "https://a.vn/?q=<script>alert(1)</script>",
    "https://a.vn/&quot;onmouseover=&quot;alert(1)",
    "https://a.vn/&#34;><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt; www.a.vn",
    "https://a.vn`onclick=alert(1)`",
    "https://javascript:alert(1)@a.vn/",
    "http://http://a.vn <b>",
    "www.www.a.vn<iframe src=//a.vn>",
    "<p><br><a href=https://a.vn rel=opener target=_blank style=x>",
    "<!-- https://a.vn -->",
    "<![CDATA[https://a.vn]]>",
    "</p></div></body>https://a.vn",
    "<form action=https://a.vn><input>",
    "<style>@import 'https://a.vn'</style>",
    "<math><mi xlink:href='javascript:alert(1)//www.a.vn'>",
    "\x00<script\x00>\u202ehttps://a.vn",
    "https://a.vn\u2028<script>",
    "{{ 7*7 }} {% raw %} https://a.vn/{{config}}",
]


class Reader(HTMLParser):
    """Collects what a browser would see, and complains of anything that is not p, br or a safe link."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ""
        self.hrefs: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"p", "br", "a"}, tag
        if tag == "a":
            values = dict(attrs)
            assert set(values) == {"href", "rel"}
            assert values["rel"] == "nofollow ugc noopener"
            assert str(values["href"]).lower().startswith(("http://", "https://"))
            self.hrefs.append(values["href"])
        else:
            assert attrs == []

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment came through")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration came through")

    def handle_data(self, data: str) -> None:
        self.shown += data


def read(text: str) -> Reader:
    html = text_to_html(text)
    assert isinstance(html, Markup)
    reader = Reader()
    reader.feed(str(html))
    reader.close()
    return reader


def squeezed(text: str) -> str:
    return "".join(text.split())


class TestTextToHtml:
    def test_makes_paragraphs_and_line_breaks(self) -> None:
        assert text_to_html("một\nhai\n\n \nba") == "<p>một<br>\nhai</p>\n<p>ba</p>"
        assert text_to_html("một\r\nhai\r\n\r\nba") == "<p>một<br>\nhai</p>\n<p>ba</p>"

    def test_gives_nothing_for_nothing(self) -> None:
        assert text_to_html("") == text_to_html(" \n ") == ""

    def test_links_addresses(self) -> None:
        assert text_to_html("xem https://moj.gov.vn/a?x=1&y=2.") == (
            '<p>xem <a href="https://moj.gov.vn/a?x=1&amp;y=2" rel="nofollow ugc noopener">'
            "https://moj.gov.vn/a?x=1&amp;y=2</a>.</p>"
        )

    @pytest.mark.parametrize(
        ("text", "hrefs"),
        [
            ("(www.moj.gov.vn)", ["https://www.moj.gov.vn"]),
            ("WWW.MOJ.GOV.VN", ["https://WWW.MOJ.GOV.VN"]),
            ("https://a.vn,https://b.vn/x", ["https://a.vn", "https://b.vn/x"]),
            ("https://vi.wikipedia.org/wiki/Đất_(2024)", ["https://vi.wikipedia.org/wiki/Đất_(2024)"]),
            ("ftp://a.vn mailto:a@b.vn a.vn 1.2.3.4 //a.vn", []),
            ("abc.vn, www.b.vn", ["https://www.b.vn"]),
            ("www.b.vn/,abc.vn;www.c.vn;ftp://d.vn", ["https://www.b.vn/,abc.vn;www.c.vn;ftp://d.vn"]),
            ("www.b.vn,abc.vn", ["https://www.b.vn"]),
        ],
    )
    def test_links_only_what_was_written_as_an_address(self, text: str, hrefs: list[str]) -> None:
        assert read(text).hrefs == hrefs

    @pytest.mark.parametrize("text", HOSTILE)
    def test_shows_hostile_text_as_text(self, text: str) -> None:
        assert squeezed(read(text).shown) == squeezed(clean(text))

    @given(
        st.lists(st.sampled_from([*HOSTILE, "\n\n", "\n", " ", "www.", "https://", "<", '"', "&", "đất"]), max_size=6)
    )
    def test_shows_mixtures_as_text(self, parts: list[str]) -> None:
        text = "".join(parts)
        assert squeezed(read(text).shown) == squeezed(clean(text))

    @pytest.mark.scaled
    @pytest.mark.parametrize(
        "text",
        [
            "https://" + "a." * 50_000,
            "https://a.vn " * 8_000,
            "www." * 25_000,
            "(" * 50_000 + "https://a.vn" + ")" * 50_000,
            ("https://" + "a." * 990 + " ") * 50,
            "\n" * 50_000 + "www.a.vn" + " \n" * 25_000 + "x",
        ],
    )
    def test_stays_quick_on_a_hundred_thousand_characters(self, text: str) -> None:
        with within(2):
            text_to_html(text)

    @pytest.mark.scaled
    def test_is_quick_on_a_page_of_comments(self) -> None:
        with within(0.1):
            for _ in range(200):
                text_to_html("Đề nghị sửa <khoản 2> & Điều 5.\n\nVì người dân cần biết.")
