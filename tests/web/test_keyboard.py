"""Everything can be done with the keyboard alone, and one always sees where one is."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit
from tests.web.office import CLAUSE, POINT, TITLE, Place

pytestmark = pytest.mark.browser

MOST_STOPS = 300

FACE = """el => {
    const parts = [el, el.closest('label'), el.closest('.choice'), el.closest('.tick')].filter(Boolean);
    return JSON.stringify(parts.map(part => {
        const s = getComputedStyle(part);
        const outline = s.outlineStyle === 'none' ? '' : s.outlineWidth + s.outlineColor;
        return [s.boxShadow, outline, s.borderColor, s.backgroundColor];
    }));
}"""
IN_SIGHT = """el => {
    const part = el.closest('.choice') ?? el.closest('label') ?? el, box = part.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


@pytest.fixture(scope="module")
def places(site: LiveSite) -> dict[str, Place]:
    return office.open_consultation(site)


class TestFromHomeToReceipt:
    def test_a_guest_speaks_without_a_mouse(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url)
        page.goto("/")
        press(page, page.get_by_role("link", name=TITLE).first)
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        press(page, page.get_by_role("link", name=f"Góp ý {CLAUSE}", exact=True))
        expect(page.locator("#panel-ten")).to_be_focused()
        stop_at(page, page.get_by_role("radio", name="Ủng hộ"))
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name="Đề nghị sửa")).to_be_checked()
        stop_at(page, page.get_by_label("Ý kiến của bạn"))
        page.keyboard.type("Tôi viết bằng bàn phím.")
        press(page, page.get_by_text("Sửa thẳng câu chữ"))
        stop_at(page, page.get_by_label("Câu chữ bạn đề nghị"))
        page.keyboard.press("End")
        page.keyboard.type(" Thời hạn là 24 tháng.")
        press(page, page.get_by_role("button", name="Xem lại và gửi"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu góp ý của bạn")
        stop_at(page, page.get_by_label("Tên của bạn"))
        page.keyboard.type("Cô Tư")
        stop_at(page, page.get_by_label("Địa chỉ thư điện tử"))
        page.keyboard.type("co.tu@example.vn")
        stop_at(page, page.get_by_label("Tôi đồng ý để dữ liệu"))
        page.keyboard.press("Space")
        press(page, page.get_by_role("button", name="Gửi góp ý").last)
        steps.receipt_code(page)
        expect(page.locator("ins", has_text="24 tháng")).to_be_visible()

    def test_the_first_stop_leads_past_the_head_of_the_page(self, pages: Pages, site: LiveSite) -> None:
        page = pages.open(site.url)
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()


class TestPanel:
    @pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
    def test_escape_closes_it_and_returns_to_where_one_was(
        self, pages: Pages, site: LiveSite, places: dict[str, Place], phone: bool
    ) -> None:
        page = pages.open(site.url, phone=phone)
        page.goto(places[CLAUSE].draft)
        steps.open_form(page, CLAUSE)
        page.keyboard.press("Escape")
        expect(page.locator("form[data-keep^='gop-y:']")).to_have_count(0)
        expect(page.get_by_role("link", name=f"Góp ý {CLAUSE}", exact=True)).to_be_focused()

    def test_on_a_phone_it_holds_the_focus_and_the_back_button_closes_it(
        self, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        page = pages.open(site.url, phone=True)
        page.goto(places[CLAUSE].draft)
        steps.open_form(page, CLAUSE)
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        for _stop in range(30):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body || !!document.activeElement.closest('#panel')"
            )
        page.go_back()
        expect(dialog).to_have_count(0)
        assert page.url.endswith(places[CLAUSE].draft)


class TestQueue:
    @pytest.fixture
    def queue(self, visit: Visit, site: LiveSite, places: dict[str, Place]) -> Page:
        for number in range(3):
            office.send_comment(site, places[POINT], body=f"Ý kiến chờ số {number}.")
        page = visit(office.MODERATOR)
        page.goto(f"/kiem-duyet/?dot={places[POINT].consultation_id}", wait_until="networkidle")
        return page

    def test_the_keys_move_decide_and_undo(self, queue: Page) -> None:
        case = queue.locator(".case__text")
        first = case.inner_text()
        steps.press_key(queue, "j")
        assert case.inner_text() != first
        steps.press_key(queue, "k")
        assert case.inner_text() == first
        steps.press_key(queue, "s")
        expect(queue.get_by_text("Mục vừa xử lý: thư rác")).to_be_visible()
        steps.press_key(queue, "z")
        expect(queue.get_by_text("Đã hoàn tác.")).to_be_visible()
        assert case.inner_text() == first
        queue.keyboard.press("2")
        expect(queue.locator("[data-key='2']")).to_be_checked()
        queue.get_by_label("Lời nhắn cho người viết").press_sequentially("psjk")  # letters, while one writes
        expect(queue.get_by_label("Lời nhắn cho người viết")).to_have_value("psjk")
        expect(case).to_have_text(first)
        queue.keyboard.press("Tab")
        steps.press_key(queue, "r")
        expect(queue.get_by_text("Mục vừa xử lý: bị từ chối")).to_be_visible()

    def test_the_keys_are_told_and_can_be_switched_off(self, queue: Page) -> None:
        case = queue.locator(".case__text")
        first = case.inner_text()
        queue.keyboard.press("?")
        expect(queue.get_by_role("dialog", name="Phím tắt")).to_contain_text("Thư rác")
        queue.get_by_label("Dùng phím tắt một chữ trên máy này").uncheck()
        queue.keyboard.press("Escape")
        expect(queue.get_by_role("dialog")).to_have_count(0)
        queue.keyboard.press("s")
        queue.wait_for_timeout(300)
        expect(case).to_have_text(first)

    def test_every_stop_of_the_queue_is_seen(self, queue: Page) -> None:
        stop_at(queue, queue.get_by_role("button", name="Từ chối theo quy tắc"))


def stop_at(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus. At each stop the focus must be seen.

    A date has a stop for its day, its month and its year: looked at once, for looking starts it from its day again.
    """
    page.wait_for_load_state()  # with its style sheets: without them no focus is seen
    expect(target).to_have_count(1)
    seen = None
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.locator(":focus")
        if here.count() == 0:
            continue
        element = here.element_handle()
        if seen is None or not page.evaluate("([one, other]) => one === other", [element, seen]):
            _must_be_seen(page, here)
        seen = element
        if target.evaluate("el => el === document.activeElement || el.contains(document.activeElement)"):
            return
    raise AssertionError(f"{MOST_STOPS} stops, and never at {target}")


def press(page: Page, target: Locator) -> None:
    """Go to the target by Tab, and press Enter."""
    stop_at(page, target)
    page.keyboard.press("Enter")


def _must_be_seen(page: Page, here: Locator) -> None:
    """The focused element is on the screen and looks different from what it looks like without the focus."""
    name = here.evaluate("el => el.outerHTML.slice(0, 200)")
    assert here.evaluate(IN_SIGHT), f"the focus is out of sight: {name}"
    changes = page.evaluate(
        f"""() => {{
            const el = document.activeElement, face = {FACE}, with_focus = face(el);
            el.blur();
            const without = face(el);
            el.focus({{ preventScroll: true }});
            return with_focus !== without;
        }}"""
    )
    assert changes, f"the focus is not seen: {name}"
