"""The English catalogue keeps up with the code; and the guides name only what a screen says."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tests.architecture.checks.catalogue import faults, messages_of, read_catalogue
from tests.architecture.checks.docs import Page, screen_word_faults
from tests.architecture.checks.tree import ROOT, tree_files

MAPPING = ROOT / "translations" / "babel.cfg"
ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# Kept in English sentences: names, words that the law knows only in Vietnamese, examples of what one may type.
NAMES = (
    *("Dân Bàn", "khoản 2 Điều 5", "khoản 5 Điều 22, cấp cứu", "“Điều 5.”", "12a, IV, đ", "Cramér’s V"),
    *("k2 đ7", "đền bù điều:7 khoản:2", "“Điều 7 khoản 2”", "“khoản 2 Điều 7”", "khoản 2 Điều 7", "điểm:a"),
    *('"bồi thường thiệt hại"', "đất -nhà", "“đất”", "“nhà”", "đặt cọc OR ký quỹ", "HOẶC", "BHYT học sinh"),
    *("lập-trường:phản-đối", "ủng-hộ, đề-nghị-sửa, không-đồng-ý, hỏi", "ủng-hộ, đề-nghị-sửa, hỏi", "“tác-giả:”"),
    *("loại:ý-kiến nguồn:web", "từ:2026-01-01 đến:2026-03"),
    *("trung tâm khuyến nông", "Lào Cai", "{{bảng}}"),
    *("cơ quan", "tổ chức", "cá nhân", "Mã dòng", "Dấu"),  # what a cell of a sheet says, whoever fills it in
)


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return messages_of(ROOT, MAPPING)


def test_every_message_is_in_english(messages: set[str]) -> None:
    assert len(messages) > 100, "few messages were found: is the mapping right?"
    found = faults(messages, read_catalogue(ENGLISH), NAMES)
    assert not found, "\n".join(["run `make messages`, then translate in translations/en:", *found])


def test_messages_are_found_in_python_and_in_templates(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "core" / "x.py").write_text('_("Một")\nx = _l("Hai %(n)s", n=2)\nlog("Không")\n')
    (tmp_path / "templates" / "x.html").write_text(
        '{% do x %}\n{{ _("Ba") }}\n{% trans n=2 %}\n  Bốn {{ n }}\n{% endtrans %}'
    )
    assert messages_of(tmp_path, MAPPING) == {"Một", "Hai %(n)s", "Ba", "  Bốn %(n)s\n"}


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        ("", "untranslated: Còn %(n)s <b>ngày</b>"),
        ("<b>Days</b> left", "fills in something else: Còn %(n)s <b>ngày</b>"),
        ("%(n)s%% <b>days</b> of 100 %", "fills in something else: Còn %(n)s <b>ngày</b>"),
        ("%(n)s days left", "other tags: Còn %(n)s <b>ngày</b>"),
        ("%(n)s <b>ngày</b> left", "still Vietnamese: Còn %(n)s <b>ngày</b>"),
    ],
)
def test_a_planted_wrong_translation_is_found(translated: str, fault: str) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Còn %(n)s <b>ngày</b>", translated)
    assert faults({"Còn %(n)s <b>ngày</b>"}, catalogue, ()) == [fault]


def test_a_planted_missing_or_fuzzy_one_is_found() -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Một", "One", flags=["fuzzy"])
    catalogue.add("Hai", "Two")
    catalogue.add("Dân Bàn là gì", "What is Dân Bàn")
    assert faults({"Một", "Ba", "Dân Bàn là gì"}, catalogue, NAMES) == [
        "fuzzy: Một",
        "missing: Ba",
    ]


class TestGuides:
    def test_name_only_what_a_screen_says(self, messages: set[str]) -> None:
        guides = [path.as_posix() for path in tree_files(".md") if path.as_posix().startswith("docs/guides/")]
        assert guides
        pages = [Page(name, (ROOT / name).read_text()) for name in guides]
        assert [fault for page in pages for fault in screen_word_faults(page, messages, NOT_SCREENS)] == []

    def test_a_planted_wrong_word_is_found(self) -> None:
        page = Page("x.md", "Bấm **Gửi góp ý**, rồi **Gửi ngay**. Chữ **đậm**.")
        assert screen_word_faults(page, {"Gửi góp ý"}, NOT_SCREENS) == ["x.md: no screen says Gửi ngay"]


# In bold in the guides, and not words of a screen.
NOT_SCREENS = ("đậm", "một", "Có tài khoản", "Không có tài khoản")
