"""A drafter brings a ministry's spreadsheet in on a phone, and enters a telephone call with keys alone."""

import pytest
from playwright.sync_api import expect

from tests.opinions.sheets import as_csv
from tests.support.site import LiveSite
from tests.web import office
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser
ROWS = [
    (office.CLAUSE, "Bộ Tài chính", "Đề nghị làm rõ nguồn kinh phí bảo đảm.", "Đề nghị sửa"),
    ("Tờ trình", "UBND tỉnh Lào Cai", "Tờ trình còn dài.", "Góp ý"),
]


@pytest.mark.parametrize("javascript", [pytest.param(False, marks=pytest.mark.soak), True], ids=["bare", "script"])
def test_from_the_spreadsheet_to_the_figures_of_the_desk(visit: Visit, site: LiveSite, javascript: bool) -> None:
    place = office.open_consultation(site)[office.CLAUSE]
    page = visit(office.DRAFTER, javascript=javascript, phone=True)
    page.goto(f"/tiep-thu/{place.consultation_id}/")
    page.get_by_role("link", name="Nhập ý kiến").click()
    sheet = {"name": "bo-tai-chinh.csv", "mimeType": "text/csv", "buffer": as_csv(ROWS)}
    page.get_by_label("Tệp ý kiến").set_input_files(sheet)  # type: ignore[arg-type]
    page.get_by_role("button", name="Tải lên và xem cột").click()
    expect(page.get_by_label("Nội dung góp ý")).to_have_value("body")
    expect(page.get_by_text("Đề nghị làm rõ nguồn kinh phí bảo đảm.").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
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
