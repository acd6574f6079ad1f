"""Search by phone: ask, narrow by a facet and by the draft itself, save, watch, and receive the letter; completions by
keyboard; what is published is found at once.
"""

import time
import urllib.parse
import urllib.request
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core import clock
from core.db import db
from search.models import SavedSearch
from search.services import saving
from tests.support.limits import SOAK
from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps
from tests.web.conftest import Visit
from tests.web.office import CLAUSE, OTHER_POINT, POINT, Place

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def places(site: LiveSite) -> dict[str, Place]:
    """A consultation with published opinions on two articles, found by their words."""
    places = office.open_consultation(site)
    office.send_comment(site, places[CLAUSE], body="Nên nêu rõ thời hạn lưu trữ dữ liệu là hai năm.", publish=True)
    office.send_comment(site, places[OTHER_POINT], body="Lưu trữ dữ liệu như vậy quá lâu.", publish=True)
    office.send_comment(site, places[POINT], body="Ai lưu trữ dữ liệu về sự cố?", publish=True)
    steps.eventually(lambda: "<mark>dữ liệu về sự cố</mark>" in _results(site, '"dữ liệu về sự cố"'))
    return places


class TestByPhone:
    def test_from_the_question_to_the_letter(self, visit: Visit, site: LiveSite, places: dict[str, Place]) -> None:
        page = visit(office.CITIZEN, **PHONE)
        _ask(page, "luu tru du lieu")
        expect(page.get_by_role("status").filter(has_text="Tìm thấy")).to_be_visible()
        expect(page.get_by_text("Có phải bạn muốn tìm:")).to_be_visible()
        page.get_by_role("navigation", name="Loại kết quả").get_by_role("link", name="Ý kiến").click()
        page.locator("summary", has_text="Thu hẹp kết quả").click()
        page.locator(".narrow-fold").get_by_role("link", name="Điều 5").click()
        chosen = page.get_by_role("list", name="Đang lọc theo")
        expect(chosen).to_contain_text("Điều 5")
        expect(page.locator(".hit")).to_have_count(1)
        chosen.get_by_role("link", name="Bỏ lọc").click()
        page.get_by_role("link", name="Điều 26", exact=False).and_(page.locator("a.strip__cell")).click()
        expect(page.locator(".strip__cell[aria-current]")).to_have_count(1)
        expect(page.locator(".hit")).to_have_count(2)
        steps.must_fit(page)
        _keep(page, "Lưu trữ ở Điều 26")
        office.send_comment(site, places[CLAUSE], body="Lưu trữ dữ liệu thêm làm gì?", publish=True)
        steps.eventually(lambda: "<mark>thêm làm gì</mark>" in _results(site, '"thêm làm gì"'))
        _a_day_passes(site)
        letter = steps.letter_to(site, office.CITIZEN, about="kết quả mới")
        assert "1 kết quả mới cho “Lưu trữ ở Điều 26”" in letter.subject
        page.goto(steps.link_in(letter, "/tim-kiem/?"))
        expect(page.locator(".hit")).to_have_count(3)
        page.goto(steps.link_in(letter, "/tim-kiem/thoi-theo-doi/"))
        page.get_by_role("button", name="Thôi theo dõi").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Đã thôi theo dõi")


class TestFreshness:
    @pytest.mark.scaled
    def test_what_is_published_is_found_within_five_seconds(self, site: LiveSite, places: dict[str, Place]) -> None:
        office.send_comment(site, places[CLAUSE], body="Lưu trữ ở nước ngoài thì sao?", publish=True)
        started = time.monotonic()
        steps.eventually(lambda: "<mark>nước ngoài" in _results(site, '"nước ngoài thì sao"'), seconds=60)
        assert not SOAK or time.monotonic() - started < 5


class TestCompletions:
    def test_are_chosen_with_the_arrows_and_closed_with_escape(
        self, pages: Pages, site: LiveSite, places: dict[str, Place]
    ) -> None:
        page = pages.open(site.url)
        page.goto("/tim-kiem/")
        box = page.get_by_role("combobox", name="Tìm trong dự thảo và ý kiến")
        box.press_sequentially("luu tr")
        first = page.get_by_role("option").first
        expect(first).to_have_text("lưu trữ")
        box.press("Escape")
        expect(first).to_be_hidden()
        box.press_sequentially("u")
        expect(first).to_be_visible()
        box.press("ArrowDown")
        expect(first).to_have_attribute("aria-selected", "true")
        box.press("Enter")
        expect(page.get_by_text("Tìm thấy")).to_be_visible()
        assert "l%C6%B0u" in page.url


def _results(site: LiveSite, words: str) -> str:
    """The page of results, as anybody gets it, without the form that repeats the words."""
    query = urllib.parse.urlencode({"q": words})
    with urllib.request.urlopen(f"{site.url}/tim-kiem/?{query}", timeout=20) as answer:  # noqa: S310  # our own http address
        return str(answer.read().decode()).partition('class="hits"')[2]


def _ask(page: Page, words: str) -> None:
    page.goto("/tim-kiem/")
    page.get_by_label("Tìm trong dự thảo và ý kiến").fill(words)
    page.get_by_role("button", name="Tìm", exact=True).click()


def _keep(page: Page, name: str) -> None:
    page.get_by_label("Tên của kết quả tìm").fill(name)
    page.get_by_label("Gửi thư cho tôi khi có kết quả mới").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đang theo dõi", exact=True)).to_be_visible()


def _a_day_passes(site: LiveSite) -> None:
    """For those who watch: the worker is asked for news as it would be tomorrow."""
    with office.inside(site):
        db.session.execute(sa.update(SavedSearch).values(checked_at=clock.now() - saving.EVERY - timedelta(minutes=1)))
        saving.ask_for_news()
