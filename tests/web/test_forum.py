"""A discussion between three people in a real browser: quote, mention, official answer; by keyboard, and bare."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.queries import get_agency
from forums.models import Screening
from forums.services import boards
from forums.services.boards import Settings
from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit
from tests.web.test_accessibility import _axe, _scrolls_sideways

pytestmark = pytest.mark.browser

QUESTION = "Bao giờ có hướng dẫn thi hành?"


@dataclass(frozen=True)
class Talk:
    """Where people talk: the board's address."""

    board: str


@pytest.fixture(scope="module")
def talk(site: LiveSite) -> Talk:
    with office.inside(site):
        board = boards.create(
            get_agency(office.AGENCY), Settings(title="Bàn về an ninh mạng", screening=Screening.AFTER), by=None
        )
        return Talk(f"/dien-dan/{board.id}/")


def tab_to(page: Page, name: str, role: Literal["button", "link", "textbox", "radio", "checkbox"] = "button") -> None:
    """Press Tab until something with this name has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name).first
    expect(wanted).to_be_visible()
    for _press in range(150):
        if wanted.evaluate("el => el === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never came to {name!r}")


def ask(page: Page, talk: Talk, title: str) -> None:
    """Open a question by keyboard alone."""
    page.goto(talk.board)
    tab_to(page, "Mở chủ đề", "link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mở chủ đề")
    tab_to(page, "Thảo luận: bàn một việc", "radio")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Tiêu đề", "textbox")
    page.keyboard.type(title)
    tab_to(page, "Nội dung", "textbox")
    page.keyboard.type("Xã tôi **chưa** nhận được gì.")
    tab_to(page, "Mở chủ đề")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def answer_with_quote(page: Page, address: str, words: str) -> None:
    """Quote the first post and answer it by keyboard alone."""
    page.goto(address)
    tab_to(page, "Trả lời bài #1", "link")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Đoạn trích")).to_have_value("Xã tôi **chưa** nhận được gì.")
    tab_to(page, "Nội dung", "textbox")
    page.keyboard.type(words)
    tab_to(page, "Gửi bài")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã đăng bài.")).to_be_visible()


def open_case_of(page: Page, words: str) -> None:
    """Go to the case with these words among what waits."""
    page.goto("/kiem-duyet/", wait_until="networkidle")
    page.get_by_role("link").filter(has_text=words).first.press("Enter")
    expect(page.locator(".case__text")).to_contain_text(words)
    page.wait_for_load_state("networkidle")


def report(page: Page, address: str) -> None:
    """Say that post #2 breaks the second rule."""
    page.goto(address)
    tab_to(page, "Báo vi phạm bài #2", "link")
    page.keyboard.press("Enter")
    tab_to(page, "Quy tắc 1", "radio")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Gửi báo cáo")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Người kiểm duyệt sẽ xem lại")).to_be_visible()


def appeal(page: Page, address: str, why: str) -> None:
    """Ask for another pair of eyes for one's own post #2."""
    page.goto(address)
    tab_to(page, "Đề nghị xem lại bài #2", "link")
    page.keyboard.press("Enter")
    tab_to(page, "Vì sao nên xem lại?", "textbox")
    page.keyboard.type(why)
    tab_to(page, "Gửi đề nghị")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Một người kiểm duyệt khác đang xem lại")).to_be_visible()


class TestAPostThatIsReported:
    @pytest.mark.soak  # in make test, tests.moderation and tests.forums go the same way without a browser
    def test_is_hidden_appealed_and_restored_by_keyboard(self, visit: Visit, talk: Talk) -> None:
        words = "Ai viết dự thảo này chắc chưa về xã bao giờ."
        citizen, reader, guest = visit(office.CITIZEN), visit(office.APPROVER), visit()
        ask(citizen, talk, f"{QUESTION} Hỏi lần nữa")
        address = urlsplit(citizen.url).path
        tab_to(citizen, "Nội dung", "textbox")
        citizen.keyboard.type(words)
        tab_to(citizen, "Gửi bài")
        citizen.keyboard.press("Enter")
        expect(citizen.locator("#bai-2")).to_contain_text(words)
        report(reader, address)

        moderator = visit(office.MODERATOR)
        open_case_of(moderator, words)
        expect(moderator.get_by_role("heading", name="Người đọc báo cáo")).to_be_visible()
        moderator.keyboard.press("2")
        steps.press_key(moderator, "r")
        expect(moderator.get_by_text("Mục vừa xử lý: bị từ chối")).to_be_visible()
        guest.goto(address)
        expect(guest.locator("#bai-2")).to_contain_text("không được công bố theo quy tắc 2")
        expect(guest.locator("body")).not_to_contain_text(words)

        appeal(citizen, address, "Tôi chê cách làm, không chê người.")
        second = visit(office.SECOND_MODERATOR)
        open_case_of(second, words)
        expect(second.get_by_text("Tôi chê cách làm")).to_be_visible()
        steps.press_key(second, "p")
        expect(second.get_by_text("Mục vừa xử lý: đã công bố")).to_be_visible()
        guest.goto(address)
        expect(guest.locator("#bai-2")).to_contain_text(words)


class TestADiscussion:
    @pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.soak)], ids=["scripts", "bare"])
    def test_between_three_people_by_keyboard(self, visit: Visit, talk: Talk, pages: Pages, javascript: bool) -> None:
        citizen = visit(office.CITIZEN, javascript=javascript)
        how = "với chữ" if javascript else "không chữ"
        ask(citizen, talk, f"{QUESTION} Hỏi {how}")
        address = urlsplit(citizen.url).path

        official = visit(office.DRAFTER, javascript=javascript)
        answer_with_quote(official, address, f"Thông tư sẽ ban hành trong tháng sau, {how}.")
        expect(official.locator("#bai-2 blockquote")).to_contain_text("Xã tôi chưa nhận được gì.")

        other = visit(office.APPROVER, javascript=javascript)
        other.goto(address)
        tab_to(other, "Trả lời chính thức của cơ quan", "checkbox")
        other.keyboard.press("Space")
        tab_to(other, "Nội dung", "textbox")
        handle = citizen.locator("#bai-1 .post__name").inner_text().replace(" ", "-")
        other.keyboard.type(f"Trả lời @{handle}: có hiệu lực từ **tháng bảy**, {how}.")
        tab_to(other, "Gửi bài")
        other.keyboard.press("Enter")
        expect(other.locator("section.answer")).to_contain_text("có hiệu lực từ tháng bảy")
        expect(other.locator("#bai-3 .prose a")).to_have_text(f"@{handle}")

        citizen.goto(address)
        expect(citizen.locator("section.answer")).to_contain_text("tháng bảy")
        guest = visit(javascript=javascript)
        guest.goto(talk.board)
        expect(guest.locator(".topics")).to_contain_text("Đã có trả lời chính thức")

    def test_what_was_typed_survives_a_refusal(self, visit: Visit, talk: Talk, pages: Pages) -> None:
        page = visit(office.CITIZEN)
        page.goto(f"{talk.board}chu-de-moi")
        page.get_by_label("Tiêu đề").fill("ngắn")
        page.get_by_label("Nội dung").fill("Một bài dài mà tôi không muốn viết lại.")
        page.get_by_role("button", name="Mở chủ đề").click()
        expect(page.get_by_role("alert")).to_contain_text("Tiêu đề cần")
        expect(page.get_by_label("Nội dung")).to_have_value("Một bài dài mà tôi không muốn viết lại.")
        pages.watch.forgive("422")

    def test_pages_hold_to_wcag_at_both_widths(self, visit: Visit, talk: Talk) -> None:
        citizen = visit(office.CITIZEN)
        ask(citizen, talk, f"{QUESTION} Hỏi để xem trang")
        topic = urlsplit(citizen.url).path
        moderator = visit(office.MODERATOR)
        looked_at = {
            citizen: ("/dien-dan/", talk.board, f"{talk.board}chu-de-moi", topic, "/dien-dan/cua-toi/"),
            moderator: (
                f"{topic}quan-ly",
                f"{topic}tach",
                f"{topic}gop",
                f"{topic}doi-ten",
                f"{talk.board}thiet-lap",
                "/kiem-duyet/bao-tin/",
            ),
        }
        for page, addresses in looked_at.items():
            for address in addresses:
                page.goto(address)
                findings = [*_axe(page, 1280, "light"), *_axe(page, 390, "dark")]
                assert not findings, f"{address}\n" + "\n".join(map(str, findings))
                assert not _scrolls_sideways(page, 320), address
