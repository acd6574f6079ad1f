"""core.similarity: what counts as the same text."""

import unicodedata
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.similarity import syllables, text_fingerprint
from core.similarity.families import NONE, Limits, compare, contradict, join
from core.similarity.sketches import Ints, Sketches, sketch, stack, take
from core.text import fold
from tests.support.limits import SOAK, within

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


LETTER = (
    "Đề nghị giữ nguyên mức hỗ trợ cho hộ nghèo ở vùng sâu, vùng xa trong ba năm tới, vì giá thuốc tăng mà đường đến "
    "bệnh viện tỉnh còn xa và tốn kém."
)
VARIANTS = (
    LETTER.upper(),
    fold(LETTER),
    LETTER.replace("mức hỗ trợ", "mứ hỗ trợ").replace("bệnh viện", "bện hviện"),
    f"Kính gửi ban soạn thảo. {LETTER} Xin trân trọng cảm ơn.",
    LETTER.replace(" trong ba năm tới", ""),
)


def sketched(*texts: str) -> Sketches:
    return sketch([syllables(text) for text in texts])


def joined(*texts: str, copies: "list[int] | None" = None, known: "list[int] | None" = None) -> list[int]:
    made = sketched(*texts)
    found: Ints = join(made, copies=np.array(copies or [1] * len(texts)), known=np.array(known or [NONE] * len(texts)))
    return [int(one) for one in found]


def pair(left: str, right: str) -> "tuple[Sketches, Ints, Ints]":
    return sketched(left, right), np.array([0]), np.array([1])


class TestSyllables:
    def test_have_no_marks_no_case_no_signs(self) -> None:
        assert syllables("Đất–đai, HOÀ bình; 5 %!") == ["dat", "dai", "hoa", "binh", "5", "phan", "tram"]

    def test_of_other_scripts_are_kept(self) -> None:
        assert syllables("ដី 5") != syllables("ផ្ទះ 5")

    @given(st.text())
    def test_are_found_in_any_text(self, text: str) -> None:
        assert all(syllable.strip() for syllable in syllables(text))


class TestSketches:
    def test_are_the_same_in_parts_and_at_once(self) -> None:
        texts = [LETTER, "", "Có.", *VARIANTS]
        whole, parts = sketched(*texts), stack([sketched(text) for text in texts])
        assert len(whole) == len(parts) == len(texts)
        assert np.array_equal(whole.bands[2:], parts.bands[2:])
        some = take(whole, np.array([3, 0]))
        assert np.array_equal(some.bands, whole.bands[[3, 0]])
        assert compare(some, np.array([0]), np.array([1])).jaccard[0] == 1.0

    def test_of_texts_without_words_are_like_no_other(self) -> None:
        assert joined("", "!!!", "👍") == [0, 1, 2]

    @given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=8), min_size=2, max_size=5))
    def test_compare_as_sets_do(self, texts: list[list[str]]) -> None:
        made = sketch(texts)
        runs = [set(zip(["", *text], text, strict=False)) for text in texts]
        for right in range(1, len(texts)):
            if texts[0] and texts[right]:
                expected = len(runs[0] & runs[right]) / len(runs[0] | runs[right])
                assert compare(made, np.array([0]), np.array([right])).jaccard[0] == pytest.approx(expected)


class TestJoin:
    def test_puts_variants_to_their_text_and_nothing_else(self) -> None:
        other = "Cần quy định rõ cơ quan nào chịu trách nhiệm cấp thẻ cho người lao động tự do."
        assert joined(LETTER, *VARIANTS, other) == [0] * 6 + [6]

    def test_lets_the_most_frequent_text_stand_for_its_family(self) -> None:
        assert joined(VARIANTS[3], LETTER, VARIANTS[2], copies=[1, 9, 1]) == [1, 1, 1]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Tôi đồng ý với quy định này của dự thảo luật", "Tôi không đồng ý với quy định này của dự thảo luật"),
            ("Không đồng ý quy định này của dự thảo luật", "Đồng ý quy định này của dự thảo luật"),
            ("đề nghị cấp thẻ trong 15 ngày kể từ khi nộp hồ sơ", "đề nghị cấp thẻ trong 5 ngày kể từ khi nộp hồ sơ"),
            ("giảm 5% mức đóng cho người lao động tự do cả nước", "giảm 7% mức đóng cho người lao động tự do cả nước"),
        ],
    )
    def test_keeps_apart_what_differs_in_a_not_or_a_number(self, one: str, other: str) -> None:
        assert joined(one, other, one) == [0, 1, 0]
        assert contradict(*pair(one, other)).tolist() == [True]

    def test_does_not_take_a_typing_slip_or_a_sentence_less_for_a_contradiction(self) -> None:
        text = f"{LETTER} Không nên bỏ quy định này, vì còn nhiều người cần trong 3 năm tới."
        for variant in (text.replace("Không", "Khôgn"), LETTER, text.replace("Không", "ko"), text.lower()):
            assert not contradict(*pair(text, variant)).any(), variant

    def test_does_not_tie_unlike_texts_together_by_a_chain_of_small_changes(self) -> None:
        words = LETTER.split()
        chain = [" ".join([f"chữ{i}" for i in range(step)] + words[step:]) for step in range(0, len(words), 4)]
        found = joined(*chain)
        limits = Limits()
        like = compare(sketched(*chain), np.array(found), np.arange(len(chain)))
        assert ((like.jaccard >= limits.leader) | (like.containment >= limits.contained)).all()
        assert found[-1] != found[0]

    def test_lets_known_families_grow_and_never_joins_them(self) -> None:
        assert joined(LETTER, VARIANTS[3], VARIANTS[2], VARIANTS[0], known=[7, 9, NONE, 7]) == [0, 1, 0, 0]

    def test_does_not_depend_on_how_often_it_is_run(self) -> None:
        texts = [LETTER, *VARIANTS, *(f"{text} Thật vậy." for text in VARIANTS)]
        assert joined(*texts) == joined(*texts)

    @pytest.mark.scaled
    def test_finds_planted_families(self) -> None:
        """Families of letters with slips, at the precision and recall that the desk promises."""
        chance, words = Random(4), sorted(set(syllables(" ".join([LETTER, *VARIANTS]))) | {f"w{n}" for n in range(400)})
        texts, truth = [], []
        for family in range(400 if SOAK else 60):
            letter = chance.choices(words, k=chance.randint(25, 70))
            for _ in range(8):
                copy = [f"{word}x" if chance.random() < 0.02 else word for word in letter]
                texts.append(copy + chance.choices(words, k=chance.choice([0, 0, 5])))
                truth.append(family)
        texts += [chance.choices(words, k=40) for _ in range(len(texts))]
        truth += range(-len(texts), 0)
        with within(20):
            found = join(sketch(texts), copies=np.ones(len(texts), dtype=int), known=np.full(len(texts), NONE))
        same_found = found[:, None] == found[None, :]
        same_truth = np.array(truth[: len(texts)])[:, None] == np.array(truth[: len(texts)])[None, :]
        off = ~np.eye(len(texts), dtype=bool)
        hits = (same_found & same_truth & off).sum()
        assert hits / (same_found & off).sum() >= 0.98
        assert hits / (same_truth & off).sum() >= 0.95
