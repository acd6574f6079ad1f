"""People who send opinions while the site is being killed: plain HTTP, patient, with a record of what they saw."""

import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import TypeVar
from urllib.response import addinfourl
from uuid import uuid4

T = TypeVar("T")
TRIES = 200
PAUSE_SECONDS = 0.25
HIDDEN = re.compile(r'name="(csrf_token|draft)"[^>]*value="([^"]*)"')
CODE = re.compile(r"/bien-nhan/([0-9A-Z-]+)/")


class Stopped(Exception):
    """The test is over."""


@dataclass
class Writer:
    """One guest after another, each with a new browser. ``shown``: receipt code → the words that were sent for it."""

    url: str
    consultation_id: int
    place: int
    stop: threading.Event
    shown: dict[str, str] = field(default_factory=dict)
    retries: int = 0

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                words = f"Ý kiến {uuid4().hex}"
                code = self._send(words)
            except Stopped:
                return
            self.shown[code] = words

    def _send(self, words: str) -> str:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        write = f"/du-thao/{self.consultation_id}/gop-y?dieu-khoan={self.place}"
        review = f"/du-thao/{self.consultation_id}/phieu/"
        self._patiently(lambda: self._keep(browser, write, words))
        form = self._patiently(lambda: self._review_form(browser, review))
        return self._patiently(lambda: self._press_send(browser, review, form))

    def _keep(self, browser: urllib.request.OpenerDirector, path: str, words: str) -> None:
        fields = dict(HIDDEN.findall(self._read(browser, path)))
        answer = self._post(browser, path, {**fields, "stance": "amend", "body": words, "action": "review"})
        if words not in answer.read().decode():
            raise ValueError("the review page does not show what was kept")

    def _review_form(self, browser: urllib.request.OpenerDirector, path: str) -> dict[str, str]:
        fields = dict(HIDDEN.findall(self._read(browser, path)))
        return {**fields, "kind": "individual", "name": "Anh Bốn", "consent": "y", "action": "send"}

    def _press_send(self, browser: urllib.request.OpenerDirector, path: str, form: dict[str, str]) -> str:
        """The same form each time, as a person who presses the button again."""
        found = CODE.search(self._post(browser, path, form).geturl())
        if found is None:
            raise ValueError("no receipt came")
        return found.group(1)

    def _read(self, browser: urllib.request.OpenerDirector, path: str) -> str:
        with browser.open(self.url + path, timeout=20) as answer:
            return str(answer.read().decode())

    def _post(self, browser: urllib.request.OpenerDirector, path: str, form: dict[str, str]) -> addinfourl:
        data = urllib.parse.urlencode(form).encode()
        answer: addinfourl = browser.open(self.url + path, data, timeout=20)
        return answer

    def _patiently(self, step: Callable[[], T]) -> T:
        """Try again while the site is down, as a person would."""
        for _try in range(TRIES):
            if self.stop.is_set():
                raise Stopped
            try:
                return step()
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise AssertionError(f"{error.url} answered {error.code}: {error.read()[:2000]!r}") from error
            except (OSError, HTTPException, ValueError):
                pass
            self.retries += 1
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("the site never came back")
