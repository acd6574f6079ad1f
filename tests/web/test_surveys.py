"""Surveys in a real browser: built with every type of question, answered by touch, by keyboard and without a script."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyreadstat
import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.queries import get_agency
from surveys.definition.shape import Kind
from surveys.services import box
from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.surveys.answered import count_sheets
from tests.surveys.making import every_kind, make_survey
from tests.surveys.test_results_pages import flat, never_there
from tests.web import office
from tests.web.conftest import Visit
from tests.web.office import CLAUSE
from tests.web.test_accessibility import NARROW, _axe, _scrolls_sideways
from tests.web.test_keyboard import press, stop_at

pytestmark = pytest.mark.browser

FACES = ((1280, "light"), (1280, "dark"), (390, "light"))
WRITTEN = "Chờ lâu, phải đi lại hai lần."


@pytest.fixture(scope="module")
def survey_id(site: LiveSite) -> int:
    """A survey with a question of every type and branches, on a consultation, and sheets; and a draft beside it."""
    place = office.open_consultation(site, articles=("1", "5", "26"))[CLAUSE]
    with office.inside(site):
        agency = get_agency(office.AGENCY)
        definition = every_kind(provision=place.lineage_id)
        facts: dict[str, Any] = {"agency": agency, "consultation_id": place.consultation_id, "definition": definition}
        made = make_survey(title="Khảo sát một cửa", **facts)
        count_sheets(made, [flat(noi_o={"province": code}) for code in ("01", "79") * 6] + [never_there(40)] * 6)
        make_survey(title="Khảo sát đang soạn", published=False, **facts)
        return made.id


# --- hands ------------------------------------------------------------------------------------------------------------


@dataclass
class Hand:
    """How somebody works a page: with a finger, with keys alone, or with a mouse in a browser without scripts."""

    page: Page
    kind: str

    def do(self, target: Locator, key: str = "Space") -> None:
        if self.kind == "keyboard":
            stop_at(self.page, target)
            self.page.keyboard.press(key)
        elif self.kind == "touch":
            target.tap()
        else:
            target.click()

    def go(self, name: str) -> None:
        """Press a button that leads to another page."""
        button = self.page.get_by_role("button", name=name, exact=True).last
        with self.page.expect_navigation():
            if self.kind == "keyboard":
                press(self.page, button)
            else:
                self.do(button)

    def choose(self, role: Any, name: str) -> None:
        target = self.page.get_by_role(role, name=name, exact=True)
        if self.kind != "keyboard" or role != "radio":
            self.do(target)
            return
        stop_at(self.page, target.locator("xpath=(ancestor::fieldset|ancestor::tr)[last()]"))
        while not self.page.evaluate("document.activeElement.type === 'radio'"):  # a clause to scroll comes before
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")  # Tab stops once in a group; the arrows lead on
        for _other in range(12):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def write(self, label: str, text: str) -> None:
        field = self.page.get_by_label(label)
        if self.kind == "keyboard":
            stop_at(self.page, field)
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def select_first(self, field: Locator) -> None:
        """The first entry after the empty one."""
        if self.kind == "keyboard":
            stop_at(self.page, field)
            self.page.keyboard.press("ArrowDown")
        else:
            field.select_option(index=1)


def _first_page(hand: Hand) -> None:
    hand.choose("radio", "Có")
    hand.go("Tiếp")
    hand.choose("radio", "Lựa chọn dat_dai")
    hand.go("Tiếp")


def _second_page(hand: Hand) -> None:
    page = hand.page
    expect(page.get_by_text("Bạn vừa làm: Lựa chọn dat_dai.")).to_be_visible()
    hand.choose("radio", "1 Rất không hài lòng")
    hand.choose("checkbox", "Lựa chọn thai_do")
    hand.choose("radio", "Lựa chọn don_tiep: Lựa chọn kem")
    hand.choose("checkbox", "Lựa chọn lich: Lựa chọn mang")
    for number, option in enumerate(("gan", "nhanh", "re"), start=1):
        if hand.kind == "no script":
            page.get_by_label(f"Lựa chọn {option}", exact=True).select_option(str(number))
        else:
            hand.do(page.get_by_role("button", name=f"Đưa lên: Lựa chọn {option}"), "Enter")
    hand.go("Tiếp")
    hand.write("Vì sao bạn chưa hài lòng?", WRITTEN)
    hand.go("Tiếp")


def _third_page(hand: Hand) -> None:
    page = hand.page
    hand.write("Tuổi", "40")
    hand.select_first(page.get_by_label("Nghề nghiệp"))
    hand.select_first(page.get_by_label("Tỉnh, thành phố"))
    if hand.kind == "no script":
        hand.go("Hiện xã, phường của tỉnh này")
    expect(page.get_by_label("Xã, phường, đặc khu")).to_be_visible()
    hand.select_first(page.get_by_label("Xã, phường, đặc khu"))
    hand.go("Tiếp")


def _last_page(hand: Hand) -> None:
    expect(hand.page.get_by_role("group", name=CLAUSE)).to_be_visible()
    hand.write("Một lời nhắn", "Cảm ơn.")
    hand.choose("radio", "Ủng hộ")
    hand.go("Tiếp")


class TestAnswering:
    @pytest.mark.parametrize("kind", ["touch", "keyboard", "no script"])
    def test_every_type_of_question_is_answered_and_sent(
        self, pages: Pages, site: LiveSite, survey_id: int, kind: str
    ) -> None:
        page = pages.open(site.url, phone=kind == "touch", javascript=kind != "no script", viewport=_phone())
        hand = Hand(page, kind)
        page.goto(f"/khao-sat/{survey_id}/")
        expect(page.get_by_text("Khảo sát ẩn danh.")).to_be_visible()
        hand.go("Bắt đầu trả lời")
        for fill in (_first_page, _second_page, _third_page, _last_page):
            fill(hand)
        expect(page.get_by_role("heading", level=1)).to_have_text("Xem lại và gửi")
        for words in (WRITTEN, "Lựa chọn gan, Lựa chọn nhanh, Lựa chọn re", "40 tuổi", "Ủng hộ"):
            expect(page.get_by_text(words, exact=True)).to_be_visible()
        waiting = _waiting(site, survey_id)
        hand.go("Gửi phiếu")
        expect(page.locator(".ticket__code")).to_contain_text("KS-")
        assert _waiting(site, survey_id) == waiting + 1


def _phone() -> dict[str, int]:
    return {"width": 390, "height": 844}


def _waiting(site: LiveSite, survey_id: int) -> int:
    with office.inside(site):
        return box.count_waiting(survey_id)


# --- building ---------------------------------------------------------------------------------------------------------


KINDS = [kind for kind in Kind if kind != Kind.STANCE]


class TestBuilding:
    def test_a_branching_survey_with_every_type_is_built_and_published(self, visit: Visit, site: LiveSite) -> None:
        page = visit(office.DRAFTER)
        page.goto("/soan-thao/khao-sat/moi/")
        page.get_by_label("Tên khảo sát").fill("Khảo sát dựng tay")
        page.get_by_role("button", name="Lập khảo sát").click()
        page.get_by_role("button", name="Thêm trang").click()
        page.get_by_label("Tên trang").fill("Trang đầu")
        page.get_by_role("button", name="Lưu trang").click()
        for kind in KINDS:
            page.get_by_label("Loại mục thêm vào trang").select_option(kind.value)
            page.get_by_role("button", name="Thêm vào trang này").click()
            _write_question(page, kind)
        page.get_by_role("link", name="Sửa Hỏi long_text?").click()
        page.get_by_role("link", name="Đặt điều kiện").click()
        page.get_by_label("Câu hỏi cho vế mới").select_option("hoi_single")
        page.get_by_role("button", name="Thêm vế").click()
        page.get_by_label("Giá trị").select_option(label="Đúng")
        page.get_by_role("button", name="Lưu", exact=True).last.click()
        expect(page.get_by_text("câu 1 là “Đúng”")).to_be_visible()
        page.get_by_role("link", name="Câu hỏi", exact=True).click()
        expect(page.get_by_text("Không còn lỗi.")).to_be_visible()
        page.get_by_role("button", name="Công bố phiên bản 1").click()
        expect(page.get_by_text("Đã công bố phiên bản 1.")).to_be_visible()


def _write_question(page: Page, kind: Kind) -> None:
    page.get_by_label("Câu hỏi", exact=True).fill(f"Hỏi {kind.value}?")
    for legend in ("Các lựa chọn", "Các cột của bảng"):
        for number, words in enumerate(("Đúng", "Sai"), start=1):
            field = page.get_by_label(f"{legend}, dòng {number}", exact=True)
            if field.count():
                field.fill(words)
    row = page.get_by_label("Các dòng của bảng, dòng 1", exact=True)
    if row.count():
        row.fill("Thái độ")
    page.get_by_role("button", name="Lưu câu hỏi").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Khảo sát dựng tay")


# --- results ----------------------------------------------------------------------------------------------------------


class TestResults:
    def test_are_read_filtered_and_opened_in_other_programs(self, visit: Visit, survey_id: int, tmp_path: Path) -> None:
        page = visit(office.DRAFTER)
        page.goto(f"/soan-thao/khao-sat/{survey_id}/")
        page.get_by_role("link", name="Kết quả và số liệu").click()
        expect(page.get_by_role("heading", name="Bạn hài lòng đến mức nào")).to_be_visible()
        _must_hold(page)
        page.get_by_label("Chỉ tính phiếu đã trả lời").select_option("da_den=no")
        page.get_by_role("button", name="Lọc kết quả").click()
        expect(page.get_by_text("Đang lọc: 6 phiếu.")).to_be_visible()
        page.get_by_role("link", name="Bỏ lọc").click()
        rows = openpyxl.load_workbook(_download(page, ".xlsx", tmp_path), read_only=True)["Phiếu"].values
        heads, *sheets = list(rows)
        assert len(sheets) == 18
        assert [sheet[heads.index("da_den")] for sheet in sheets].count("yes") == 12
        frame, about = pyreadstat.read_sav(_download(page, ".sav", tmp_path))
        assert len(frame) == 18
        assert list(frame["hai_long"]).count(2.0) == 12
        assert about.column_names_to_labels["da_den"] == "Năm nay bạn đã đến bộ phận một cửa chưa?"
        paper = docx.Document(str(_download(page, "Tải báo cáo (Word)", tmp_path)))
        assert any("gồm 18 phiếu" in paragraph.text for paragraph in paper.paragraphs)
        page.get_by_role("link", name="Bảng chéo hai câu hỏi").click()
        page.get_by_label("Hàng").select_option("da_den")
        page.get_by_label("Cột").select_option("nghe")
        page.get_by_role("button", name="Lập bảng").click()
        expect(page.get_by_role("heading", name="phiếu trả lời cả hai câu")).to_be_visible()
        _must_hold(page)

    def test_everybody_reads_what_the_agency_publishes(
        self, visit: Visit, pages: Pages, site: LiveSite, survey_id: int
    ) -> None:
        page = visit(office.DRAFTER)
        page.goto(f"/soan-thao/khao-sat/{survey_id}/ket-qua/")
        page.get_by_role("button", name="Công khai kết quả").click()
        expect(page.get_by_text("Kết quả đã công khai.")).to_be_visible()
        reader = pages.open(site.url)
        reader.goto(f"/khao-sat/{survey_id}/")
        reader.get_by_role("link", name="Xem kết quả khảo sát").click()
        expect(reader.get_by_text("18 phiếu.")).to_be_visible()
        expect(reader.get_by_text("Chờ lâu.", exact=True)).to_have_count(0)
        _must_hold(reader)


def _download(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as coming:
        page.get_by_role("link", name=link, exact=True).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


# --- WCAG -------------------------------------------------------------------------------------------------------------


class TestAccessibility:
    def test_every_question_holds_to_wcag(self, pages: Pages, site: LiveSite, survey_id: int) -> None:
        page = pages.open(site.url)
        hand = Hand(page, "mouse")
        page.goto(f"/khao-sat/{survey_id}/")
        _must_hold(page)
        hand.go("Bắt đầu trả lời")
        hand.go("Tiếp")
        page.get_by_role("alert").wait_for()
        _must_hold(page)
        for fill in (_first_page, _second_page, _third_page):
            fill(hand)
            _must_hold(page)
        page.go_back()
        _must_hold(page)
        page.goto(f"/khao-sat/{survey_id}/xem-lai/")
        _must_hold(page)
        pages.watch.forgive("422")

    @pytest.mark.soak
    def test_the_builder_holds_to_wcag(self, visit: Visit, survey_id: int) -> None:
        page = visit(office.DRAFTER)
        draft = f"/soan-thao/khao-sat/{survey_id + 1}/"
        parts = ("", "muc/dieu_tot/", "muc/hai_long/", "muc/kenh/", "trang/truoc/", "dieu-kien/nps/", "xem-truoc/")
        more = ("/soan-thao/khao-sat/", "/soan-thao/khao-sat/moi/", f"/soan-thao/khao-sat/{survey_id}/phieu-giay/")
        for address in (*(draft + part for part in parts), *more):
            page.goto(address)
            _must_hold(page)


def _must_hold(page: Page) -> None:
    check: Callable[..., Any] = _axe
    findings = [finding for width, scheme in FACES for finding in check(page, width, scheme)]
    assert not findings, page.url + "\n" + "\n".join(map(str, findings))
    assert page.locator("h1").count() == 1
    assert [width for name, width in NARROW.items() if _scrolls_sideways(page, width)] == []
    page.set_viewport_size({"width": 1280, "height": 900})
