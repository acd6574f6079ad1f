"""Languages: Vietnamese as it is written in the code, English from the catalogue, placeholders filled in both."""

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from core.i18n import LANGUAGE_COOKIE, gettext, ngettext

WORDS = "{{ _('Dự thảo') }} {{ _('%(n)s mục chờ xử lý', n=3) }}"


@pytest.mark.parametrize(("language", "draft"), [("vi", "Dự thảo"), ("en", "Drafts")])
def test_a_reader_gets_the_words_of_their_language(app: Flask, language: str, draft: str) -> None:
    with app.test_request_context(headers={"Cookie": f"{LANGUAGE_COOKIE}={language}"}):
        assert gettext("Dự thảo") == draft
        shown = render_template_string(WORDS)
    assert shown.startswith(draft)
    assert "3" in shown


def test_figures_are_filled_in_where_there_is_no_reader(app: Flask) -> None:
    assert gettext("%(n)s mục chờ xử lý", n=3) == "3 mục chờ xử lý"
    assert ngettext("%(num)s ý kiến", "%(num)s ý kiến", 5) == "5 ý kiến"


def test_the_whole_frame_of_a_page_turns_english(client: FlaskClient) -> None:
    client.set_cookie(LANGUAGE_COOKIE, "en")
    page = client.get("/dang-nhap/").text
    assert '<html lang="en">' in page
    assert "Sign in" in page
    assert "Mật khẩu" not in page
