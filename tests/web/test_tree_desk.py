"""A drafter mends the parsed tree: without JavaScript, and with keys alone."""

import pytest
from playwright.sync_api import expect

from tests.support.site import LiveSite
from tests.web import office
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [False, True], ids=["bare", "script"])
def test_from_the_tree_to_a_node_and_back(visit: Visit, site: LiveSite, javascript: bool) -> None:
    number = office.unpublished_consultation(site)
    page = visit(office.DRAFTER, javascript=javascript)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/soan-thao/{number}/dieu-khoan/?mo=het")
    page.get_by_role("link", name="Sửa khoản 2 Điều 5", exact=True).click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Sửa khoản 2 Điều 5")
    page.get_by_label("Số (tùy chọn)").fill("1a")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu.")).to_be_visible()
    node = page.locator(":target")
    expect(node).to_contain_text("Khoản 1a")
    expect(node).to_be_in_viewport()
    page.get_by_role("link", name="Sửa khoản 1a Điều 5", exact=True).click()
    page.get_by_role("button", name="Đưa vào trong mục đứng trước").click()
    expect(title).to_have_text("Sửa khoản 1a khoản 1 Điều 5")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(title).to_have_text("Sửa khoản 1a Điều 5")
    expect(title).to_be_focused()


def test_keys_move_a_node_and_take_it_back(visit: Visit, site: LiveSite) -> None:
    number = office.unpublished_consultation(site)
    nodes = office.nodes_of(site, number)
    page = visit(office.DRAFTER)
    page.goto(f"/soan-thao/{number}/dieu-khoan/{nodes['khoản 1 Điều 5']}/#o-day")
    order = page.locator("#vi-tri li")
    expect(order.first).to_have_attribute("aria-current", "true")
    page.keyboard.press("d")
    expect(order.nth(1)).to_have_attribute("aria-current", "true")
    page.wait_for_load_state("networkidle")  # the keys come with a script
    page.keyboard.press("z")
    expect(order.first).to_have_attribute("aria-current", "true")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sửa khoản 1 Điều 5")
