"""The main job, end to end: a real draft goes up, citizens comment, a moderator decides, the drafter answers, the
official table comes down. Up to the receipt also without JavaScript and as a guest."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from consultations.models import GuestPolicy
from core import clock
from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, paper, steps
from tests.web.conftest import Visit
from tests.web.office import CLAUSE, OTHER_POINT, POINT, TITLE, Place

pytestmark = pytest.mark.browser

OPINIONS = {
    POINT: ("Ủng hộ", "Ứng phó sự cố phải có thời hạn; người dân cần được báo trong 24 giờ."),
    OTHER_POINT: ("Không đồng ý", "Hai mươi bốn giờ quá ngắn với doanh nghiệp nhỏ ở Thuỷ Nguyên."),
    CLAUSE: ("Đề nghị sửa", "Nên nêu rõ thời gian lưu trữ dữ liệu, nếu không mỗi nơi hiểu một cách."),
}
REWORDED = "Doanh nghiệp phải lưu trữ dữ liệu này tại Việt Nam trong hai mươi bốn tháng."
ANSWERED = "Doanh nghiệp lưu trữ dữ liệu này tại Việt Nam trong 24 tháng."
REASON = "Cơ quan chủ trì tiếp thu và quy định rõ thời gian lưu trữ dữ liệu là 24 tháng."


@pytest.fixture(scope="module")
def places(site: LiveSite) -> dict[str, Place]:
    """A consultation that is open to all, and to guests who confirm their address."""
    return office.open_consultation(site)


class TestWholePath:
    def test_from_the_upload_to_the_table_that_is_signed(
        self, visit: Visit, pages: Pages, site: LiveSite, tmp_path: Path
    ) -> None:
        drafter = visit(office.DRAFTER)
        draft = _upload(drafter)
        _publish(drafter)
        citizen = pages.open(site.url)
        steps.register(citizen, site, "moi.dang.ky@example.vn", name="Hoàng Thị Mới")
        code = _speak(citizen, draft, wording=REWORDED)
        _approve_all_by_keyboard(visit(office.MODERATOR))
        _search_finds_with_and_without_marks(pages.open(site.url))
        _answer(drafter)
        _approve(visit(office.APPROVER))
        citizen.goto(f"/bien-nhan/{code}/")
        answered = citizen.locator("section[id^='y-kien-']", has_text=OPINIONS[CLAUSE][1])
        expect(answered.locator(".answer")).to_contain_text(REASON)
        expect(answered.locator(".answer .result")).to_have_text("Tiếp thu")
        word, sheet = (_download(drafter, name, tmp_path) for name in ("Bản tổng hợp (Word)", "Excel"))
        _each_opinion_stands_beside_its_provision(paper.rows_of_word(word))
        _each_opinion_stands_beside_its_provision(paper.rows_of_excel(sheet))
        pictures = paper.printed(word, tmp_path)
        assert pictures
        assert all(picture.stat().st_size > paper.LEAST_BYTES for picture in pictures)


class TestUpToTheReceipt:
    """Without JavaScript, and without an account."""

    def test_somebody_without_javascript_registers_and_sends(
        self, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        page = pages.open(site.url, javascript=False)
        steps.register(page, site, "khong.js@example.vn", name="Bùi Văn Mộc")
        _speak(page, places[CLAUSE].draft, wording=REWORDED)
        for _stance, words in OPINIONS.values():
            expect(page.get_by_text(words)).to_be_visible()
        expect(page.locator("ins", has_text="hai mươi bốn tháng")).to_be_visible()
        expect(page.get_by_text("chờ kiểm duyệt").first).to_be_visible()

    def test_a_guest_registers_on_the_way_and_finds_the_sheet_again(
        self, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        page, words = pages.open(site.url, javascript=False), "Viết trước, đăng ký sau."
        steps.comment(page, places[POINT], "Ủng hộ", words)
        page.goto(places[POINT].review)
        page.get_by_role("link", name="đăng ký", exact=True).click()
        steps.register_here(page, site, "tren.duong@example.vn", name="Lê Thị Đường")
        expect(page).to_have_url(re.compile(re.escape(places[POINT].review) + "$"))
        expect(page.get_by_text(words)).to_be_visible()

    @pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "bare"])
    def test_a_guest_confirms_by_the_letter(
        self, pages: Pages, site: LiveSite, places: dict[str, Place], javascript: bool
    ) -> None:
        page, address = pages.open(site.url, javascript=javascript), f"khach-{javascript}@example.vn".lower()
        steps.comment(page, places[POINT], "Ủng hộ", f"Khách cũng thấy vậy ({javascript}).")
        page.goto(places[POINT].review)
        code = steps.send(page, name="Cô Tư", email=address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Còn một bước: xác nhận địa chỉ thư")
        page.goto(steps.link_in(steps.letter_to(site, address), "/xac-nhan-gop-y/"))
        page.get_by_role("button", name="Xác nhận").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("đang chờ kiểm duyệt")
        assert steps.receipt_code(page) == code
        expect(page.get_by_text("Khách, đếm riêng")).to_be_visible()

    @pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "bare"])
    def test_a_guest_gives_a_name_alone_where_that_is_allowed(
        self, pages: Pages, site: LiveSite, javascript: bool
    ) -> None:
        places = office.open_consultation(site, title=f"Luật Khách {javascript}", guests=GuestPolicy.NAMED)
        page = pages.open(site.url, javascript=javascript)
        steps.comment(page, places[CLAUSE], "Hỏi", "Dữ liệu của trẻ em có thuộc diện này không?")
        page.goto(places[CLAUSE].review)
        steps.send(page, name="Bác Ba")
        expect(page.get_by_role("heading", level=1)).to_contain_text("đang chờ kiểm duyệt")
        expect(page.get_by_text("Khách, đếm riêng")).to_be_visible()

    def test_a_guest_is_sent_to_sign_in_where_accounts_alone_may_speak(self, pages: Pages, site: LiveSite) -> None:
        places = office.open_consultation(site, title="Luật Cần tài khoản", guests=GuestPolicy.NOBODY)
        page = pages.open(site.url, javascript=False)
        steps.comment(page, places[CLAUSE], "Hỏi", "Tôi viết trước khi đăng nhập.")
        page.goto(places[CLAUSE].review)
        expect(page.get_by_role("button", name="Gửi góp ý").filter(visible=True)).to_have_count(0)
        page.locator("main").get_by_role("link", name="Đăng nhập").click()
        page.get_by_label("Địa chỉ thư điện tử").fill(office.CITIZEN)
        page.get_by_label("Mật khẩu").fill(office.PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        expect(page.get_by_text("Tôi viết trước khi đăng nhập.")).to_be_visible()
        steps.send(page)
        assert office.received(site, places[CLAUSE].consultation_id) == ["Tôi viết trước khi đăng nhập."]


# --- the steps of the path


def _upload(page: Page) -> str:
    """A file with an Điều left out, its warning, then the whole law instead; the path of the draft."""
    page.goto("/soan-thao/")
    page.get_by_role("link", name=re.compile("Đợt.* mới|Tải dự thảo")).first.click()
    _choose(page, office.law_file(without_article="3"))
    page.get_by_label("Tên dự thảo").fill(TITLE)
    page.get_by_label("Loại văn bản").select_option(label="Luật (thường 20 ngày)")
    page.get_by_role("button", name="Tải lên và đọc").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cây điều khoản")
    expect(page.locator("#canh-bao")).to_contain_text("Điều 4")
    _choose(page, office.law_file())
    page.get_by_role("button", name="Thay tệp").click()
    expect(page.locator("#canh-bao")).to_contain_text("Không có cảnh báo nào")
    expect(page.locator("#doc-duoc")).to_contain_text(re.compile(r"43\s+Điều.*164\s+Khoản.*175\s+Điểm"))
    expect(page.locator(".tree").first).to_contain_text("Ứng phó, khắc phục sự cố an ninh mạng;")
    return page.url.replace("/soan-thao/", "/du-thao/").split("dieu-khoan")[0]


def _choose(page: Page, content: bytes) -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    page.get_by_label("Tệp dự thảo").set_input_files({"name": "du-thao.docx", "mimeType": kind, "buffer": content})


def _publish(page: Page) -> None:
    """Set the window and publish."""
    page.get_by_role("link", name="Tiếp: đặt thời gian").click()
    page.get_by_label("Tóm tắt cho người đọc").fill("Sửa Luật An ninh mạng năm 2018.")
    page.get_by_label("Ngày mở").fill(clock.today().isoformat())
    page.get_by_label("Ngày đóng").fill((clock.today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Lưu thiết lập").click()
    page.get_by_role("link", name="Công bố", exact=True).first.click()
    page.get_by_label("Tôi đã xem cây điều khoản").check()
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.get_by_text("Đã công bố dự thảo.")).to_be_visible()


def _speak(page: Page, draft: str, *, wording: str) -> str:
    """Comment on two Điểm and one Khoản, that one with a new wording; send once; the receipt code."""
    last = list(OPINIONS)[-1]
    for citation, (stance, words) in OPINIONS.items():
        page.goto(draft)
        form = steps.open_form(page, citation)
        steps.fill(form, stance, words, wording=wording if citation == CLAUSE else None)
        if citation != last:
            form.get_by_role("button", name="Lưu vào phiếu, đọc tiếp").click()
            steps.must_be_kept(page)
    form.get_by_role("button", name="Xem lại và gửi").click()
    expect(page.get_by_role("heading", name="3 ý kiến trong phiếu")).to_be_visible()
    code = steps.send(page)
    expect(page.locator("section[id^='y-kien-']")).to_have_count(3)
    return code


def _approve_all_by_keyboard(page: Page) -> None:
    page.goto("/kiem-duyet/")
    for _stance, words in OPINIONS.values():
        expect(page.locator(".case__text")).to_contain_text(words)
        steps.press_key(page, "p")
    expect(page.get_by_text("Hết việc trong hàng đợi.")).to_be_visible()


def _search_finds_with_and_without_marks(page: Page) -> None:
    """ "Thuỷ" as somebody typed it is found as "thủy", as "thuy", and not as "thúy"."""

    def found(words: str) -> Callable[[], bool]:
        def ask() -> bool:
            page.goto("/tim-kiem/")
            page.get_by_label("Tìm trong dự thảo và ý kiến").fill(words)
            with page.expect_navigation():
                page.get_by_role("button", name="Tìm", exact=True).click()
            return page.locator(".hits", has_text="Thuỷ Nguyên").count() > 0

        return ask

    steps.eventually(found("doanh nghiệp nhỏ thủy nguyên"))
    assert found("doanh nghiep nho thuy nguyen")()
    assert not found('"nhỏ thúy nguyên"')()
    found("thuy nguyen")()
    page.locator(".hits").get_by_role("link").first.click()
    expect(page.get_by_text(OPINIONS[OTHER_POINT][1])).to_be_visible()


def _answer(page: Page) -> None:
    """From the desk: put the opinion on the Khoản into a group and answer it."""
    _open_desk(page)
    page.locator("main").get_by_role("link", name=_capital(CLAUSE), exact=True).click()
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Tên nhóm mới").fill("Nêu rõ thời gian lưu trữ")
    page.get_by_role("button", name="Gom thành nhóm mới").click()
    page.get_by_role("radio", name="Tiếp thu", exact=True).check()
    page.get_by_label("Nội dung giải trình").fill(REASON)
    page.get_by_label("Câu chữ sau khi tiếp thu").fill(ANSWERED)
    page.get_by_role("button", name="Gửi duyệt").click()
    expect(page.get_by_text("Đã gửi duyệt.")).to_be_visible()


def _approve(page: Page) -> None:
    _open_desk(page)
    page.get_by_role("link", name="Nêu rõ thời gian lưu trữ").click()
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_role("button", name="Duyệt và công bố").click()
    expect(page.get_by_text("Đã duyệt và công bố.")).to_be_visible()


def _download(page: Page, name: str, folder: Path) -> Path:
    _open_desk(page)
    with page.expect_download() as caught:
        page.get_by_role("link", name=name, exact=True).click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path


def _open_desk(page: Page) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="Chính").get_by_role("link", name="Tiếp thu, giải trình").click()
    page.get_by_role("main").get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def _each_opinion_stands_beside_its_provision(rows: list[paper.Row]) -> None:
    assert len(rows) == len(OPINIONS)
    for citation, (stance, words) in OPINIONS.items():
        row = next(row for row in rows if words in row.content)
        assert row.place.startswith(_capital(citation))
        assert row.contributor == "Hoàng Thị Mới"
        assert row.content.startswith(f"{stance}.")
        assert (REASON in row.answer) == (citation == CLAUSE)
        assert (REWORDED in row.content) == (citation == CLAUSE)


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
