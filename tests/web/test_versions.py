"""A draft gets its next version: each opinion says what became of its clause, and both texts can be compared."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect

from core import clock
from tests.consultations.texts import FIRST, SECOND
from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser

LATER = SECOND.replace(
    "Cơ quan thử lập sổ theo dõi, ghi ngày đến và ngày về của từng người một cách đầy đủ.",
    "Cơ quan thử lập sổ điện tử; dữ liệu của người thử được lưu ba năm và chuyển cho Bộ khi Bộ yêu cầu.",
)
"""Khoản 1 Điều 3 says something else now: whether it is still the same provision is for a person to say."""

FATES = {
    "khoản 1 Điều 2": ("edited", "Dự thảo 2 đã sửa điều khoản này."),
    "khoản 2 Điều 2": ("gone", "Dự thảo 2 đã bỏ điều khoản này."),
    "khoản 3 Điều 2": ("split", "tách một phần điều khoản này sang chỗ khác: khoản 2a Điều 2."),
    "khoản 2 Điều 3": ("moved", "là khoản 3 Điều 2, lời văn giữ nguyên."),
    "Điều 4": ("same", "Điều khoản này giữ nguyên ở dự thảo 2."),
}


@pytest.mark.parametrize("javascript", [True, pytest.param(False, marks=pytest.mark.soak)], ids=["javascript", "bare"])
def test_opinions_follow_their_clauses_into_the_next_version(
    visit: Visit, pages: Pages, site: LiveSite, javascript: bool
) -> None:
    drafter = visit(office.DRAFTER, javascript=javascript)
    draft = _open(drafter, f"Luật Thử nghiệm {javascript}")
    citizen = visit(office.CITIZEN, javascript=javascript)
    code = _speak(citizen, draft)
    _upload(drafter, draft)
    _settle(drafter)
    _mend(drafter)
    drafter.get_by_role("button", name="Công bố dự thảo 2").click()
    expect(drafter.get_by_text("Đã công bố dự thảo 2.")).to_be_visible()
    citizen.goto(f"/bien-nhan/{code}/")
    for citation, (kind, words) in FATES.items():
        section = citizen.locator("section[id^='y-kien-']", has_text=f"Góp ý {citation}, dự thảo 1.")
        expect(section.locator(f"[data-fate='{kind}']")).to_contain_text(words)
    _both_texts_are_a_link_away(citizen, code)
    citizen.goto("/y-kien-cua-toi/")
    expect(citizen.locator("[data-fate='moved']").first).to_contain_text(FATES["khoản 2 Điều 3"][1])
    _both_texts_are_legible(pages.open(site.url, javascript=javascript, phone=True), draft)


def _open(page: Page, title: str) -> str:
    """The first version, put before the people; the path of the draft."""
    page.goto("/soan-thao/moi/")
    _choose(page, FIRST)
    page.get_by_label("Tên dự thảo").fill(title)
    page.get_by_label("Loại văn bản").select_option(label="Luật (thường 20 ngày)")
    page.get_by_role("button", name="Tải lên và đọc").click()
    page.get_by_role("link", name="Tiếp: đặt thời gian").click()
    page.get_by_label("Ngày mở").fill(clock.today().isoformat())
    page.get_by_label("Ngày đóng").fill((clock.today() + timedelta(days=30)).isoformat())
    page.get_by_role("button", name="Lưu thiết lập").click()
    page.get_by_role("link", name="Công bố", exact=True).first.click()
    page.get_by_label("Tôi đã xem cây điều khoản").check()
    page.get_by_role("button", name="Công bố", exact=True).click()
    expect(page.get_by_text("Đã công bố dự thảo.")).to_be_visible()
    number = re.search(r"/soan-thao/(\d+)/", page.url)
    assert number is not None
    return f"/du-thao/{number[1]}/"


def _choose(page: Page, text: str) -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    content = FilePayload(name="du-thao.docx", mimeType=kind, buffer=office.word_file(text))
    page.get_by_label("Tệp dự thảo").set_input_files(content)


def _speak(page: Page, draft: str) -> str:
    """A comment on each of the four clauses, sent at once; the receipt code."""
    for citation in FATES:
        page.goto(draft)
        form = steps.open_form(page, citation)
        steps.fill(form, "Đề nghị sửa", f"Tôi nói về {citation}.")
        form.get_by_role("button", name="Lưu vào phiếu, đọc tiếp").click()
        steps.must_be_kept(page)
    page.goto(f"{draft}phieu/")
    return steps.send(page)


def _upload(page: Page, draft: str) -> None:
    page.goto(draft.replace("/du-thao/", "/soan-thao/"))
    page.get_by_role("link", name="Bản mới", exact=True).click()
    _choose(page, LATER)
    page.get_by_role("button", name="Tải lên và ghép điều khoản").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dự thảo 2, chưa công bố")


def _settle(page: Page) -> None:
    """A provision of the same number says something else: by hand and without a mouse it is tied to the old one."""
    expect(page.get_by_role("heading", name="1 chỗ cần xác nhận")).to_be_visible()
    expect(page.locator(".pairing")).to_contain_text("Không có điều khoản cũ → Khoản 1 Điều 3")
    page.get_by_role("link", name="Chọn điều khoản khác").press("Enter")
    page.get_by_role("searchbox").or_(page.get_by_label("Tìm trong dự thảo 1")).first.fill("khoan 1 dieu 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Khoản 1 Điều 3", exact=True)).to_be_visible()
    page.get_by_role("button", name="Chọn Khoản 1 Điều 3").press("Enter")
    expect(page.get_by_role("heading", name="Không còn chỗ nào cần xác nhận")).to_be_visible()


def _mend(page: Page) -> None:
    """The machine took two clauses for one: they are parted in the tree; only that is asked, the choice above stays."""
    page.get_by_role("link", name="Sửa cây điều khoản").click()
    expect(page.get_by_text("Dự thảo 2, chưa công bố")).to_be_visible()
    page.goto(f"{page.url}?mo=het")
    page.get_by_role("link", name="Sửa khoản 2 Điều 2", exact=True).click()
    page.locator("#tach summary").click()
    first = "Người thử phải báo cáo kết quả bằng văn bản"
    page.get_by_label("Phần trước, ở lại đây").fill(first)
    page.get_by_label("Phần sau, tách ra").fill("cho cơ quan quản lý trong vòng mười ngày.")
    page.get_by_role("button", name="Tách", exact=True).click()
    page.get_by_label("Loại", exact=True).select_option(label="Khoản")
    page.get_by_label("Số (tùy chọn)").fill("2a")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name="Xem các cặp").click()
    expect(page.get_by_role("heading", name="2 chỗ cần xác nhận")).to_be_visible()
    expect(page.locator(".pairing").nth(1)).to_contain_text("Khoản 3 Điều 2 → Khoản 2a Điều 2")
    for _n in range(2):
        page.get_by_role("button", name="Đúng").first.press("Enter")
        expect(page.locator("h2#cap")).to_be_visible()
    expect(page.get_by_role("heading", name="Không còn chỗ nào cần xác nhận")).to_be_visible()


def _both_texts_are_a_link_away(page: Page, code: str) -> None:
    """From an opinion to its clause in both versions, also where the newer one no longer has it."""
    for citation, (kind, _words) in FATES.items():
        page.goto(f"/bien-nhan/{code}/")
        page.locator(f"section[id^='y-kien-'] [data-fate='{kind}'] a", has_text="Xem hai bản").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dự thảo 2 so với dự thảo 1")
        expect(page.locator(".compare__entry").first).to_be_visible()
        expect(page.locator("main")).to_contain_text(re.compile(citation, re.IGNORECASE))


def _both_texts_are_legible(page: Page, draft: str) -> None:
    """On a phone: no scrolling sideways, in one text or two columns, which stand below each other."""
    page.goto(draft)
    page.get_by_role("link", name="So với dự thảo 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dự thảo 2 so với dự thảo 1")
    expect(page.locator("#dieu-2-khoan-1 del")).to_contain_text("ba")
    expect(page.locator("#dieu-2-khoan-1 ins")).to_contain_text("năm")
    steps.must_fit(page)
    _must_be_large_enough(page)
    page.get_by_role("link", name="Hai cột").click()
    left, right = (page.locator("#dieu-2-khoan-1 .compare__pair > div").nth(n).bounding_box() for n in (0, 1))
    assert left is not None
    assert right is not None
    assert right["y"] >= left["y"] + left["height"]
    steps.must_fit(page)


def _must_be_large_enough(page: Page) -> None:
    """The words of the law at 16 px and more, and none cut off at the edge."""
    sizes = page.locator(".compare__entry :is(ins, del)").evaluate_all(
        "all => all.map(one => [parseFloat(getComputedStyle(one).fontSize), one.getBoundingClientRect().right])"
    )
    assert sizes
    assert min(size for size, _right in sizes) >= 16
    assert max(right for _size, right in sizes) <= 390
