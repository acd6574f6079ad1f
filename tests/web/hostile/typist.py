"""Somebody who opens a page, types payloads into every text field of a form, and sends it.

In process, on the database of a running site: the views, forms and services are those of the site, without the way.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html
from flask import Flask
from flask_wtf import FlaskForm
from lxml.html import FormElement
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from wtforms import FieldList, Form, FormField, StringField

from core.forms import BaseForm
from tests.web.hostile.fields import name_of
from tests.web.hostile.payloads import is_hostile, pieces

LONG, LINE = 15_000, 190
"""Letters typed where the page names no limit: into boxes, into lines."""


@dataclass
class Echo:
    """A page that answered a form and stands at no address of its own: what was refused, a preview."""

    address: str
    answer: TestResponse


@dataclass
class Record:
    """What the typists did: the fields that took payloads, those that gave them back, and the pages that did."""

    taken: set[str] = field(default_factory=set)
    given_back: set[str] = field(default_factory=set)
    echoes: list[Echo] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def note(self, answer: TestResponse) -> None:
        stored = answer.status_code in (302, 303)
        for form in self.forms:
            (self.taken if stored else self.given_back).update(_hostile_fields(form))
        self.forms.clear()


@contextmanager
def recording() -> Iterator[Record]:
    """Every form that is made meanwhile is noted."""
    record = Record()

    def make(form: Any, *args: Any, **kwargs: Any) -> None:
        record.forms.append(form)
        FlaskForm.__init__(form, *args, **kwargs)

    setattr(BaseForm, "__init__", make)  # noqa: B010  # mypy knows no other way
    try:
        yield record
    finally:
        del BaseForm.__init__


class Typist:
    """One person (None: a guest). ``turn``: which piece of all payloads each field gets; the turns give it them all.

    ``long``: letters typed into boxes of pages that name no limit.
    """

    def __init__(self, app: Flask, record: Record, person: str | None = None, *, turn: int = 0) -> None:
        self.client, self.record, self.turn, self.long = app.test_client(), record, turn, LONG
        self.number = int((person or "0").partition(".")[0])
        self._network = {"REMOTE_ADDR": f"10.{turn // 250}.{turn % 250}.1"}
        if person is not None:
            with self.client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = person, True

    def fill(self, address: str, to: str = "", **given: Any) -> str:
        """Fill in the form of a page (``to``: a part of its target) and send it; it is taken. Where it leads."""
        answer = self._send(address, to, given)
        assert answer.status_code in (302, 303), f"{address} {to}: {answer.status_code} {_complaints(answer.text)}"
        return urljoin(address, answer.location)

    def show(self, address: str, to: str = "", **given: Any) -> None:
        """The same where the answer is a page: a refusal that gives back what was typed, or a preview."""
        answer = self._send(address, to, given)
        assert answer.status_code in (200, 409, 422), f"{address} {to}: {answer.status_code}"
        assert is_hostile(answer.text), f"{address} {to} gave nothing back"
        self.record.echoes.append(Echo(address, answer))

    def ask(self, address: str, **typed: str) -> None:
        """Ask for a page with words in its address."""
        self.record.forms.clear()
        answer = self.client.get(address, query_string=typed, environ_base=self._network)
        assert answer.status_code in (200, 404, 422), f"{address}: {answer.status_code}"
        self.record.note(answer)
        self.record.echoes.append(Echo(answer.request.path, answer))

    def read(self, address: str) -> str:
        answer = self.client.get(address, follow_redirects=True, environ_base=self._network)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return answer.text

    def words(self, name: str, letters: int = LINE, joint: str = " ", links: int = 1_000) -> str:
        """This turn's piece for a field; fields of other names begin elsewhere."""
        found = pieces(letters, joint, links)
        return found[(zlib.crc32(name.encode()) + self.turn) % len(found)]

    def _send(self, address: str, to: str, given: dict[str, Any]) -> TestResponse:
        form = _form(self.read(address), address, to)
        data = self._typed(form, address) | given
        self.record.forms.clear()
        answer = self.client.post(
            urljoin(address, form.action or ""),
            data={name: value for name, value in data.items() if value is not None},
            environ_base=self._network,
        )
        self.record.note(answer)
        return answer

    def _typed(self, form: FormElement, address: str) -> dict[str, Any]:
        typed: MultiDict[str, Any] = MultiDict((name, value) for name, value in form.form_values() if name)
        data: dict[str, Any] = typed.to_dict(flat=False)
        for control in form.inputs:
            name, kind = control.get("name"), control.get("type", "text")
            words = control.tag != "input" or kind in ("text", "search", "radio")
            if name is None or not words or control.get("inputmode") in ("numeric", "decimal"):
                continue
            if control.tag == "textarea":
                data[name] = self.words(address + name, int(control.get("maxlength", self.long)), "\n\n")
            elif control.tag == "select" or kind == "radio":
                data.setdefault(name, _first_choice(control))
            else:
                data[name] = self.words(address + name, min(LINE, int(control.get("maxlength", LINE))))
        return data


def _first_choice(control: Any) -> str:
    if control.tag == "select":
        return next((value for value in control.value_options if value), "")
    return str(control.get("value", "on"))


def _form(page: str, address: str, to: str) -> FormElement:
    """The form whose target ends so; without one, the first that does not stand on every page."""
    whole: Any = lxml.html.document_fromstring(page)
    forms = [form for form in whole.forms if form.method == "POST"]
    everywhere = ("/dang-xuat/", "/ngon-ngu", "")
    targets = {form: urlsplit(form.action or "").path for form in forms}
    found = [form for form, path in targets.items() if path.endswith(to) and (to or path not in everywhere)]
    assert found, f"{address} has no form that posts to {to!r}: {[form.action for form in forms]}"
    return found[0]


def _hostile_fields(form: Any) -> Iterator[str]:
    for name, one in form._fields.items():
        if isinstance(one, FieldList):
            for entry in one:
                if isinstance(entry, FormField):
                    yield from _hostile_fields(entry.form)
        elif isinstance(one, StringField) and any(map(is_hostile, one.raw_data or ())):
            yield f"{name_of(type(form))}.{name}"


def _complaints(page: str) -> list[str]:
    found: Any = lxml.html.fromstring(page).xpath("//*[contains(@class, 'error') or contains(@class, 'note')]")
    return [" ".join(one.text_content().split())[:200] for one in found]
