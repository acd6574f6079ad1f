"""Word files: numbers as Word prints them, line breaks, tables, tracked changes, notes."""

from __future__ import annotations

import pytest

from legal.nodes import Kind
from legal.outline import outline_bytes
from legal.readers import read
from tests.legal import word
from tests.legal.documents import outline, own
from tests.legal.test_nothing_lost import missing
from tests.legal.word import listed, numbering, package, paragraph


def texts(data: bytes) -> list[str]:
    return [line.text for line in read(data, "a.docx").lines]


class TestAutomaticNumbers:
    def test_are_shown_as_word_prints_them(self) -> None:
        body = "".join(
            [
                listed("Phạm vi", 0),
                listed("Một", 1),
                listed("nhỏ", 2),
                listed("nhỏ nữa", 2),
                listed("Hai", 1),
                listed("lại từ a", 2),
                listed("Đối tượng", 0),
                listed("lại từ một", 1),
            ]
        )
        xml = numbering(("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)"))
        assert texts(package(body, numbering=xml)) == [
            "Điều 1. Phạm vi",
            "1. Một",
            "a) nhỏ",
            "b) nhỏ nữa",
            "2. Hai",
            "a) lại từ a",
            "Điều 2. Đối tượng",
            "1. lại từ một",
        ]

    @pytest.mark.parametrize(
        ("form", "shown"),
        [
            ("decimal", ["1.", "2.", "3.", "4.", "5."]),
            ("lowerLetter", ["a.", "b.", "c.", "d.", "e."]),
            ("upperLetter", ["A.", "B.", "C.", "D.", "E."]),
            ("lowerRoman", ["i.", "ii.", "iii.", "iv.", "v."]),
            ("upperRoman", ["I.", "II.", "III.", "IV.", "V."]),
            ("decimalZero", ["01.", "02.", "03.", "04.", "05."]),
        ],
    )
    def test_know_the_formats(self, form: str, shown: list[str]) -> None:
        body = "".join(listed("x", 0) for _ in range(5))
        assert texts(package(body, numbering=numbering((form, "%1.")))) == [f"{label} x" for label in shown]

    def test_of_several_levels_stand_in_one_label(self) -> None:
        body = listed("a", 0) + listed("b", 1) + listed("c", 1)
        xml = numbering(("decimal", "%1."), ("decimal", "%1.%2."))
        assert texts(package(body, numbering=xml)) == ["1. a", "1.1. b", "1.2. c"]

    def test_begin_anew_where_a_list_says_so(self) -> None:
        over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        body = listed("a", 0) + listed("b", 0) + listed("c", 0, num=2) + listed("d", 0, num=2)
        xml = numbering(("decimal", "%1."), overrides=over)
        assert texts(package(body, numbering=xml)) == ["1. a", "2. b", "1. c", "2. d"]

    def test_come_from_a_style_too(self) -> None:
        styles = (
            f'<w:styles {word.NS}><w:style w:styleId="Dieu"><w:name w:val="heading 3"/><w:pPr><w:numPr>'
            '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
            '<w:style w:styleId="Con"><w:basedOn w:val="Dieu"/></w:style></w:styles>'
        )
        body = paragraph("Phạm vi", '<w:pStyle w:val="Dieu"/>') + paragraph("Đối tượng", '<w:pStyle w:val="Con"/>')
        data = package(body, numbering=numbering(("decimal", "Điều %1.")), styles=styles)
        assert texts(data) == ["Điều 1. Phạm vi", "Điều 2. Đối tượng"]
        assert [line.heading for line in read(data).lines] == [3, 3]

    def test_of_bullets_are_dashes(self) -> None:
        assert texts(package(listed("x", 0), numbering=numbering(("bullet", "\uf0b7")))) == ["- x"]

    def test_are_absent_where_the_list_does_not_exist(self) -> None:
        assert texts(package(listed("x", 0, num=7))) == ["x"]


class TestText:
    def test_of_manual_line_breaks_makes_the_name_of_a_chapter(self) -> None:
        body = paragraph("Chương I\nQUY ĐỊNH CHUNG") + paragraph("Điều 1. Phạm vi") + paragraph("Luật này quy định.")
        chapter = outline_bytes(package(body), "a.docx").nodes[0]
        assert (chapter.number, chapter.heading) == ("I", "QUY ĐỊNH CHUNG")

    def test_takes_tracked_changes_as_accepted_and_warns(self) -> None:
        body = (
            "<w:p><w:r><w:t>Điều 1. Phạm vi </w:t></w:r><w:ins><w:r><w:t>mới</w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>cũ</w:delText></w:r></w:del></w:p>" + paragraph("Luật này quy định.")
        )
        document = outline_bytes(package(body), "a.docx")
        assert document.nodes[0].heading == "Phạm vi mới"
        assert [w.code for w in document.warnings] == ["tracked_changes"]
        assert [(item.text, item.reason) for item in document.set_aside] == [("cũ", "đoạn đã xóa (theo dõi thay đổi)")]

    def test_of_tables_stays_together_row_by_row(self) -> None:
        row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
        table = (
            "<w:tbl>" + row.format(paragraph("STT"), paragraph("Việc")) + row.format(paragraph("1"), paragraph("Soạn"))
        )
        body = paragraph("Điều 1. Bảng") + paragraph("1. Như sau:") + table + "</w:tbl>" + paragraph("2. Hết.")
        article = outline_bytes(package(body), "a.docx").nodes[0]
        first, second = own(article, Kind.CLAUSE)
        assert [(child.kind, child.text) for child in first.children] == [(Kind.TABLE, "STT\tViệc\n1\tSoạn")]
        assert second.text == "Hết."

    def test_of_the_heading_table_is_read_as_lines(self) -> None:
        row = "<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
        table = (
            "<w:tbl>"
            + row.format(paragraph("CHÍNH PHỦ"), paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
            + row.format(paragraph("Số: 1"), paragraph("Hà Nội"))
            + "</w:tbl>"
        )
        document = outline_bytes(package(table + paragraph("Điều 1. Một") + paragraph("Nội dung.")), "a.docx")
        assert [node.kind for node in document.nodes] == [Kind.PREAMBLE, Kind.ARTICLE]

    def test_of_foot_notes_and_page_headers_is_set_aside(self) -> None:
        notes = (
            f'<w:footnotes {word.NS}><w:footnote w:type="separator"><w:p/></w:footnote>'
            f"<w:footnote>{paragraph('Chú thích một.')}</w:footnote></w:footnotes>"
        )
        header = f"<w:hdr {word.NS}>{paragraph('Dự thảo 2')}</w:hdr>"
        document = outline_bytes(package(paragraph("Điều 1. Một"), footnotes=notes, header1=header), "a.docx")
        assert [(item.text, item.reason) for item in document.set_aside] == [
            ("Chú thích một.", "chú thích cuối trang"),
            ("Dự thảo 2", "đầu trang, chân trang"),
        ]

    def test_in_content_controls_and_text_boxes_is_read(self) -> None:
        control = f"<w:sdt><w:sdtContent>{paragraph('Điều 1. Một')}</w:sdtContent></w:sdt>"
        box = f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('Trong khung')}</w:txbxContent></w:pict></w:r></w:p>"
        assert texts(package(control + box)) == ["Điều 1. Một", "Trong khung"]

    def test_that_is_hidden_stays_hidden(self) -> None:
        body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t></w:r></w:p>"
        assert texts(package(body)) == ["hiện"]


class TestWholeLaws:
    @pytest.mark.parametrize("name", ["04", "07", "08"])
    def test_with_typed_numbers_give_the_same_tree(self, name: str) -> None:
        law = outline(name)
        again = outline_bytes(word.law(law, automatic=False), "luat.docx")
        assert again.counts() == law.counts()
        assert [n.citation for n in again.walk()] == [n.citation for n in law.walk()]

    @pytest.mark.parametrize("name", ["04", "08"])
    def test_with_automatic_numbers_give_the_same_articles_and_clauses(self, name: str) -> None:
        law = outline(name)
        data = word.law(law, automatic=True)
        again = outline_bytes(data, "luat.docx")
        kept = {kind: count for kind, count in law.counts().items() if kind not in ("annexed", "article")}
        assert {kind: again.counts()[kind] for kind in kept} == kept
        source = read(data, "luat.docx")
        assert missing(source, again) == ""

    def test_with_automatic_letters_say_that_word_knows_no_letter_d_with_stroke(self) -> None:
        again = outline_bytes(word.law(outline("08"), automatic=True), "luat.docx")
        assert {w.code for w in again.warnings} == {"gap"}
        assert all("điểm d là điểm e" in w.message for w in again.warnings)
