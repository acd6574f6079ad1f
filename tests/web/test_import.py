"""A drafter brings a spreadsheet in on a phone, enters a call with keys alone, and works through the whole desk."""

from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.opinions.sheets import as_csv
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser
ROWS = [
    (office.CLAUSE, "Bộ Tài chính", "Đề nghị làm rõ nguồn kinh phí bảo đảm.", "Đề nghị sửa"),
    ("Tờ trình", "UBND tỉnh Lào Cai", "Tờ trình còn dài.", "Góp ý"),
]


@pytest.mark.soak  # in make test, the whole desk below begins like this
@pytest.mark.parametrize("javascript", [False, True], ids=["bare", "script"])
def test_from_the_spreadsheet_to_the_figures_of_the_desk(visit: Visit, site: LiveSite, javascript: bool) -> None:
    place = office.open_consultation(site)[office.CLAUSE]
    page = visit(office.DRAFTER, javascript=javascript, phone=True)
    page.goto(f"/tiep-thu/{place.consultation_id}/")
    page.get_by_role("link", name="Nhập ý kiến").click()
    sheet = FilePayload(name="bo-tai-chinh.csv", mimeType="text/csv", buffer=as_csv(ROWS))
    page.get_by_label("Tệp ý kiến").set_input_files(sheet)
    page.get_by_role("button", name="Tải lên và xem cột").click()
    expect(page.get_by_label("Nội dung góp ý")).to_have_value("body")
    expect(page.get_by_text("Đề nghị làm rõ nguồn kinh phí bảo đảm.").last).to_be_visible()
    steps.must_fit(page)
    page.get_by_role("button", name="Nhập vào sổ").click()
    for _look in range(30):  # the worker reads it; without scripts the page is loaded again by hand
        if page.get_by_text("đã nhập xong").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text("đã nhập xong")).to_be_visible()
    page.get_by_role("link", name="Gắn điều khoản").click()
    page.get_by_label("Thuộc về").fill(office.POINT)
    page.get_by_role("button", name="Gắn", exact=True).click()
    expect(page.get_by_text("Đã gắn 1 ý kiến.")).to_be_visible()
    page.goto(f"/tiep-thu/{place.consultation_id}/")
    expect(page.locator(".figure").first).to_contain_text("2")


def test_a_telephone_call_is_entered_with_keys_alone(visit: Visit, site: LiveSite) -> None:
    place = office.open_consultation(site)[office.CLAUSE]
    page = visit(office.DRAFTER)
    page.goto(f"/tiep-thu/{place.consultation_id}/nhap-ho/")
    page.wait_for_load_state("networkidle")
    page.get_by_label("Chủ thể góp ý", exact=True).fill("Ông Trần Văn Ba")
    page.get_by_label("Điều khoản", exact=True).fill(office.CLAUSE)
    page.get_by_label("Ủng hộ").check()
    page.get_by_label("Nội dung góp ý").press_sequentially("Quy định này đúng.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã lưu. Mã biên nhận:")).to_be_visible()
    expect(page.get_by_label("Nội dung góp ý")).to_be_focused()
    expect(page.get_by_label("Nội dung góp ý")).to_have_value("")
    expect(page.get_by_label("Chủ thể góp ý", exact=True)).to_have_value("Ông Trần Văn Ba")


def test_the_whole_desk_from_a_batch_of_letters_to_the_fate_of_an_opinion(
    visit: Visit, site: LiveSite, tmp_path: Path
) -> None:
    place = office.open_consultation(site, title="Luật Cả bàn làm việc")[office.CLAUSE]
    receipt = office.send_comment(
        site, place, body="Quy định này trùng với luật khác.", publish=True, email=office.CITIZEN
    )
    page = visit(office.DRAFTER)
    bring_letters(page, place)
    page.goto(f"/tiep-thu/{place.consultation_id}/")
    page.get_by_role("link", name="Khoản 3 Điều 26").first.click()
    desk = page.url
    for title, said in (("Kinh phí", "nguồn kinh phí"), ("Trùng lặp", "trùng với luật khác")):
        page.goto(desk)
        page.locator(".pick", has_text=said).get_by_role("checkbox").check()
        page.get_by_label("Tên nhóm mới").fill(title)
        page.get_by_role("button", name="Gom thành nhóm mới").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.goto(desk)
    merge(page)
    answer_on_page(page, "Bản viết trên trang.")
    group = page.url
    sheet = edited_sheet(page, place.consultation_id, tmp_path, "Bản viết trong Excel: hai quy định khác nhau.")
    page.goto(group)
    answer_on_page(page, "Người khác viết lại trên trang.")
    take_over(page, place.consultation_id, sheet)
    approve_and_release(visit(office.APPROVER), place.consultation_id)
    letter = steps.letter_to(site, office.CITIZEN, about="trả lời ý kiến của bạn")
    citizen = visit(office.CITIZEN)
    citizen.goto(steps.link_in(letter, "/bien-nhan/"))
    assert receipt.replace("-", "") in citizen.url.replace("-", "")
    for address in (citizen.url, place.page):
        citizen.goto(address)
        expect(citizen.get_by_text("hai quy định khác nhau.")).to_be_visible()


def take_over(page: Page, consultation_id: int, sheet: Path) -> None:
    """Bring the table back, decide its one conflict for the file, send it for approval."""
    page.goto(f"/tiep-thu/{consultation_id}/bang-tra-loi/")
    page.get_by_label("Bảng trả lời đã sửa").set_input_files(sheet)
    page.get_by_role("button", name="Xem thay đổi").click()
    conflict = page.get_by_role("group", name="Khoản 3 Điều 26")
    expect(conflict).to_contain_text("Người khác viết lại trên trang.")
    expect(conflict).to_contain_text("Bản viết trong Excel")
    conflict.get_by_label("Lấy bản trong tệp").check()
    page.get_by_label("Gửi duyệt luôn").check()
    page.get_by_role("button", name="Ghi vào trả lời").click()
    expect(page.get_by_text("Đã ghi 1 trả lời từ bảng.")).to_be_visible()


def approve_and_release(page: Page, consultation_id: int) -> None:
    """The approver approves what waits, and publishes it with one press."""
    page.goto(f"/tiep-thu/{consultation_id}/duyet/")
    page.get_by_role("button", name="Duyệt các trả lời đã đánh dấu").click()
    page.get_by_role("button", name="Công bố các trả lời đã đánh dấu").click()
    expect(page.get_by_text("Đã công bố 1 trả lời.")).to_be_visible()


def bring_letters(page: Page, place: office.Place) -> None:
    """Two letters in a spreadsheet, taken into the ledger."""
    rows = [
        (office.CLAUSE, "Bộ Tài chính", "Đề nghị làm rõ nguồn kinh phí bảo đảm.", "Đề nghị sửa"),
        (office.CLAUSE, "UBND tỉnh Lào Cai", "Thống nhất với dự thảo.", "Ủng hộ"),
    ]
    page.goto(f"/tiep-thu/{place.consultation_id}/nhap/")
    sheet = FilePayload(name="van-ban.csv", mimeType="text/csv", buffer=as_csv(rows))
    page.get_by_label("Tệp ý kiến").set_input_files(sheet)
    page.get_by_role("button", name="Tải lên và xem cột").click()
    page.get_by_role("button", name="Nhập vào sổ").click()
    for _look in range(30):
        if page.get_by_text("đã nhập xong").is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text("đã nhập xong")).to_be_visible()


def merge(page: Page) -> None:
    """Make one of all groups of the provision that is open, and open it."""
    page.get_by_text("Gộp các nhóm", exact=True).click()
    boxes = page.locator("details", has_text="Gộp các nhóm").get_by_role("checkbox")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    page.get_by_role("button", name="Gộp các nhóm đã đánh dấu").click()
    if page.get_by_role("heading", level=1).inner_text() not in ("Kinh phí", "Trùng lặp"):
        page.locator("table").get_by_role("link", name="Kinh phí").or_(
            page.locator("table").get_by_role("link", name="Trùng lặp")
        ).first.click()


def answer_on_page(page: Page, reason: str) -> None:
    """Keep a draft of the answer of the group that is open."""
    page.get_by_label("Không tiếp thu", exact=True).check()
    page.get_by_label("Nội dung giải trình").fill(reason)
    page.get_by_role("button", name="Lưu dự thảo").click()
    expect(page.get_by_text("Đã lưu dự thảo trả lời.")).to_be_visible()


def edited_sheet(page: Page, consultation_id: int, folder: Path, reason: str) -> Path:
    """The table of answers, downloaded and changed as in Excel."""
    page.goto(f"/tiep-thu/{consultation_id}/bang-tra-loi/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải bảng trả lời (.xlsx)").click()
    path = folder / "bang.xlsx"
    waiting.value.save_as(path)
    book = openpyxl.load_workbook(path)
    cells = book["Trả lời"]
    headings = [cell.value for cell in cells[1]]
    cells.cell(2, headings.index("Nội dung giải trình") + 1).value = reason
    book.save(path)
    return path
