"""Every template compiles; a page extends a layout and has one title and one h1.

Nothing is in them that the security policy would refuse.
"""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader

from tests.architecture.checks.templates import broken_links, faults, is_page
from tests.architecture.checks.tree import ROOT

GOOD = """{% extends "layouts/base.html" %}
{% block title %}{{ _("Dự thảo") }}{% endblock %}
{% block main %}<h1>{{ x }}</h1>{% endblock %}
"""


@pytest.fixture
def environment(bare_app: Flask) -> Environment:
    return bare_app.jinja_env


def _sources() -> dict[str, str]:
    folder = ROOT / "templates"
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".txt"))
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def test_every_template_keeps_the_rules(environment: Environment) -> None:
    sources = _sources()
    assert any(map(is_page, sources)), "no page was found: is the folder right?"
    assert [fault for name, source in sources.items() for fault in faults(environment, name, source)] == []


def test_every_link_leads_somewhere(bare_app: Flask) -> None:
    assert [fault for name, source in _sources().items() for fault in broken_links(bare_app, name, source)] == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("""<a href="{{ url_for('shell.nowhere') }}">""", "no route shell.nowhere"),
        ("""<link href="{{ url_for('static', filename='css/none.css') }}">""", "no static file css/none.css"),
    ],
)
def test_a_planted_broken_link_is_found(bare_app: Flask, planted: str, fault: str) -> None:
    assert broken_links(bare_app, "x.html", planted) == [f"x.html:1: {fault}"]
    assert broken_links(bare_app, "x.html", "{{ url_for('shell.home') }}{{ url_for(endpoint) }}") == []
    assert broken_links(bare_app, "shell/x.html", "{{ url_for('.home') }}") == []
    assert len(broken_links(bare_app, "search/x.html", "{{ url_for('.home') }}")) == 1


def test_a_good_page_has_no_fault(environment: Environment) -> None:
    assert faults(environment, "consultations/good.html", GOOD) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        (GOOD + "{% if %}", "does not compile"),
        (GOOD + "{{ x|no_such_filter }}", "no filter no_such_filter"),
        (GOOD.replace('"layouts/base.html"', '"consultations/other.html"'), "extends no layout"),
        (GOOD.replace("block title", "block heading"), "has no title block"),
        (GOOD.replace("h1", "h2"), "has 0 h1"),
        (GOOD + "<h1>again</h1>", "has 2 h1"),
        (GOOD + "{{ comment.body|safe }}", "|safe"),
        (GOOD + "{% autoescape false %}{{ x }}{% endautoescape %}", "autoescape is switched"),
        (GOOD + '<p class="a" style="color: {{ c }}">', "inline style"),
        (GOOD + "<style>p {}</style>", "inline style"),
        (GOOD + '<script nonce="{{ n }}">go()</script>', "inline script"),
        (GOOD + '<button type="button" onclick="go()">', "onclick handler"),
        (GOOD + '<img src="https://pictures.example/x.png">', "another host"),
        (GOOD + '<a href="javascript:go()">', "javascript: address"),
    ],
)
def test_a_planted_fault_is_found(environment: Environment, planted: str, fault: str) -> None:
    found = faults(environment, "consultations/planted.html", planted)
    assert len(found) == 1
    assert fault in found[0]


def test_an_h1_may_come_from_a_macro_and_is_counted(tmp_path: Path) -> None:
    (tmp_path / "head.html").write_text(
        "{% macro head(t) %}<h1>{{ t }}</h1>{% endmacro %}{% macro note() %}<p>{% endmacro %}"
    )
    environment = Environment(loader=FileSystemLoader(tmp_path), autoescape=True, extensions=["jinja2.ext.i18n"])
    page = '{% from "head.html" import head as big, note %}' + GOOD.replace(
        "<h1>{{ x }}</h1>", "{{ big(x) }}{{ note() }}"
    )
    assert faults(environment, "consultations/macro.html", page) == []
    assert faults(environment, "consultations/macro.html", page + "{{ big(y) }}") == [
        "consultations/macro.html: has 2 h1"
    ]


def test_parts_need_no_title_but_are_judged_all_the_same(environment: Environment) -> None:
    assert faults(environment, "macros/part.html", "<p>{{ x }}</p>") == []
    assert faults(environment, "macros/part.html", "<p onclick='x'>{{ x }}</p>") != []
