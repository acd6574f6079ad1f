"""The pages on which payloads stand, found by following links; and what a browser makes of one."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import lxml.html
from flask import Flask
from playwright.sync_api import Page, Route
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.web.hostile.payloads import is_hostile
from tests.web.hostile.typist import Echo, Typist

STARTS = (
    *("/", "/dien-dan/", "/dien-dan/cua-toi/", "/du-thao/", "/khao-sat/", "/kiem-duyet/", "/quan-tri/", "/soan-thao/"),
    *("/soan-thao/khao-sat/", "/tai-khoan/", "/thong-bao/", "/tiep-thu/", "/tim-kiem/", "/y-kien-cua-toi/"),
)
EACH = 3
"""Pages of one kind that are opened in looking for payloads."""

LISTEN = """
window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => { window.ran.push(name); };
document.addEventListener('securitypolicyviolation', e => window.ran.push(`${e.violatedDirective} ${e.blockedURI}`));
"""
ALIVE = """() => {
  const found = [...window.ran];
  if (document.contentType !== 'text/html') return found;
  for (const element of document.querySelectorAll('*')) {
    const ours = element.localName === 'script' && new URL(element.src).pathname.startsWith('/static/');
    if (element.matches('script, iframe, object, embed, applet, base, plaintext, xmp, frame, style, marquee') && !ours)
      found.push(element.outerHTML.slice(0, 200));
    for (const {name, value} of element.attributes)
      if (/^on|^style$|^srcdoc$/i.test(name)
          || (/^(href|src|action|formaction|data|poster|xlink:href)$/i.test(name)
              && /^[\\s\\x00-\\x20]*((javascript|vbscript):|data:(?!image\\/))/i.test(value)))
        found.push(`${element.localName} ${name}=${value.slice(0, 100)}`);
  }
  return found;
}"""
"""What must not be there: whatever ran or was stopped; elements and attributes that nobody but a payload brings. (What
is no HTML is shown by Chromium in HTML of its own.)"""


def hostile_pages(app: Flask, reader: Typist, *, each: int = EACH) -> Iterator[tuple[str, str]]:
    """(endpoint, address) of pages that hold payloads, as this person finds them by the links; files are left out."""
    router = app.url_map.bind("localhost")
    waiting, opened = deque(STARTS), dict.fromkeys(STARTS, True)
    counts: dict[str, int] = {}
    while waiting:
        address = waiting.popleft()
        endpoint = _endpoint(router, address)
        if endpoint is None or counts.get(endpoint, 0) >= each:
            continue
        answer = reader.client.get(address, buffered=True)
        if answer.status_code in (301, 302, 303):
            _add(waiting, opened, urljoin(address, answer.location), first=True)
        if answer.status_code != 200 or not _is_page(answer):
            continue
        counts[endpoint] = counts.get(endpoint, 0) + 1
        if is_hostile(_without_ours(answer.text)):
            yield endpoint, address
        if answer.mimetype == "text/html":
            links: Any = lxml.html.fromstring(answer.text).xpath("//a/@href | //link[@rel='alternate']/@href")
            for link in links:
                _add(waiting, opened, urljoin(address, link))


def look_at(page: Page, address: str) -> list[str]:
    """Open a page of the site; what is alive on it that should not be."""
    page.goto(address)
    return _alive(page)


def look_at_echo(page: Page, base_url: str, echo: Echo) -> list[str]:
    """Show an answer that stands at no address of its own, with its headers, as if the site had just given it."""
    address = urljoin(base_url, echo.address)

    def answer(route: Route) -> None:
        headers = {name.lower(): value for name, value in echo.answer.headers if name.lower() != "set-cookie"}
        route.fulfill(status=200, headers=headers, body=echo.answer.get_data())

    exactly = re.compile(re.escape(address) + r"(#.*)?$")
    page.route(exactly, answer)
    page.goto(address)
    found = _alive(page)
    page.unroute(exactly)
    return found


def _alive(page: Page) -> list[str]:
    found: list[str] = page.evaluate(ALIVE)
    return found


def _endpoint(router: Any, address: str) -> str | None:
    parts = urlsplit(address)
    if parts.netloc or not address.startswith("/"):
        return None
    try:
        return str(router.match(parts.path, method="GET")[0])
    except HTTPException:
        return None


def _add(waiting: deque[str], opened: dict[str, bool], link: str, *, first: bool = False) -> None:
    address = urldefrag(link).url
    if address not in opened:
        opened[address] = True
        (waiting.appendleft if first else waiting.append)(address)


def _is_page(answer: TestResponse) -> bool:
    return "attachment" not in answer.headers.get("Content-Disposition", "") and answer.mimetype != "application/pdf"


def _without_ours(html: str) -> str:
    """A page without our own scripts and the words that every page says of them."""
    return re.sub(r"<script[^>]*></script>|<noscript>.*?</noscript>", "", html, flags=re.DOTALL)
