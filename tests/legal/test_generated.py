"""Laws made up by a generator: counts come out as they were put in, and nothing is lost of any text at all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from legal.nodes import Kind
from legal.numbering import LETTERS
from legal.parser import parse
from legal.readers import read
from legal.readers.docx_numbering import to_roman
from tests.legal.test_nothing_lost import missing

SENTENCES = st.sampled_from(
    [
        "Cơ quan, tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành.",
        "Thực hiện theo quy định tại khoản 2 Điều 5 của Luật này;",
        "Điều lệ do đại hội thông qua.",
        "Chương trình, kế hoạch hằng năm; mục tiêu 2030.",
        "Mức đóng bằng 4,5% tiền lương.",
        "Phụ lục III ban hành kèm theo Luật này được bãi bỏ.",
        "Từ “tổ chức” được hiểu là cơ quan.",
    ]
)
ARTICLES = st.lists(
    st.lists(st.tuples(SENTENCES, st.lists(SENTENCES, max_size=24)), max_size=5), min_size=1, max_size=8
)
ANY = st.text(st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("\n\t\f\r")), max_size=400)
MARKS = [
    "Điều 1. ", "Điều 2.", "1. ", "2. ", "a) ", "đ) ", "Chương I", "PHỤ LỤC I", "“Điều 5. ", "I. ", "Mục 1", "“",
    "”.", "QUY CHẾ", "(Kèm theo Nghị định số 1)", "TM. CHÍNH PHỦ", "Nơi nhận:", "STT", "Mẫu số 01", "", "", "12",
    "____", "CÔNG BÁO/Số 1/Ngày 2", "Phần thứ nhất", "- x", "\f3", "Tiểu mục 1", "1 Ghi chú", "luật1",
    "Căn cứ Hiến pháp;", "QUYẾT NGHỊ:", "| a | b |", "> x", "# y",
]  # fmt: skip
LINES = st.lists(
    st.tuples(
        st.sampled_from(MARKS),
        st.one_of(SENTENCES, st.just(""), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)),
    ),
    max_size=40,
)


def write(articles: list[list[tuple[str, list[str]]]]) -> str:
    """A law of these articles, a chapter before every third."""
    lines = ["LUẬT", "MẪU", "Căn cứ Hiến pháp;"]
    for number, clauses in enumerate(articles, 1):
        if number % 3 == 1:
            lines += [f"Chương {to_roman(number // 3 + 1).upper()}", "TÊN CHƯƠNG"]
        lines.append(f"Điều {number}. Tên điều {number}")
        for clause, (sentence, points) in enumerate(clauses, 1):
            lines.append(f"{clause}. {sentence}")
            lines.extend(f"{letter}) {point}" for letter, point in zip(LETTERS, points, strict=False))
        if not clauses:
            lines.append("Điều này không có khoản.")
    return "\n".join([*lines, "Luật này được Quốc hội thông qua.", "CHỦ TỊCH QUỐC HỘI", "Nguyễn Văn A"])


class TestGeneratedLaws:
    @given(ARTICLES)
    @settings(max_examples=60, deadline=None)
    def test_have_the_counts_that_were_put_in(self, articles: list[list[tuple[str, list[str]]]]) -> None:
        source = read(write(articles).encode(), "a.txt")
        document = parse(source)
        counts = document.counts()
        assert counts["article"] == len(articles)
        assert counts["chapter"] == (len(articles) + 2) // 3
        assert counts["clause"] == sum(len(clauses) for clauses in articles)
        assert counts["point"] == sum(min(len(points), len(LETTERS)) for clauses in articles for _, points in clauses)
        assert document.warnings == []
        assert document.nodes[-1].kind is Kind.SIGNATURE
        assert missing(source, document) == ""


class TestAnyText:
    @given(LINES, st.sampled_from(["a.txt", "a.md"]))
    @settings(max_examples=250, deadline=None)
    def test_is_kept_whole(self, lines: list[tuple[str, str]], name: str) -> None:
        text = "\n".join(mark + rest for mark, rest in lines) + "\nhết"
        source = read(text.encode("utf-8", "replace"), name)
        assert missing(source, parse(source)) == ""

    @given(ANY)
    @settings(max_examples=100, deadline=None)
    def test_of_any_characters_is_kept_whole(self, text: str) -> None:
        source = read(("x\n" + text).encode("utf-8", "replace"), "a.txt")
        assert missing(source, parse(source)) == ""
