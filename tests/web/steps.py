"""What people do on the pages, in the words that they read there."""

import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Locator, Page, expect

from tests.support.mail import Letter
from tests.support.site import LiveSite
from tests.web.office import PASSWORD, Place

T = TypeVar("T")
WAIT_SECONDS = 20


def eventually(ask: Callable[[], T | None], *, seconds: float = WAIT_SECONDS) -> T:
    """Ask until the answer is true-ish: for what the worker does. Fails after a while."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        if time.monotonic() > deadline:
            raise AssertionError(f"it did not come true within {seconds:g} seconds")
        time.sleep(0.1)
    return answer


def letter_to(site: LiveSite, address: str, *, about: str = "") -> Letter:
    """The newest letter to an address whose subject or body holds ``about``."""

    def newest() -> Letter | None:
        letters = [one for one in site.mailbox.to(address) if about in one.subject + one.body]
        return letters[-1] if letters else None

    return eventually(newest)


def link_in(letter: Letter, path: str) -> str:
    """The path of the link in a letter that begins with ``path``."""
    found = [link[link.index(path) :] for link in letter.links if path in link]
    assert found, letter.body
    return found[0]


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/dang-nhap/")
    sign_in_here(page, email, password)


def sign_in_here(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the form that is open."""
    page.get_by_label("Địa chỉ thư điện tử").fill(email)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()


def register(page: Page, site: LiveSite, email: str, *, name: str) -> None:
    """Register, confirm the address by the letter, sign in."""
    page.goto("/dang-ky/")
    register_here(page, site, email, name=name)


def register_here(page: Page, site: LiveSite, email: str, *, name: str) -> None:
    """Fill in the form that is open; then the letter and its way on."""
    page.get_by_label("Họ và tên, hoặc tên tổ chức").fill(name)
    page.get_by_label("Địa chỉ thư điện tử").fill(email)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_label("Tôi đồng ý để Dân Bàn").check()
    page.get_by_role("button", name="Đăng ký").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hãy xem thư")
    page.goto(link_in(letter_to(site, email), "/xac-nhan-thu/"))
    page.get_by_role("button", name="Xác nhận địa chỉ").click()
    expect(page.get_by_text("Đã xác nhận địa chỉ")).to_be_visible()
    sign_in_here(page, email)


def open_form(page: Page, citation: str) -> Locator:
    """Press Góp ý beside a provision; the form, in the panel or on its own page."""
    page.wait_for_load_state("networkidle")  # the scripts are there
    page.get_by_role("link", name=f"Góp ý {citation}", exact=True).click()
    return writing(page)


def press_key(page: Page, key: str) -> None:
    """Press a shortcut that leads to the next page."""
    page.wait_for_load_state("networkidle")  # the scripts are there
    with page.expect_navigation():
        page.keyboard.press(key)


def writing(page: Page) -> Locator:
    """The form of a comment."""
    form = page.locator("form[data-keep^='gop-y:']")
    expect(form).to_be_visible()
    return form


def fill(form: Locator, stance: str, body: str, *, wording: str | None = None) -> None:
    form.get_by_role("radio", name=stance).check()
    form.get_by_label("Ý kiến của bạn").fill(body)
    if wording is not None:
        field = form.get_by_label("Câu chữ bạn đề nghị")
        if not field.is_visible():
            form.get_by_text("Sửa thẳng câu chữ").click()
        field.fill(wording)


def comment(page: Page, place: Place, stance: str, body: str, *, wording: str | None = None) -> None:
    """From the draft: write about a provision and keep it in the submission."""
    page.goto(place.draft)
    form = open_form(page, place.citation)
    fill(form, stance, body, wording=wording)
    form.get_by_role("button", name="Lưu vào phiếu, đọc tiếp").click()
    must_be_kept(page)


def must_fit(page: Page) -> None:
    """Nothing is wider than the window, once the page has its styles."""
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def must_be_kept(page: Page) -> None:
    """The panel, or the draft that one has come back to, says that the submission holds the comment."""
    expect(page.get_by_text("Đã lưu vào phiếu").or_(page.get_by_text("Phiếu chưa gửi.")).first).to_be_visible()


def send(page: Page, *, email: str | None = None, name: str | None = None) -> str:
    """On the page of the submission: say who one is, agree, send; the receipt code."""
    if name is not None:
        page.get_by_label("Tên của bạn").fill(name)
    if email is not None:
        page.get_by_label("Địa chỉ thư điện tử").fill(email)
    page.get_by_label("Tôi đồng ý để dữ liệu").check()
    page.get_by_role("button", name="Gửi góp ý").last.click()
    return receipt_code(page)


def receipt_code(page: Page) -> str:
    """The code on the receipt that is open."""
    code = page.locator(".ticket__code")
    expect(code).to_be_visible()
    return code.inner_text().strip()
