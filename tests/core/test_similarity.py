"""core.similarity: what counts as the same text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.similarity import text_fingerprint

TEXT = "Đề nghị sửa khoản 2 Điều 5: bồi thường thoả đáng."


class TestTextFingerprint:
    @pytest.mark.parametrize(
        "same",
        [
            "đề nghị sửa Khoản 2 điều 5 bồi thường thỏa đáng",
            "  ĐỀ NGHỊ sửa, khoản 2 –\nĐiều 5; bồi thường “thoả đáng”!!! 👍",
            unicodedata.normalize("NFD", TEXT),
            "Đề nghị sửa khoản\u200b 2 Điều 5: bồi thường thoả đáng.",
        ],
    )
    def test_ignores_case_punctuation_encoding_and_tone_placement(self, same: str) -> None:
        assert text_fingerprint(same) == text_fingerprint(TEXT)

    @pytest.mark.parametrize(
        "other",
        [
            "De nghi sua khoan 2 Dieu 5: boi thuong thoa dang.",
            TEXT.replace("5", "6"),
            TEXT.replace("Đề nghị", "Không đề nghị"),
            TEXT.replace("khoản 2 Điều 5", "Điều 5 khoản 2"),
            TEXT.replace("5", "5 a"),
            "",
        ],
    )
    def test_tells_other_words_apart(self, other: str) -> None:
        assert text_fingerprint(other) != text_fingerprint(TEXT)

    def test_compares_texts_without_words_by_their_signs(self) -> None:
        assert text_fingerprint("👍") == text_fingerprint(" 👍\n")
        assert len({text_fingerprint(text) for text in ("👍", "👎", "!!!", "")}) == 4

    @given(st.text())
    def test_is_always_64_hex_digits(self, text: str) -> None:
        assert len(text_fingerprint(text)) == 64
        int(text_fingerprint(text), 16)
