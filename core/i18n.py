"""Vietnamese is the source language; English is a catalogue in translations/.

Most readers read Vietnamese, which needs no catalogue: for them nothing is looked up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_translations
from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext
from flask_babel import ngettext as _ngettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

LANGUAGES = ("vi", "en")
SOURCE = "vi"
LANGUAGE_COOKIE = "ngon_ngu"
_spoken: ContextVar[str | None] = ContextVar("spoken_language", default=None)
_read: ContextVar[str | None] = ContextVar("language_of_the_request", default=None)


def gettext(text: str, **values: Any) -> str:
    """The sentence in the reader's language, its ``%(name)s`` filled in."""
    if locale() == SOURCE:
        return text % values if values else text
    return str(_gettext(text, **values))


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """The sentence for a number; Vietnamese has one form, English two."""
    if locale() == SOURCE:
        return (one if n == 1 else many) % {"num": n, **values}
    return str(_ngettext(one, many, n, **values))


def lazy_gettext(text: str, **values: Any) -> str:
    """For what is written before there is a reader: labels of forms. Acts as a str when shown."""
    return cast("str", _lazy_gettext(text, **values))


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in this language, whoever makes the request: for letters to somebody else. Also a decorator."""
    token = _spoken.set(language)
    try:
        with force_locale(language):
            yield
    finally:
        _spoken.reset(token)


def locale() -> str:
    """The reader's language; Vietnamese unless they chose English."""
    if known := _spoken.get() or _read.get():
        return known
    return _chosen()


def _chosen() -> str:
    if has_request_context() and request.cookies.get(LANGUAGE_COOKIE) in LANGUAGES:
        return request.cookies[LANGUAGE_COOKIE]
    return SOURCE


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "vi")
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Ho_Chi_Minh")
    Babel(app, locale_selector=locale)
    app.before_request(_remember)
    app.teardown_request(_forget)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's extension adds it
        gettext=lambda text: text if locale() == SOURCE else get_translations().ugettext(text),
        ngettext=lambda one, many, n: (
            (one if n == 1 else many) if locale() == SOURCE else get_translations().ungettext(one, many, n)
        ),
        newstyle=True,
    )
    app.jinja_env.globals["_"] = _in_template


@pass_eval_context
def _in_template(context: EvalContext, text: str, **values: Any) -> str:
    """``_("…")`` of a template: what Jinja's own does, values escaped, in one call where that takes three."""
    said = text if locale() == SOURCE else get_translations().ugettext(text)
    if context.autoescape:
        said = Markup(said)  # noqa: S704  # our own words: those of the code or of the catalogue
    return said % values if "%" in said else said


def _remember() -> None:
    """Looked up once a request: a page asks for some hundreds of sentences."""
    _read.set(_chosen())


def _forget(_: BaseException | None) -> None:
    _read.set(None)
