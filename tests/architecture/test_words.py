"""What a person reads goes through gettext: in templates, and in the Python that speaks to people."""

import pytest
from flask import Flask

from tests.architecture.checks.tree import ROOT, read, tree_files
from tests.architecture.checks.words import untranslated_in_python, untranslated_in_template

# Here Vietnamese is data, not words for the reader: the language of law, of search, of the alphabet; names of bodies;
# the official papers, which are in Vietnamese whatever language their reader chose for the screens.
DATA = (
    "legal/",
    "accounts/seed.py",
    "consultations/seed.py",
    "core/text.py",
    "core/similarity.py",
    "core/tilemap.py",
    "consultations/exports/",
    "core/word.py",
    "opinions/exports/",
    "core/similarity/",
    "moderation/analysis.py",
    "opinions/imports/",
    "opinions/services/sheet_format.py",
    "opinions/queries/units.py",
    "search/analysis",
    "search/query",
    "demo/",
    "migrations/",
    "tests/",
    "scripts/",
    "benchmarks/",
)


def test_templates_speak_through_gettext(bare_app: Flask) -> None:
    folder = ROOT / "templates"
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".html", ".txt")
    )
    environment = bare_app.jinja_env
    sources = {name: (folder / name).read_text() for name in names}
    assert [fault for name in names for fault in untranslated_in_template(environment, name, sources[name])] == []


def test_python_speaks_through_gettext() -> None:
    names = [path.as_posix() for path in tree_files(".py") if not path.as_posix().startswith(DATA)]
    assert [fault for name in names for fault in untranslated_in_python(name, read(ROOT / name) or "")] == []


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Góp ý</p>",
        '<input placeholder="Họ và tên">',
        '{{ button("Gửi ý kiến") }}',
        '{{ _("Gửi") ~ "Đóng" }}',
        "{% if x %}\n<b>mở</b>{% endif %}",
        '{% set label = "Tìm kiếm" %}',
        "Kính gửi {{ name }},",
    ],
)
def test_planted_vietnamese_in_a_template_is_found(bare_app: Flask, planted: str) -> None:
    assert len(untranslated_in_template(bare_app.jinja_env, "x.html", planted)) == 1


@pytest.mark.parametrize(
    "good",
    [
        '<p>{{ _("Góp ý cho %(n)s", n=name) }}</p>',
        "{% trans n=name %}Góp ý cho {{ n }}{% endtrans %}",
        "{% trans n=count %}một{% pluralize %}{{ n }} ý kiến{% endtrans %}",
        "{# Góp ý #}<!-- Góp ý --><b>Dân Bàn</b>",
        '{{ button(_("Gửi ý kiến"), kind="main") }}',
    ],
)
def test_good_templates_pass(bare_app: Flask, good: str) -> None:
    assert untranslated_in_template(bare_app.jinja_env, "x.html", good) == []


@pytest.mark.parametrize(
    "planted",
    [
        'flash("Đã gửi")',
        'x = f"Còn {n} ngày"',
        'raise Refused("Đợt lấy ý kiến đã đóng")',
        'x = {"a": _("Một"), "b": "Hai mươi mốt ạ"}',
        '_(f"Còn {n}")',
        "_(label)",
    ],
)
def test_planted_vietnamese_in_python_is_found(planted: str) -> None:
    assert len(untranslated_in_python("x.py", planted)) == 1


@pytest.mark.parametrize(
    "good",
    [
        '"""Phiếu góp ý."""',
        'flash(_("Còn %(n)s ngày", n=3))',
        'title = "Dân Bàn"',
        'pattern = re.compile("[a-zđ]")',
        'kind = "luật"  # no gettext: how a title begins',
    ],
)
def test_good_python_passes(good: str) -> None:
    assert untranslated_in_python("x.py", good) == []
