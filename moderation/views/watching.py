"""What the signals mean, and the words that an agency watches."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.policies import Permission
from accounts.session import signed_in_person
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _
from moderation.forms import WordForm
from moderation.services import watching
from moderation.services.looking import WEIGHTS, our_words, words_of
from moderation.signals import signal_words
from moderation.views import blueprint

Answer = str | tuple[str, int] | Response


@blueprint.get("/dau-hieu/")
@requires(Permission.MODERATE)
def signals() -> str:
    """How each signal comes about, and which of them raise a case in the queue."""
    return render_template("moderation/signals.html", signals=signal_words(), weights=WEIGHTS)


@blueprint.get("/tu-ngu/")
@requires(Permission.MODERATE)
def words() -> str:
    return _words_page(WordForm(formdata=None))


@blueprint.post("/tu-ngu/")
@requires(Permission.MODERATE)
@transactional
def watch_word() -> Answer:
    agency_id, form = _agency_id(), WordForm()
    if form.validate_on_submit():
        with form.refusals():
            word = watching.watch(agency_id, form.word.data or "")
    if form.refused:
        return _words_page(form), 422
    flash(_("Đã thêm “%(word)s” vào danh sách.", word=word), "done")
    return redirect(_words_url(agency_id), 303)


@blueprint.post("/tu-ngu/bo")
@requires(Permission.MODERATE)
@transactional
def unwatch_word() -> Answer:
    agency_id, word = _agency_id(), request.form.get("word", "")
    watching.unwatch(agency_id, word)
    flash(_("Đã bỏ “%(word)s” khỏi danh sách.", word=word), "done")
    return redirect(_words_url(agency_id), 303)


def _words_url(agency_id: int) -> str:
    named: dict[str, Any] = {"co-quan": agency_id}
    return url_for(".words", **named)


def _agency_id() -> int:
    """The agency whose list it is: the one asked for, else the first in which one moderates."""
    own = accounts.list_agencies(signed_in_person().id, Permission.MODERATE)
    asked = request.values.get("co-quan", type=int)
    ids = [agency.id for agency in own]
    if not ids or (asked is not None and asked not in ids):
        abort(404)
    return asked or ids[0]


def _words_page(form: WordForm) -> str:
    agency_id = _agency_id()
    return render_template(
        "moderation/words.html",
        form=form,
        agency_id=agency_id,
        agencies=accounts.list_agencies(signed_in_person().id, Permission.MODERATE),
        words=sorted(words_of(agency_id)),
        ours=our_words(),
    )
