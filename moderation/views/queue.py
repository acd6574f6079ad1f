"""The queue: what awaits a decision, oldest first, one case open beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.policies import Permission
from accounts.session import signed_in_person
from core import clock
from core.access import requires
from core.db import transactional
from core.errors import Conflict
from core.i18n import gettext as _
from core.pagination import Page
from core.text import truncate_words
from moderation import queries, services
from moderation.analysis import Signal, personal_data
from moderation.forms import DecisionForm, UndoForm
from moderation.models import ReviewCase
from moderation.queries import QueueFilter, waiting
from moderation.registry import ReviewCard, labels, reviewable
from moderation.rules import rules
from moderation.services import alike, claims, likeness
from moderation.signals import signal_words
from moderation.views import blueprint
from moderation.views.entries import entry_words

DAY = 24
SHOWN_LETTERS = 400
NEAR_LETTERS = 200


@dataclass(frozen=True)
class QueueItem:
    """A row of the queue with what its subject says, as macros/queue.html shows it."""

    case: Any
    card: ReviewCard
    current: bool = False

    @property
    def url(self) -> str:
        return url_for(".queue", **_filter_arguments(), muc=self.case.id)

    @property
    def where(self) -> str:
        return self.card.title

    @property
    def text(self) -> str:
        return self.card.text[:SHOWN_LETTERS]

    @property
    def stance(self) -> str | None:
        return self.card.stance

    @property
    def flags(self) -> Sequence[str]:
        words = signal_words()
        return [words[Signal(code)].name for code in self.case.signals]

    @property
    def hours(self) -> int:
        """How long it has waited for this decision, in whole hours."""
        return int((clock.now() - self.case.waiting_since).total_seconds() // 3600)

    @property
    def late(self) -> bool:
        """Longer than the agency promises."""
        return bool(self.case.awaiting and self.case.due_at <= clock.now())

    @property
    def waited(self) -> str:
        if not self.case.awaiting:
            return services.status_name(self.case.status)
        if self.hours >= 2 * DAY:
            return _("%(n)s ngày", n=self.hours // DAY)
        return _("%(n)s giờ", n=self.hours) if self.hours else _("vừa tới")


@blueprint.get("/")
@requires(Permission.MODERATE)
def queue() -> str:
    return _queue_page(DecisionForm())


@blueprint.post("/<int:case_id>/quyet-dinh")
@requires(Permission.MODERATE)
@transactional
def decide(case_id: int) -> Response | tuple[str, int]:
    person, form = signed_in_person(), DecisionForm()
    if queries.find_case(person.id, case_id) is None:
        abort(404)
    if not form.validate_on_submit():
        return _queue_page(form, case_id), 422
    try:
        with form.refusals():
            case = services.decide(
                case_id,
                form.status,
                by=person,
                version=form.version.data or 0,
                rule=form.rule.data,
                note=form.note.data or "",
                masked=form.masked,
            )
            if form.alike.data:
                alike.decide_alike(case, form.status, by=person, rule=case.rule, note=form.note.data or "")
            alike.decide_near(form.near_seen, form.status, by=person, rule=case.rule, note=form.note.data or "")
    except Conflict as conflict:
        flash(conflict.message, "warning")
        return _queue_page(DecisionForm(), case_id), 409
    if form.refused:
        return _queue_page(form, case_id), 422
    return redirect(url_for(".queue", **_filter_arguments(), vua=case.id))


@blueprint.post("/<int:case_id>/hoan-tac")
@requires(Permission.MODERATE)
@transactional
def undo(case_id: int) -> Response:
    form = UndoForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        services.undo(case_id, by=signed_in_person(), version=form.version.data or 0)
    except Conflict as conflict:
        flash(conflict.message, "warning")
    else:
        flash(_("Đã hoàn tác. Mục này lại chờ quyết định."), "done")
    return redirect(url_for(".queue", **_filter_arguments(), muc=case_id))


@blueprint.post("/<int:case_id>/nhan")
@requires(Permission.MODERATE)
@transactional
def claim(case_id: int) -> Response:
    """Say that one is at a case, or leave it to others."""
    person, form = signed_in_person(), UndoForm()
    if not form.validate_on_submit() or queries.find_case(person.id, case_id) is None:
        abort(404)
    change = claims.release if request.form.get("bo") else claims.claim
    change(case_id, by=person)
    return redirect(url_for(".queue", **_filter_arguments(), muc=case_id))


@blueprint.get("/nhat-ky/")
@requires(Permission.MODERATE)
def log() -> str:
    page = queries.list_log(signed_in_person().id, request.args.get("trang"))
    return render_template(
        "moderation/log.html",
        page=page,
        labels=labels(),
        rules={rule.code: rule for rule in rules()},
        entry_words=entry_words,
    )


def _queue_page(form: DecisionForm, case_id: int | None = None) -> str:
    person, wanted = signed_in_person(), _wanted()
    page = queries.list_queue(person.id, wanted, request.args.get("trang"))
    case = _open_case(person.id, case_id, page)
    items = _with_cards(page.items, case.id if case else None)
    just_done = queries.find_case(person.id, request.args.get("vua", 0, int))
    contexts = queries.list_contexts(person.id)
    ids = [item.case.id for item in items]
    at = ids.index(case.id) if case is not None and case.id in ids else -1
    return render_template(
        "moderation/queue.html",
        next_id=ids[at + 1] if 0 <= at < len(ids) - 1 else None,
        previous_id=ids[at - 1] if at > 0 else None,
        page=Page(items, page.next_cursor, page.prev_cursor),
        current=_item(items, case),
        case=case,
        history=queries.list_history(case.id) if case else (),
        **(_around(case, person, form) if case else {}),
        just_done=None if just_done is None or just_done.awaiting else just_done,
        form=form,
        rules={rule.code: rule for rule in rules()},
        status_name=services.status_name,
        entry_words=entry_words,
        wanted=wanted,
        arguments=_filter_arguments(),
        counts=queries.count_by_type(person.id, wanted.context_id),
        late=waiting.count_late(person.id, clock.now()),
        count_limit=queries.COUNT_LIMIT,
        labels=labels(),
        contexts=reviewable("comment").context_titles(contexts) if contexts else {},
    )


def _around(case: ReviewCase, person: Person, form: DecisionForm) -> dict[str, Any]:
    """What else a moderator should know of the open case: signals, reports, an appeal, who is at it, the same text."""
    seen = signal_words()
    form.offer_near(_near(case, person))
    held = case.claimed_by_id is not None and case.claimed_until is not None and case.claimed_until > clock.now()
    return {
        "signals": [seen[Signal(code)] for code in case.signals],
        "personal_data": personal_data,
        "may_mask": reviewable(case.subject_type).mask is not None and Signal.PERSONAL_DATA in case.signals,
        "reports": queries.list_reports(case.id) if Signal.REPORTED in case.signals else (),
        "appeal": queries.find_open_appeal(case.id) if case.awaiting else None,
        "mine": held and case.claimed_by_id == person.id,
        "held_by": queries.name_of(case.claimed_by_id) if held and case.claimed_by_id not in (None, person.id) else "",
        "alike": alike.count_alike(case, person.id) if case.awaiting else 0,
        "decision_words": words() if (words := reviewable(case.subject_type).words) else None,
        "may_compare": may_compare(case) and request.args.get("gan-giong") != "1",
        "compared": request.args.get("gan-giong") == "1",
        "overdue": case.awaiting and case.due_at <= clock.now(),
        "may_act": case.author_id not in (None, person.id),
    }


def may_compare(case: ReviewCase) -> bool:
    """Has the case words of its own that others may be near to?"""
    return case.awaiting and not case.edit_waits and case.fingerprint is not None


def _near(case: ReviewCase, person: Person) -> list[tuple[int, int, str]]:
    """Cases that say nearly the same as this one: id, version, first words."""
    asked = request.method == "POST" or request.args.get("gan-giong") == "1"  # it reads hundreds of texts
    if not asked or not may_compare(case):
        return []
    cases = likeness.near(case, person.id)
    cards = reviewable(case.subject_type).cards([one.subject_id for one in cases]) if cases else {}
    return [(one.id, one.version, truncate_words(cards[one.subject_id].text, NEAR_LETTERS)) for one in cases]


def _open_case(person_id: int, case_id: int | None, page: Page[Any]) -> ReviewCase | None:
    """The case shown whole: the one asked for, else the first of the list."""
    asked = case_id or request.args.get("muc", 0, int)
    if asked:
        case = queries.find_case(person_id, asked)
        if case is None:
            abort(404)
        return case
    return queries.find_case(person_id, page.items[0].id) if page.items else None


def _item(items: list[QueueItem], case: ReviewCase | None) -> QueueItem | None:
    if case is None:
        return None
    found = next((item for item in items if item.current), None)
    return found or next(iter(_with_cards([case], case.id)), None)


def _with_cards(cases: Any, current_id: int | None) -> list[QueueItem]:
    """Cases with their cards: one read for each type on the page."""
    ids: dict[str, list[int]] = {}
    for case in cases:
        ids.setdefault(case.subject_type, []).append(case.subject_id)
    cards = {kind: reviewable(kind).cards(subjects) for kind, subjects in ids.items()}
    return [
        QueueItem(case, cards[case.subject_type][case.subject_id], current=case.id == current_id)
        for case in cases
        if case.subject_id in cards[case.subject_type]
    ]


def _wanted() -> QueueFilter:
    kind = request.args.get("loai", "")
    return QueueFilter(
        subject_type=kind if kind in labels() else None,
        context_id=request.args.get("dot", None, int),
        place_id=request.args.get("dieu-khoan", None, int),
        done=request.args.get("trang-thai") == "xong",
        urgent=request.args.get("xep") == "gap",
        late=request.args.get("han") == "qua",
    )


def _filter_arguments() -> dict[str, Any]:
    """The filter as query arguments, to stay in it after a decision."""
    wanted = _wanted()
    given = {
        "loai": wanted.subject_type,
        "dot": wanted.context_id,
        "dieu-khoan": wanted.place_id,
        "trang-thai": "xong" if wanted.done else None,
        "xep": "gap" if wanted.urgent else None,
        "han": "qua" if wanted.late else None,
        "trang": request.args.get("trang"),
    }
    return {name: value for name, value in given.items() if value is not None}
