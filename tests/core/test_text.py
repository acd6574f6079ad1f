"""core.text: one form for every way of writing the same Vietnamese."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import (
    canonical,
    clean,
    fold,
    has_marks,
    iter_words,
    slug,
    truncate_words,
    unify_tones,
    words,
)
from tests.support.limits import within

# Letters, marks, spaces and everything that has hurt a text field before.
anything = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from(
            "aăâeêioôơuưyđĐHhqQgGnt \n\t\r\u0300\u0301\u0303\u0309\u0323\u0306\u0302\u031b\u200b\u202e\ufeff\ue000\x00"
        ),
    ),
    max_size=60,
)

# Right as they stand, the tone on every vowel it can fall on; the last line is not Vietnamese.
RIGHT = """
hòa thủy quý quỳ giá già gìn giữ giữa giường giếng của mía múa hoàn hoạt huỳnh suýt khuỷu khuya ngoài xoáy ngoéo
quyết quốc quả quở người được rượu hươu bưởi yến yếu ý ỷ mỹ kỳ lụy lũy thuở chịu cúi bài náo sáu quẹo quái giời
giỏi giày đất Điều khoản điểm luật thuế bồi thường nguyện nghĩa ngoằn xoong
café naïve Besançon poème
"""


class TestClean:
    def test_composes_decomposed_vietnamese(self) -> None:
        assert clean(unicodedata.normalize("NFD", "Quyền sử dụng đất")) == "Quyền sử dụng đất"

    def test_composes_across_a_zero_width_character(self) -> None:
        assert clean("a\u200b\u0301") == "á"

    @pytest.mark.parametrize(
        "invisible",
        [
            *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u3164", "\u200e", "\u200f", "\u061c"),
            *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
            *("\x00", "\x07", "\x1b", "\x7f", "\x80", "\x9f", "\ud800", "\ufffe"),
            *("\ue123", "\U000f0001", "\U0010fffd", "\U000e0041"),
        ],
    )
    def test_removes_what_cannot_be_seen(self, invisible: str) -> None:
        assert clean(f"đ{invisible}ất") == "đất"
        assert clean(f"{invisible}\n {invisible}") == ""

    @pytest.mark.parametrize("line_break", ["\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c"])
    def test_knows_one_line_break_only(self, line_break: str) -> None:
        assert clean(f"một{line_break}hai") == "một\nhai"

    def test_keeps_tabs_and_line_breaks(self) -> None:
        assert clean("a\tb\nc") == "a\tb\nc"

    def test_leaves_at_most_two_blank_lines(self) -> None:
        assert clean("a\n\nb\n\n\nc\n \n\t\n\u00a0\n\nd") == "a\n\nb\n\n\nc\n\n\nd"

    def test_trims_the_whole_and_the_line_ends(self) -> None:
        assert clean(" \u00a0\n a \u3000 \nb \t") == "a\nb"

    def test_leaves_markup_formulas_and_emoji_as_typed(self) -> None:
        text = '<script>alert("1")</script> =HYPERLINK("x") &amp; 👍🏽 “đ)” 5 m² ½'
        assert clean(text) == text

    @pytest.mark.scaled
    def test_is_linear_in_long_runs_of_spaces(self) -> None:
        with within(1):
            lines = clean("a" + " " * 200_000 + "b\n" + " \n" * 50_000 + "c" + "\u3000" * 100_000 + "d")
        assert lines.startswith("a")

    @given(anything)
    def test_is_idempotent_composed_and_encodable(self, text: str) -> None:
        once = clean(text)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode()


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Đất đai", "dat dai"),
            ("ĐIỀU 5", "dieu 5"),
            ("điểm đ khoản 2", "diem d khoan 2"),
            ("Ủy ban nhân dân", "uy ban nhan dan"),
            ("ưỡn ượt ẵ ặ ỗ ộ ễ ệ ỹ ỵ", "uon uot a a o o e e y y"),
            ("\u00d0ất \u0189ất \u00f0", "dat dat d"),  # eth and African D, typed for Đ
            ("ﬁ ＡＢ m²", "fi ab m2"),
        ],
    )
    def test_leaves_plain_lower_case_letters(self, text: str, folded: str) -> None:
        assert fold(text) == folded
        assert fold(unicodedata.normalize("NFD", text)) == folded

    @given(anything)
    def test_is_idempotent_and_markless(self, text: str) -> None:
        once = fold(text)
        assert fold(once) == once
        assert not has_marks(once)

    @pytest.mark.scaled
    def test_folds_thirty_thousand_short_lines_a_second(self) -> None:
        line = "Đề nghị sửa khoản 2 Điều 5 để người sử dụng đất được bồi thường thoả đáng"
        with within(0.1):
            for _ in range(3_000):
                fold(line)


class TestHasMarks:
    @pytest.mark.parametrize("text", ["đ", "Đ", "đất", "ơ", "hoà", unicodedata.normalize("NFD", "ấ"), "dat đai"])
    def test_sees_every_mark(self, text: str) -> None:
        assert has_marks(text)

    @pytest.mark.parametrize("text", ["", "dat", "Khoan 2", "d", "5", "…–“”", "日本"])
    def test_sees_none_where_there_is_none(self, text: str) -> None:
        assert not has_marks(text)


class TestUnifyTones:
    @pytest.mark.parametrize(
        ("written", "unified"),
        [
            ("hoà", "hòa"),
            ("HOÀ", "HÒA"),
            ("hoả hoạn", "hỏa hoạn"),
            ("thuỷ", "thủy"),
            ("Uỷ ban", "Ủy ban"),
            ("khoẻ", "khỏe"),
            ("xoá", "xóa"),
            ("tuỳ", "tùy"),
            ("hoà, thoả", "hòa, thỏa"),
            ("qúy", "quý"),
            ("QÚY", "QUÝ"),
            ("qủa", "quả"),
            ("gía", "giá"),
            ("gĩưa", "giữa"),
            ("cuả", "của"),
            ("miá", "mía"),
            ("nưả", "nửa"),
            ("hòan", "hoàn"),
            ("đựơc", "được"),
            ("tíêng", "tiếng"),
            ("ngòai", "ngoài"),
            ("loaị", "loại"),
        ],
    )
    def test_moves_the_tone_to_its_one_place(self, written: str, unified: str) -> None:
        assert unify_tones(written) == unified

    @pytest.mark.parametrize(
        "right",
        RIGHT.split(),
    )
    def test_leaves_what_is_right(self, right: str) -> None:
        assert unify_tones(right) == right

    def test_reads_decomposed_text(self) -> None:
        assert unify_tones(unicodedata.normalize("NFD", "thoả thuận")) == "thỏa thuận"

    @given(anything)
    def test_is_idempotent_and_moves_marks_only(self, text: str) -> None:
        once = unify_tones(text)
        assert unify_tones(once) == once
        assert fold(once) == fold(text)


class TestCanonical:
    def test_is_one_for_every_way_to_write_the_same(self) -> None:
        forms = {"Hoà giải", "hòa giải", "HOÀ GIẢI", unicodedata.normalize("NFD", "hoà giải")}
        assert {canonical(form) for form in forms} == {"hòa giải"}
        assert canonical("\u00d0ất") == canonical("Đất") == "đất"

    def test_keeps_marks(self) -> None:
        assert len({canonical(text) for text in ("đất", "dat", "dất", "đát")}) == 4

    @given(anything)
    def test_is_idempotent(self, text: str) -> None:
        once = canonical(text)
        assert canonical(once) == once


class TestWords:
    def test_keeps_single_letters_and_figures(self) -> None:
        assert words("Điểm đ, khoản 2a Điều 5 (Nghị định 187/2025/NĐ-CP)") == (
            ["Điểm", "đ", "khoản", "2a", "Điều", "5", "Nghị", "định", "187", "2025", "NĐ", "CP"]
        )

    def test_keeps_a_decomposed_word_whole_where_it_stands(self) -> None:
        text = unicodedata.normalize("NFD", "sử dụng_đất")
        assert [text[m.start() : m.end()] for m in iter_words(text)] == [
            unicodedata.normalize("NFD", word) for word in ("sử", "dụng", "đất")
        ]

    def test_finds_none_in_signs(self) -> None:
        assert words(" …!? 👍 __ \u0301") == []


class TestSlug:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Luật Đất đai (sửa đổi)", "luat-dat-dai-sua-doi"),
            ("  Ủy ban -- Nhân dân / tỉnh  ", "uy-ban-nhan-dan-tinh"),
            ("Điều 12a. “Thuỷ lợi”", "dieu-12a-thuy-loi"),
            ("👍…", ""),
            ("日本 đ", "d"),
        ],
    )
    def test_is_plain_kebab_case(self, text: str, expected: str) -> None:
        assert slug(text) == expected

    def test_is_cut_between_words(self) -> None:
        assert slug("một hai ba", limit=8) == "mot-hai"
        assert slug("một hai ba", limit=7) == "mot-hai"
        assert slug("x" * 100, limit=10) == "x" * 10


class TestTruncateWords:
    def test_leaves_a_short_text(self) -> None:
        assert truncate_words("Quyền  sử\ndụng", 20) == "Quyền sử dụng"

    def test_cuts_between_words(self) -> None:
        assert truncate_words("Quyền sử dụng đất", 10) == "Quyền sử…"
        assert truncate_words("Quyền sử dụng đất", 9) == "Quyền sử…"
        assert truncate_words("Quyền, sử dụng", 8) == "Quyền…"

    def test_cuts_a_word_longer_than_the_limit(self) -> None:
        assert truncate_words("x" * 50, 10) == "x" * 9 + "…"

    @given(anything, st.integers(1, 30))
    def test_never_passes_the_limit(self, text: str, limit: int) -> None:
        assert len(truncate_words(text, limit)) <= limit
