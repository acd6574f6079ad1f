"""Traps seen in real texts, each in a few lines."""

from __future__ import annotations

from legal.nodes import Kind, Node, Outline
from legal.outline import outline_bytes
from tests.legal.documents import numbers, own

WRAPPED = "\n".join(
    f"Dòng chữ dài thứ {n} của một đoạn văn được ngắt ở cuối dòng theo bề rộng của trang giấy và\n"
    f"vẫn tiếp tục sang dòng sau."
    for n in range(30)
)


def read(text: str, name: str = "a.txt") -> Outline:
    return outline_bytes(text.encode(), name)


def kinds(document: Outline, kind: Kind) -> list[Node]:
    return [node for node in document.walk() if node.kind is kind]


def articles(document: Outline) -> str:
    return numbers([node for node in kinds(document, Kind.ARTICLE) if not node.quoted])


class TestWordsThatOnlyLookLikeMarks:
    def test_at_the_start_of_a_paragraph_are_text(self) -> None:
        document = read(
            "Chương I\nQUY ĐỊNH CHUNG\nĐiều 1. Giải thích\nĐiều lệ công ty là văn bản.\nChương trình là kế hoạch.\n"
            "Mục đích là lợi ích.\nPhần mềm là tài sản.\nPhần thứ hai của hợp đồng không áp dụng.\nĐiều 2. Hết\nXong."
        )
        assert articles(document) == "1 2"
        assert document.counts()["chapter"] == 1
        assert document.counts()["section"] == document.counts()["part"] == 0

    def test_at_the_start_of_a_broken_line_are_text(self) -> None:
        document = read(
            f"Điều 1. Một\n{WRAPPED}\nTổ chức thực hiện theo quy định tại các khoản 1 và 2 Điều 5 và\n"
            f"Điều 6. Trường hợp khác thì\n"
            "thực hiện theo quy định của pháp luật có liên quan về tổ chức và hoạt động tại\n"
            "Phụ lục II\nkèm theo Luật này; hồ sơ được lập theo mẫu quy định tại\n"
            "Phụ lục III ban hành kèm theo Luật này; tại khoản\n"
            "2. Nội dung này không phải là khoản của Điều mà là phần tiếp theo của dòng trên đây.\nĐiều 2. Hai\nHết."
        )
        assert articles(document) == "1 2"
        assert document.counts()["appendix"] == document.counts()["clause"] == 0
        assert document.warnings == []

    def test_in_rows_of_a_flat_table_are_text(self) -> None:
        document = read("Điều 1. Một\nNội dung.\nPHỤ LỤC\nDANH MỤC\n\nSTT\nTên\n1\nChương 25\n2\nĐiều 7. Hàng hóa\n")
        appendix = document.nodes[-1]
        assert [(child.kind, child.text) for child in appendix.children] == [
            (Kind.TABLE, "STT\nTên\n1\nChương 25\n2\nĐiều 7. Hàng hóa")
        ]


class TestSlipsOfTheTypist:
    def test_in_marks_are_understood(self) -> None:
        document = read(
            "Điều 1 Chính sách\n1.Công khai.\n2..Thông tin.\n3 . Hết.\nĐiều 2: Hiệu lực\na)Một;\n"
            "đ) Hai.\nĐIỀU 3. BA\nx."
        )
        first, second, third = kinds(document, Kind.ARTICLE)
        assert [first.heading, second.heading, third.heading] == ["Chính sách", "Hiệu lực", "BA"]
        assert numbers(own(first, Kind.CLAUSE)) == "1 2 3"
        assert [clause.label for clause in own(first, Kind.CLAUSE)] == ["1.", "2..", "3 ."]

    def test_in_numbers_are_kept_and_reported(self) -> None:
        document = read(
            "Điều 1. Một\n1. a.\n2. b.\n4. d.\nĐiều 3. Ba\n1. a.\n1. b.\na) x;\nb) x;\nd) x.\n"
            "Điều 3. Bốn\nx.\nĐiều 2. Hai\nx."
        )
        assert articles(document) == "1 3 3 2"
        found = [(w.code, w.citation, w.line) for w in document.warnings]
        assert found == [
            ("gap", "khoản 4 Điều 1", 4),
            ("gap", "Điều 3", 5),
            ("duplicate", "khoản 1 Điều 3", 7),
            ("gap", "điểm d khoản 1 Điều 3", 10),
            ("duplicate", "Điều 3", 11),
            ("out_of_order", "Điều 2", 13),
        ]
        assert all(w.message.endswith(".") for w in document.warnings)

    def test_an_inserted_number_is_no_slip(self) -> None:
        document = read(
            "Điều 7. a\n1. x.\nĐiều 7a. b\n1. x.\n1a. y.\n2. z.\na) k;\na1) k;\nb) k.\nĐiều 7b. c\nx.\nĐiều 8. d\nx."
        )
        assert articles(document) == "7 7a 7b 8"
        assert [w.code for w in document.warnings] == ["gap"]  # the first article is not number 1

    def test_letters_with_a_dot_are_points_where_they_follow(self) -> None:
        document = read("Điều 1. Một\n1. Gồm:\na. Một;\nb/ Hai;\nx. không phải điểm.\n2. Hết.")
        assert numbers(kinds(document, Kind.POINT)) == "a b"

    def test_a_year_at_the_start_of_a_line_is_no_clause(self) -> None:
        document = read("Điều 1. Một\n1. Thực hiện đến năm\n2026. Sau đó xem xét lại.\n2. Hết.")
        assert numbers(kinds(document, Kind.CLAUSE)) == "1 2"


class TestHeadings:
    def test_stand_on_the_same_or_on_later_lines(self) -> None:
        document = read(
            "PHẦN THỨ HAI: QUYỀN\nCHƯƠNG III. TÀI SẢN\nMục 1\nTÊN MỤC\nDÀI HAI DÒNG\n"
            "Tiểu mục 2 - TÊN NHỎ\nĐiều 1. Một\nx.\n"
            "Chương 4: Tên thường\nĐiều 2. Hai\nx.\nChương V\nTên thường ở dòng sau\nĐiều 3. Ba\nx."
        )
        divisions = [
            node for node in document.walk() if node.kind in (Kind.PART, Kind.CHAPTER, Kind.SECTION, Kind.SUBSECTION)
        ]
        assert [(node.number, node.heading) for node in divisions] == [
            ("THỨ HAI", "QUYỀN"),
            ("III", "TÀI SẢN"),
            ("1", "TÊN MỤC DÀI HAI DÒNG"),
            ("2", "TÊN NHỎ"),
            ("4", "Tên thường"),
            ("V", "Tên thường ở dòng sau"),
        ]

    def test_that_are_sentences_are_text(self) -> None:
        document = read("Điều 1. Ban hành kèm theo Nghị định này Quy chế làm việc.\nĐiều 2. Hiệu lực\nTừ ngày ký.")
        first, second = kinds(document, Kind.ARTICLE)
        assert (first.heading, first.text) == ("", "Ban hành kèm theo Nghị định này Quy chế làm việc.")
        assert (second.heading, second.text) == ("Hiệu lực", "Từ ngày ký.")


class TestContinuingText:
    def test_belongs_to_the_innermost_provision(self) -> None:
        document = read(
            "Điều 1. Một\nMở đầu:\n1. Một.\nTiếp khoản 1.\na) điểm a;\nTiếp điểm a.\n- gạch đầu dòng;\n2. Hai."
        )
        article = kinds(document, Kind.ARTICLE)[0]
        first = own(article, Kind.CLAUSE)[0]
        assert (article.text, first.text) == ("Mở đầu:", "Một.\nTiếp khoản 1.")
        assert first.children[0].text == "điểm a;\nTiếp điểm a.\n- gạch đầu dòng;"

    def test_of_broken_lines_is_one_paragraph(self) -> None:
        node = kinds(read(f"Điều 1. Một\n{WRAPPED}\nHết."), Kind.ARTICLE)[0]
        assert "theo bề rộng của trang giấy và vẫn tiếp tục sang dòng sau." in node.text
        assert node.text.count("\n") == 30

    def test_before_the_first_article_of_a_chapter_is_a_paragraph(self) -> None:
        document = read("Chương I\nCHUNG\n\nLời dẫn của chương.\nĐiều 1. Một\nx.")
        first = document.nodes[0].children[0]
        assert (first.kind, first.text) == (Kind.PARAGRAPH, "Lời dẫn của chương.")


class TestAmendingText:
    QUOTE = (
        "Điều 1. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n“Điều 5. Tên\n1. Một;\na) nhỏ;\n2. Hai.\n"
        "Điều 5a. Thêm\n1. Một.”.\n"
        "2. Bổ sung khoản 3 như sau: “3. Ba;\n4. Bốn.”.\n"
        "3. Thay cụm từ “cơ quan” bằng cụm từ “tổ chức”.\nĐiều 2. Hiệu lực\nx."
    )

    def test_is_kept_apart_from_the_text_that_amends(self) -> None:
        document = read(self.QUOTE)
        assert document.counts()["article"] == 2
        assert numbers(own(kinds(document, Kind.ARTICLE)[0], Kind.CLAUSE)) == "1 2 3"
        quoted = [node.citation for node in document.walk() if node.quoted and node.kind is Kind.ARTICLE]
        assert quoted == ["Điều 5 (trích tại khoản 1 Điều 1)", "Điều 5a (trích tại khoản 1 Điều 1)"]

    def test_in_straight_quotes_is_understood_too(self) -> None:
        document = read(
            self.QUOTE.replace("“", '"').replace("”", '"').replace('như sau: "3. Ba;\n4', 'như sau:\n"3. Ba;\n4')
        )
        assert document.counts()["article"] == 2
        assert numbers(own(kinds(document, Kind.ARTICLE)[0], Kind.CLAUSE)) == "1 2 3"

    def test_whose_quote_never_closes_ends_where_the_law_goes_on(self) -> None:
        document = read(
            "Điều 1. Sửa đổi\n1. Sửa đổi Điều 5 như sau:\n“Điều 5. Tên\n1. Một;\n2. Hai.\n"
            "2. Sửa đổi Điều 9 như sau:\n“Điều 9. Tên\nx.\n"
            "Điều 2. Hiệu lực\nLuật này có hiệu lực."
        )
        assert articles(document) == "1 2"
        assert numbers(own(kinds(document, Kind.ARTICLE)[0], Kind.CLAUSE)) == "1 2"
        assert [(w.code, w.line) for w in document.warnings] == [("unclosed_quote", 3), ("unclosed_quote", 7)]

    def test_definitions_in_quotes_are_no_amendment(self) -> None:
        document = read(
            'Điều 1. Giải thích\nCác từ được hiểu như sau:\n1. “Văn bản” là thông tin.\n“Khác” là khác.\n2. "Số" là số.'
        )
        assert not [node for node in document.walk() if node.quoted]
        assert document.counts()["clause"] == 2


class TestParts:
    def test_of_a_decree_with_a_regulation_have_citations_of_their_own(self) -> None:
        document = read(
            "NGHỊ ĐỊNH\nBan hành Quy chế\nCăn cứ Luật;\nĐiều 1. Ban hành Quy chế.\nĐiều 2. Hiệu lực.\n"
            "TM. CHÍNH PHỦ\nTHỦ TƯỚNG\nA\n"
            "QUY CHẾ\nLàm việc\n(Ban hành kèm theo Nghị định số 1/2026/NĐ-CP)\nChương I\nCHUNG\n"
            "Điều 1. Một\n1. a.\nđ) x.\nĐiều 2. Hai\ny."
        )
        assert [node.kind for node in document.nodes] == [
            Kind.PREAMBLE, Kind.ARTICLE, Kind.ARTICLE, Kind.SIGNATURE, Kind.ANNEXED
        ]  # fmt: skip
        citations = [node.citation for node in document.nodes[-1].walk()]
        assert citations == [
            "Quy chế làm việc",
            "Chương I của Quy chế",
            "Điều 1 của Quy chế",
            "khoản 1 Điều 1 của Quy chế",
            "điểm đ khoản 1 Điều 1 của Quy chế",
            "Điều 2 của Quy chế",
        ]

    def test_of_a_directive_without_any_article(self) -> None:
        document = read("CHỈ THỊ\nVề việc\nNội dung dẫn.\n1. Một.\na) nhỏ;\nb) nhỏ.\n2. Hai.\nNơi nhận:\n- Như trên.")
        assert [(node.kind, node.number) for node in document.nodes] == [
            (Kind.PREAMBLE, ""), (Kind.CLAUSE, "1"), (Kind.CLAUSE, "2"), (Kind.SIGNATURE, "")
        ]  # fmt: skip
        assert document.nodes[1].children[1].citation == "điểm b khoản 1"

    def test_without_any_mark_are_kept_as_text_and_reported(self) -> None:
        document = read("Một đoạn văn.\nĐoạn nữa.")
        assert [node.text for node in document.nodes] == ["Một đoạn văn.\nĐoạn nữa."]
        assert [w.code for w in document.warnings] == ["no_provisions"]

    def test_of_an_appendix_are_not_counted(self) -> None:
        document = read(
            "Điều 1. Một\nx.\nPHỤ LỤC I\nDANH MỤC\n(Kèm theo Luật số 1)\n1. Một;\na) nhỏ;\n2. Hai.\n"
            "Mẫu số 01\nĐiều 1. Của mẫu\n"
        )
        counts = document.counts()
        assert (counts["article"], counts["clause"], counts["appendix"], counts["heading"]) == (1, 0, 1, 0)
        appendix = document.nodes[-1]
        assert (appendix.heading, appendix.text) == ("DANH MỤC", "(Kèm theo Luật số 1)")
        assert [child.citation for child in appendix.children[:2]] == ["khoản 1 Phụ lục I", "khoản 2 Phụ lục I"]
