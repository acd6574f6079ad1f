"""What is seen in a text: personal data, watched words however they are written, links, shouting."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.analysis import (
    PersonalData,
    Signal,
    is_shouting,
    links,
    mask,
    masked,
    personal_data,
    seen_in,
    watched_words,
)
from tests.support.limits import within

WATCHED = frozenset({"khốn nạn", "ngu xuẩn", "đĩ"})


class TestPersonalData:
    @pytest.mark.parametrize(
        ("text", "kind", "piece"),
        [
            ("Căn cước của tôi là 001 085 012 345 nhé", PersonalData.IDENTITY_CARD, "001 085 012 345"),
            ("số 079203001234.", PersonalData.IDENTITY_CARD, "079203001234"),
            ("CMND: 012345678", PersonalData.IDENTITY_CARD, "012345678"),
            ("Gọi 0912.345.678 giúp tôi", PersonalData.PHONE, "0912.345.678"),
            ("đt +84 912 345 678", PersonalData.PHONE, "+84 912 345 678"),
            ("máy bàn 024 3825 1234", PersonalData.PHONE, "024 3825 1234"),
            ("STK 0011004321234 VCB", PersonalData.BANK_ACCOUNT, "0011004321234"),
            ("thư a.b-c@vi-du.com.vn", PersonalData.EMAIL, "a.b-c@vi-du.com.vn"),
            ("tôi ở số nhà 12A/3 đường Láng", PersonalData.ADDRESS, "số nhà 12A/3"),
            ("nhà tôi: 15 ngõ 120 phố Huế", PersonalData.ADDRESS, "15 ngõ 120"),
        ],
    )
    def test_is_found_where_it_stands(self, text: str, kind: PersonalData, piece: str) -> None:
        (found,) = personal_data(text)
        assert found.kind == kind
        assert text[found.start : found.end] == piece

    @pytest.mark.parametrize(
        "text",
        [
            "Luật số 91/2015/QH13 ngày 24/11/2015",
            "Mức phạt 1.000.000.000 đồng, tối đa 50.000.000.000 đồng",
            "Nghị định 137/2015/NĐ-CP, điểm a khoản 2 Điều 12",
            "từ năm 2015 đến năm 2026 có 100.388.000 người",
            "tỷ lệ 0,912345678",
            "đường số 5, ngõ nhỏ, phố nhỏ",
            "Điều 1. 2. 3. 4. 5. 6. 7. 8. 9. 10",
        ],
    )
    def test_is_not_seen_in_the_figures_of_laws(self, text: str) -> None:
        assert personal_data(text) == []

    def test_is_masked_and_nothing_else(self) -> None:
        text = "Tôi là An, số 0912345678, thư an@vi-du.vn, đề nghị sửa khoản 2."
        assert masked(text) == "Tôi là An, số [đã che], thư [đã che], đề nghị sửa khoản 2."
        assert mask(text, []) == text

    @given(st.text())
    def test_of_any_text_is_apart_in_order_and_gone_when_masked(self, text: str) -> None:
        found = personal_data(text)
        assert all(one.end <= other.start for one, other in pairwise(found))
        assert len(personal_data(masked(text))) <= len(found)


class TestWatchedWords:
    @pytest.mark.parametrize(
        "text",
        [
            "đồ khốn nạn",
            "ĐỒ KHỐN NẠN!!!",
            "do khon nan that",
            "k h ố n nạn",
            "kh.ố.n n.ạ.n",
            "kh*n n*n",
            "kh0n n@n",
            "khốn-nạn",
        ],
    )
    def test_are_seen_however_they_are_written(self, text: str) -> None:
        assert watched_words(text, WATCHED) == {"khốn nạn"}

    @pytest.mark.parametrize(
        "text",
        [
            "khổn nận",
            "tôi ngủ xuân này",  # other marks are other words
            "đi làm về",  # one bare syllable is some other word
            "khốn khó và tai nạn",
            "",
            "*** *** ...",
        ],
    )
    def test_are_not_seen_in_other_words(self, text: str) -> None:
        assert watched_words(text, WATCHED) == set()

    def test_of_one_syllable_must_be_typed_as_they_are(self) -> None:
        assert watched_words("con đĩ", WATCHED) == {"đĩ"}

    @pytest.mark.scaled
    @pytest.mark.parametrize("piece", ["a.", "k ", "*", "a*", "khốn ", "1@"])
    def test_are_looked_for_in_time(self, piece: str) -> None:
        with within(2):
            watched_words(piece * 50_000, WATCHED)
            personal_data(piece * 50_000)


class TestTheRest:
    def test_links_to_state_bodies_do_not_count(self) -> None:
        assert links("xem https://chinhphu.vn và www.quangcao.xyz") == 2
        assert links("theo https://moh.gov.vn/van-ban?id=1 và hust.edu.vn") == 0

    def test_shouting_needs_twenty_letters(self) -> None:
        assert is_shouting("ĐỀ NGHỊ BỎ QUY ĐỊNH NÀY NGAY LẬP TỨC")
        assert not is_shouting("UBND, BHYT, QSDĐ")
        assert not is_shouting("Đề nghị UBND xã xem lại quy định này")

    def test_come_in_the_order_of_the_screen(self) -> None:
        text = "KHỐN NẠN! GỌI NGAY 0912345678 HOẶC WWW.BANHANG.XYZ"
        assert seen_in(text, WATCHED) == [
            Signal.PERSONAL_DATA,
            Signal.WATCHED_WORD,
            Signal.LINK,
            Signal.SHOUTING,
        ]
        assert seen_in("Tôi đồng ý với khoản 2.", WATCHED) == []
