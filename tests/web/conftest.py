"""One site a file, with its staff; and visitors who are signed in already."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pages import Pages
from tests.support.site import LiveSite
from tests.web import office, steps

HERE = Path(__file__).parent

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file share a site: one worker runs them all, and the site is set up once."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


class Visit(Protocol):
    """``visit(office.MODERATOR)``: a page of somebody signed in; ``visit()``: of a guest."""

    def __call__(self, email: str | None = None, **options: Any) -> Page: ...


@pytest.fixture(scope="module")
def site(make_site: Callable[..., LiveSite]) -> Iterator[LiveSite]:
    """A running site with the staff of one ministry, shared by the tests of one file."""
    site = make_site()
    office.hire(site)
    site.start()
    yield site
    site.crash()  # nothing is asked of it any more: an orderly end takes seconds


@pytest.fixture(scope="module")
def _cookies(site: LiveSite, browser: Browser) -> Callable[[str], Any]:
    """What a browser holds after signing in, once for each person of a file."""
    known: dict[str, Any] = {}

    def cookies_of(email: str) -> Any:
        if email not in known:
            context = browser.new_context(base_url=site.url, java_script_enabled=False)
            steps.sign_in(context.new_page(), email)
            known[email] = context.storage_state()
            context.close()
        return known[email]

    return cookies_of


@pytest.fixture
def visit(site: LiveSite, pages: Pages, _cookies: Callable[[str], Any]) -> Visit:
    def open_page(email: str | None = None, **options: Any) -> Page:
        if email is not None:
            options["storage_state"] = _cookies(email)
        return pages.open(site.url, **options)

    return open_page
