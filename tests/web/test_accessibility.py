"""WCAG 2.2 AA on every main page, for each role, wide and narrow, light and dark; names and headings; nothing scrolls
sideways at 320 pixels or at 200 % zoom."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit
from tests.web.office import CLAUSE, OTHER_POINT, POINT, Place

pytestmark = pytest.mark.browser

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUICK = {"resultTypes": ["violations"], "selectors": False, "preload": False}
RULES = {
    "light": {**QUICK, "runOnly": {"type": "tag", "values": LEVELS}},
    "dark": {**QUICK, "runOnly": {"type": "rule", "values": ["color-contrast"]}},  # nothing else depends on the colours
}
FACES = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
NARROW = {"320 px": 320, "200 % zoom of 1,280 px": 640}
HEIGHT = 900
LONG = "Tôi làm nghề này đã lâu và thấy quy định như vậy là khó. " * 6

GUEST = ""
ADDRESSES: dict[str, tuple[str, ...]] = {
    GUEST: (
        "/",
        "/du-thao/",
        "{draft}",
        "{page}",
        "{write}",
        "{review}",
        "/bien-nhan/",
        "/bien-nhan/{receipt}/",
        "/tim-kiem/",
        "/tim-kiem/?q=an+ninh",
        "/tim-kiem/?q=an+ninh+-tr%E1%BA%BB+loai:abc",
        "/tim-kiem/cach-viet/",
        "/quy-tac/",
        "/tro-giup/",
        "/du-lieu-ca-nhan/",
        "/dang-nhap/",
        "/dang-ky/",
        "/quen-mat-khau/",
        "/khong-co-trang-nay/",
    ),
    office.CITIZEN: (
        "{page}?tra-loi={comment}",
        "{review}",
        "/bien-nhan/{receipt}/",
        "/y-kien-cua-toi/",
        "/y-kien-cua-toi/{comment}/",
        "/y-kien-cua-toi/{comment}/rut",
        "/thong-bao/",
        "/tai-khoan/",
        "/tai-khoan/xoa",
        "/tim-kiem/luu/?q=an+ninh",
        "/tim-kiem/da-luu/",
    ),
    office.DRAFTER: (
        "/soan-thao/",
        "/soan-thao/moi/",
        "/soan-thao/{id}/",
        "/soan-thao/{id}/gia-han/",
        "/soan-thao/{unpublished}/dieu-khoan/",
        "/soan-thao/{unpublished}/dieu-khoan/{node}/?dong=1",
        "/soan-thao/{unpublished}/thiet-lap/",
        "/soan-thao/{unpublished}/ho-so/",
        "/soan-thao/{unpublished}/xem-truoc/",
        "/soan-thao/{unpublished}/cong-bo/",
        "/tiep-thu/",
        "/tiep-thu/{id}/",
        "/tiep-thu/{id}/ket-qua-tim/?q=an+ninh",
        "/tiep-thu/{id}/{document}/{lineage}/",
    ),
    office.APPROVER: ("/tiep-thu/nhom/{group}/",),
    office.MODERATOR: ("/kiem-duyet/", "/kiem-duyet/?trang-thai=xong", "/kiem-duyet/nhat-ky/"),
    office.ADMINISTRATOR: ("/quan-tri/", "/quan-tri/co-quan/BCA/", "/quan-tri/to-chuc/", "/quan-tri/tinh-trang/"),
}
CASES = [
    pytest.param(role, address, id=f"{role.split('@')[0] or 'khach'} {address}")
    for role, addresses in ADDRESSES.items()
    for address in addresses
]


@pytest.fixture(scope="module")
def places(site: LiveSite) -> dict[str, Place]:
    return office.open_consultation(site, articles=("1", "5", "26"))


@pytest.fixture(scope="module")
def names(site: LiveSite, places: dict[str, Place]) -> dict[str, Any]:
    """What stands in the braces of an address. Every page has something to show."""
    place = places[CLAUSE]
    receipt = office.send_comment(site, place, places[POINT], body=LONG, publish=True, email=office.CITIZEN)
    office.send_comment(site, places[OTHER_POINT], places[POINT], body=LONG)
    office.leave_unsent(site, office.CITIZEN, places[OTHER_POINT])
    office.answer(site, place, publish=True)
    group = office.answer(site, places[OTHER_POINT])
    comment, document = office.first_comment(site, place)
    unpublished = office.unpublished_consultation(site)
    return {
        "id": place.consultation_id,
        "draft": place.draft,
        "page": place.page,
        "write": place.write,
        "review": place.review,
        "lineage": places[POINT].lineage_id,
        "receipt": receipt,
        "unpublished": unpublished,
        "node": office.nodes_of(site, unpublished)["khoản 1 Điều 5"],
        "group": group,
        "comment": comment,
        "document": document,
    }


@pytest.fixture
def reader(visit: Visit, pages: Pages, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the role of the case."""
    yield visit(request.getfixturevalue("role") or None)
    pages.watch.forgive("404")


@dataclass(frozen=True)
class Finding:
    """What axe objects to, and where."""

    rule: str
    face: str
    where: str

    def __str__(self) -> str:
        return f"{self.face}: {self.rule}\n      {self.where}"


class TestEveryPage:
    @pytest.mark.parametrize(("role", "address"), CASES)
    def test_holds_to_wcag(self, reader: Page, names: dict[str, Any], role: str, address: str) -> None:
        _open(reader, address.format(**names))
        findings = [finding for width, scheme in FACES for finding in _axe(reader, width, scheme)]
        assert not findings, "\n".join(map(str, findings))
        assert reader.locator("h1").count() == 1
        assert [width for name, width in NARROW.items() if _scrolls_sideways(reader, width)] == []

    @pytest.mark.soak  # in make test, axe asks for a title and test_templates for a block
    def test_has_a_title_of_its_own(self, visit: Visit, pages: Pages, names: dict[str, Any]) -> None:
        """Within what one person sees, no two addresses share a title."""
        for role, addresses in ADDRESSES.items():
            page = visit(role or None, javascript=False)
            titles: dict[str, str] = {}
            for address in addresses:
                _open(page, address.format(**names))
                title = page.title()
                assert title.endswith(" · Dân Bàn"), address
                assert title not in titles, f"{address} and {titles[title]}: {title}"
                titles[title] = address
        pages.watch.forgive("404")


class TestStates:
    """What a page looks like after something happened to it."""

    @pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
    def test_the_open_panel(self, pages: Pages, site: LiveSite, places: dict[str, Place], phone: bool) -> None:
        page = pages.open(site.url, phone=phone)
        page.goto(places[CLAUSE].draft)
        steps.fill(steps.open_form(page, CLAUSE), "Đề nghị sửa", LONG, wording="Câu chữ khác hẳn.")
        _must_hold(page, 390 if phone else 1280)
        page.get_by_role("radio", name="Đề nghị sửa").evaluate("el => { el.checked = false }")
        page.get_by_role("button", name="Lưu vào phiếu").click()
        page.get_by_role("alert").wait_for()
        _must_hold(page, 390 if phone else 1280)
        pages.watch.forgive("422")

    def test_forms_with_errors(self, pages: Pages, site: LiveSite) -> None:
        page = pages.open(site.url)
        for address, button in (("/dang-ky/", "Đăng ký"), ("/dang-nhap/", "Đăng nhập")):
            page.goto(address)
            page.locator("main").get_by_role("button", name=button, exact=True).click()
            page.get_by_role("alert").wait_for()
            _must_hold(page, 1280)
        pages.watch.forgive("422")

    def test_the_outline_on_a_phone(self, pages: Pages, site: LiveSite, places: dict[str, Place]) -> None:
        page = pages.open(site.url, phone=True)
        page.goto(places[CLAUSE].draft)
        page.locator(".outline-fold").click()
        page.locator(".outline").wait_for()
        _must_hold(page, 390)


def _open(page: Page, address: str) -> None:
    page.set_viewport_size({"width": FACES[0][0], "height": HEIGHT})
    page.goto(address)


def _must_hold(page: Page, width: int) -> None:
    findings = [finding for scheme in ("light", "dark") for finding in _axe(page, width, scheme)]
    assert not findings, "\n".join(map(str, findings))


def _axe(page: Page, width: int, scheme: Any) -> list[Finding]:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_script())
    found = page.evaluate("rules => axe.run(rules)", RULES[scheme])
    return [
        Finding(
            f"{rule['id']} ({rule['help']})",
            f"{width} px, {scheme}",
            node["html"][:300] + " | " + node["failureSummary"],
        )
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]


@cache
def _axe_script() -> str:
    return str(Axe().axe_script)


def _scrolls_sideways(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.wait_for_load_state("load")
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
