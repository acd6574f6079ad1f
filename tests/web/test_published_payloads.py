"""Every published payload of tests/data/xss, through every text field, seen in a real browser: nothing runs.

The payloads are typed in process into the forms of the running site's pages (tests.web.hostile), several into one field
where that comes to the same; then Chromium opens the pages that show them, until every field has had them all
(make soak; in make test, tests.web.test_hostile_text goes through the main fields with a few).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from core import outbox
from tests.support.databases import make_app
from tests.support.limits import SOAK
from tests.support.pages import Watch
from tests.support.site import LiveSite
from tests.web import office
from tests.web.hostile import citizens, desks, fields, figures, staff
from tests.web.hostile.cast import Cast
from tests.web.hostile.payloads import pieces, published
from tests.web.hostile.typist import Record, Typist, recording
from tests.web.hostile.viewing import LISTEN, hostile_pages, look_at, look_at_echo

JOURNEYS = (*staff.BEFORE, *citizens.JOURNEYS, *staff.AFTER, *desks.JOURNEYS, *figures.JOURNEYS)
TURNS = len(pieces(60, " ")) if SOAK else 1
HARMLESS = ("the server responded with a status of",)


def test_there_are_two_hundred_payloads_at_least() -> None:
    assert len(set(published())) >= 200


@pytest.mark.browser
@pytest.mark.soak
@pytest.mark.timeout(4 * 3600 if SOAK else 300)
def test_nothing_runs_whatever_is_typed_into_any_field(site: LiveSite, browser: Browser) -> None:
    app = make_app(site.database_url, site.folder)
    with recording() as record:
        for turn in range(TURNS):
            cast = Cast(app, record, turn)
            for journey in JOURNEYS:
                journey(cast)
            with app.app_context():
                outbox.drain()
            seen = _view(site, browser, cast)
            assert seen >= PAGES, f"only {seen} kinds of pages show payloads"
            record.echoes.clear()
    _every_field_was_typed_into(record)


PAGES = 45
"""Kinds of pages on which payloads are seen: fewer, and the search for them goes wrong."""


def _every_field_was_typed_into(record: Record) -> None:
    typed = record.taken | record.given_back
    assert not fields.listed() - typed, "no step of tests/web/hostile fills these in any more"
    assert not typed - fields.listed(), f"write these into {fields.LISTED.name}"


def _view(site: LiveSite, browser: Browser, cast: Cast) -> int:
    """Open every kind of page that shows payloads, as each person who finds one; how many kinds there are."""
    readers = {email: cast.act(email) for email in (office.DRAFTER, office.MODERATOR, office.ADMINISTRATOR)}
    readers |= {cast.citizen(name): cast.act(cast.citizen(name)) for name in ("lan", "minh")}
    kinds: set[str] = set()
    with _page(site, browser, cast.guest()) as page:
        for echo in cast.record.echoes:
            assert look_at_echo(page, site.url, echo) == [], echo.address
    for email, reader in readers.items():
        with _page(site, browser, reader) as page:
            for endpoint, address in hostile_pages(cast.app, reader):
                if endpoint not in kinds or SOAK:
                    assert look_at(page, address) == [], f"{address}, as {email}"
                    kinds.add(endpoint)
    return len(kinds)


@contextmanager
def _page(site: LiveSite, browser: Browser, reader: Typist) -> Iterator[Page]:
    """A page of somebody, watched: at the end nothing may have gone wrong, in no dialog, no console, no request."""
    context: BrowserContext = browser.new_context(base_url=site.url, locale="vi-VN")
    for cookie in (reader.client._cookies or {}).values():
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    context.add_init_script(LISTEN)
    watch, page = Watch(), context.new_page()
    watch.follow(page)
    page.on("dialog", lambda dialog: watch.troubles.append(f"dialog: {dialog.message}"))
    try:
        yield page
    finally:
        context.close()
    for words in HARMLESS:
        watch.forgive(words)
    assert not watch.troubles, "\n".join(watch.troubles)
