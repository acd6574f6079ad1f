"""Pages of a real browser, watched: whatever goes wrong in one fails the test at its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}


class Watch:
    """Notes errors of scripts, breaches of the content security policy, and requests to other hosts."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def forgive(self, part: str) -> None:
        """Forget troubles that the test meant to cause: ``watch.forgive("404")``."""
        self.troubles = [trouble for trouble in self.troubles if part not in trouble]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in ("127.0.0.1", "localhost"):
            self.troubles.append(f"a request left the site: {request.url}")


class Pages:
    """Opens pages, each in a context (cookies, storage) of its own."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._opened: list[Any] = []
        self.watch = Watch()

    def open(self, base_url: str, *, javascript: bool = True, phone: bool = False, **options: Any) -> Page:
        """A new visitor's page; ``page.goto("/du-thao/")`` is relative to ``base_url``."""
        context = self._browser.new_context(
            base_url=base_url,
            java_script_enabled=javascript,
            viewport=options.pop("viewport", PHONE if phone else DESK),
            has_touch=phone,
            is_mobile=phone,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        self._opened.append(context)
        page = context.new_page()
        self.watch.follow(page)
        context.on("page", self.watch.follow)
        return page

    def close(self) -> None:
        for context in self._opened:
            context.close()


@contextmanager
def watched_pages(browser: Browser) -> Iterator[Pages]:
    """Pages for one test. At its end nothing may have gone wrong in any of them."""
    pages = Pages(browser)
    try:
        yield pages
    finally:
        pages.close()
    assert not pages.watch.troubles, "\n".join(pages.watch.troubles)
