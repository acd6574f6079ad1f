"""What somebody typed survives whatever happens to them; what somebody sent arrives once; nobody is overwritten."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit
from tests.web.office import CLAUSE, POINT, Place

pytestmark = pytest.mark.browser

WORDS = "Ẩn số ở đây là thời hạn; xin nói rõ, vì người làm nghề như tôi phải chuẩn bị trước."
WORDING = "Dữ liệu được lưu trữ tại Việt Nam trong hai mươi bốn tháng."
KEPT, RESTORED = "Đã giữ trên máy này", "Đã lấy lại phần bạn viết"
OFFLINE = "Mất mạng. Ý kiến đang chờ trên máy này"
TOO_LATE = "Biểu mẫu mở quá lâu, chưa gửi được"
TWICE = """() => {
    const form = document.getElementById('phieu');
    const body = new FormData(form, form.querySelector('.btn--main'));
    const send = () => fetch(form.getAttribute('action'), { method: 'POST', body }).then(answer => answer.url);
    return Promise.all([send(), send()]);
}"""
"""The form goes out twice at the same moment, as two presses before the first answer; where each ended."""


@pytest.fixture
def places(site: LiveSite) -> dict[str, Place]:
    """A consultation of the test's own."""
    return office.open_consultation(site)


@pytest.fixture
def panel(pages: Pages, site: LiveSite, places: dict[str, Place]) -> Page:
    """A guest with the panel open beside a Khoản, who has typed into every field."""
    page = pages.open(site.url)
    page.goto(places[CLAUSE].draft)
    steps.fill(steps.open_form(page, CLAUSE), "Đề nghị sửa", WORDS, wording=WORDING)
    return page


class TestTyping:
    def test_survives_a_reload_at_once(self, panel: Page) -> None:
        panel.reload()
        _all_is_there(steps.open_form(panel, CLAUSE))
        expect(panel.get_by_text(RESTORED)).to_be_visible()

    def test_survives_closing_the_panel_and_another_provision(self, panel: Page) -> None:
        expect(panel.get_by_text(KEPT)).to_be_visible()
        panel.keyboard.press("Escape")
        other = steps.open_form(panel, POINT)
        expect(other.get_by_label("Ý kiến của bạn")).to_have_value("")
        _all_is_there(steps.open_form(panel, CLAUSE))

    def test_is_shown_as_a_redline_while_one_types(self, panel: Page) -> None:
        expect(panel.locator("#panel ins", has_text="hai mươi bốn tháng")).to_be_visible()
        expect(panel.locator("#panel .redline__foot")).to_contain_text("Gốc: dự thảo 1.")

    def test_survives_a_refusal(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        page.goto(places[CLAUSE].draft)
        form = steps.open_form(page, CLAUSE)
        form.get_by_label("Ý kiến của bạn").fill(WORDS)
        form.get_by_role("button", name="Lưu vào phiếu").click()
        expect(page.locator("#panel .error")).to_have_text("Hãy chọn một lập trường.")
        expect(page.get_by_role("alert")).to_be_focused()
        expect(steps.writing(page).get_by_label("Ý kiến của bạn")).to_have_value(WORDS)
        assert page.url.endswith(places[CLAUSE].draft)
        pages.watch.forgive("422")

    def test_waits_for_the_network_and_goes_when_it_is_back(
        self, panel: Page, pages: Pages, places: dict[str, Place]
    ) -> None:
        panel.context.set_offline(True)
        panel.get_by_role("button", name="Lưu vào phiếu").click()
        expect(panel.get_by_text(OFFLINE)).to_be_visible()
        _all_is_there(steps.writing(panel))
        panel.context.set_offline(False)
        expect(panel.get_by_text("Phiếu của bạn có 1 ý kiến, chưa gửi.")).to_be_visible()
        panel.goto(places[CLAUSE].review)
        expect(panel.get_by_text(WORDS)).to_be_visible()
        pages.watch.forgive("ERR_INTERNET_DISCONNECTED")

    def test_is_gone_from_the_browser_once_the_site_has_it(self, panel: Page) -> None:
        panel.get_by_role("button", name="Lưu vào phiếu").click()
        expect(panel.get_by_text("Phiếu của bạn có 1 ý kiến, chưa gửi.")).to_be_visible()
        assert WORDS not in panel.evaluate("JSON.stringify(localStorage)")
        form = steps.open_form(panel, CLAUSE)
        expect(form.get_by_label("Ý kiến của bạn")).to_have_value(WORDS)

    def test_survives_a_session_that_ended(self, visit: Visit, pages: Pages, places: dict[str, Place]) -> None:
        """The whole path back: the form says so, goes again, one signs in again, and all of it is there."""
        page = visit(office.CITIZEN)
        page.goto(places[CLAUSE].draft)
        steps.fill(steps.open_form(page, CLAUSE), "Hỏi", WORDS)
        page.context.clear_cookies()
        page.get_by_role("button", name="Xem lại và gửi").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TOO_LATE)
        expect(page.get_by_text(WORDS)).to_be_visible()
        page.get_by_role("button", name="Gửi lại").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu góp ý của bạn")
        expect(page.get_by_text(WORDS)).to_be_visible()
        page.locator("main").get_by_role("link", name="Đăng nhập").click()
        _sign_in_here(page)
        expect(page.get_by_text(WORDS)).to_be_visible()
        steps.send(page)
        pages.watch.forgive("400")

    def test_survives_a_session_that_ended_before_sending(
        self, visit: Visit, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        """Nothing goes out as a guest's that somebody wrote under their name."""
        page = visit(office.CITIZEN)
        steps.comment(page, places[CLAUSE], "Hỏi", WORDS)
        page.goto(places[CLAUSE].review)
        page.get_by_label("Tôi đồng ý để dữ liệu").check()
        page.context.clear_cookies()
        page.get_by_role("button", name="Gửi góp ý").last.click()
        page.get_by_role("button", name="Gửi lại").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Phiên đăng nhập đã hết")
        assert office.received(site, places[CLAUSE].consultation_id) == []
        page.get_by_role("link", name="Đăng nhập lại").click()
        _sign_in_here(page)
        expect(page.get_by_text(WORDS)).to_be_visible()
        steps.send(page)
        assert office.received(site, places[CLAUSE].consultation_id) == [WORDS]
        for status in ("400", "401"):
            pages.watch.forgive(status)

    @pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "bare"])
    def test_survives_a_form_that_stood_open_too_long(
        self, pages: Pages, site: LiveSite, places: dict[str, Place], javascript: bool
    ) -> None:
        page = pages.open(site.url, javascript=javascript)
        page.goto(places[CLAUSE].write)
        page.context.clear_cookies()  # the token belongs to a session that is gone
        steps.fill(steps.writing(page), "Đề nghị sửa", WORDS, wording=WORDING)
        page.get_by_role("button", name="Xem lại và gửi").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(TOO_LATE)
        page.get_by_role("button", name="Gửi lại").click()
        expect(page.get_by_text(WORDS)).to_be_visible()
        expect(page.locator("ins", has_text="hai mươi bốn tháng")).to_be_visible()
        pages.watch.forgive("400")

    def test_survives_a_refusal_to_send(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        steps.comment(page, places[POINT], "Ủng hộ", WORDS)
        page.goto(places[POINT].review)
        page.get_by_label("Tên của bạn").fill("Cô Út")
        page.get_by_label("Địa chỉ thư điện tử").fill("không phải thư")
        page.get_by_role("button", name="Gửi góp ý").last.click()
        expect(page.get_by_role("alert")).to_contain_text("chưa đúng dạng")
        expect(page.get_by_role("alert")).to_contain_text("Cần bạn đồng ý")
        expect(page.get_by_label("Tên của bạn")).to_have_value("Cô Út")
        expect(page.get_by_text(WORDS)).to_be_visible()
        pages.watch.forgive("422")


class TestSending:
    @pytest.fixture
    def ready(self, visit: Visit, places: dict[str, Place]) -> Page:
        """The submission of somebody signed in, with one comment; nothing is left but to press the button."""
        page = visit(office.CITIZEN)
        steps.comment(page, places[POINT], "Ủng hộ", WORDS)
        page.goto(places[POINT].review, wait_until="networkidle")
        page.get_by_label("Tôi đồng ý để dữ liệu").check()
        return page

    def test_a_double_click_asks_the_site_once(self, ready: Page, site: LiveSite, places: dict[str, Place]) -> None:
        asked: list[str] = []
        ready.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
        ready.get_by_role("button", name="Gửi góp ý").last.dblclick()
        steps.receipt_code(ready)
        assert len(asked) == 1
        assert office.received(site, places[POINT].consultation_id) == [WORDS]

    def test_two_presses_that_both_arrive_send_one_submission(
        self, ready: Page, site: LiveSite, places: dict[str, Place]
    ) -> None:
        first, second = ready.evaluate(TWICE)
        assert first == second
        assert "/bien-nhan/" in first
        assert office.count_submissions(site, places[POINT].consultation_id) == 1
        assert office.received(site, places[POINT].consultation_id) == [WORDS]

    def test_two_windows_send_one_submission(self, visit: Visit, site: LiveSite, places: dict[str, Place]) -> None:
        page = visit(office.CITIZEN)
        steps.comment(page, places[POINT], "Ủng hộ", WORDS)
        windows = [page, page.context.new_page()]
        for window in windows:
            window.goto(places[POINT].review)
        codes = {steps.send(window) for window in windows}
        assert len(codes) == 1
        assert office.count_submissions(site, places[POINT].consultation_id) == 1

    def test_waits_for_the_network_and_goes_once_when_it_is_back(
        self, ready: Page, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        ready.context.set_offline(True)
        ready.get_by_role("button", name="Gửi góp ý").last.click()
        expect(ready.get_by_text(OFFLINE)).to_be_visible()
        ready.context.set_offline(False)
        steps.receipt_code(ready)
        assert office.count_submissions(site, places[POINT].consultation_id) == 1
        pages.watch.forgive("ERR_INTERNET_DISCONNECTED")


class TestTwoModerators:
    def test_the_second_is_told_who_was_first_and_changes_nothing(
        self, visit: Visit, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        office.send_comment(site, places[POINT], body="Ý kiến mà hai người cùng mở.")
        first, second = visit(office.MODERATOR), visit(office.SECOND_MODERATOR)
        for page in (first, second):
            _open_case(page, "Ý kiến mà hai người cùng mở.")
        first.get_by_role("button", name="Công bố").click()
        expect(first.get_by_text("Mục vừa xử lý: đã công bố")).to_be_visible()
        second.get_by_role("button", name="Thư rác").click()
        expect(second.get_by_role("alert")).to_contain_text("Phạm Minh Kiểm")
        expect(second.get_by_role("alert")).to_contain_text("Không có gì bị ghi đè")
        second.goto(places[POINT].page)
        expect(second.get_by_text("Ý kiến mà hai người cùng mở.")).to_be_visible()
        pages.watch.forgive("409")


def _all_is_there(form: Locator) -> None:
    expect(form.get_by_role("radio", name="Đề nghị sửa")).to_be_checked()
    expect(form.get_by_label("Ý kiến của bạn")).to_have_value(WORDS)
    expect(form.get_by_label("Câu chữ bạn đề nghị")).to_have_value(WORDING)


def _sign_in_here(page: Page) -> None:
    page.get_by_label("Địa chỉ thư điện tử").fill(office.CITIZEN)
    page.get_by_label("Mật khẩu").fill(office.PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def _open_case(page: Page, words: str) -> None:
    page.goto("/kiem-duyet/")
    page.locator(".queue__list").get_by_text(words).click()
    expect(page.locator(".case__text")).to_contain_text(words)
