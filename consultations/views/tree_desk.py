"""The desk for the tree: a page for each node of a version that is not published, and a route for each step.

After a step the person is back where they were: at the node, or at its place in the tree.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from accounts.session import signed_in_person
from consultations.forms import tree as forms
from consultations.models import Consultation, Version
from consultations.queries import desk as desk_queries
from consultations.queries.desk import document_of_lineage, document_of_step
from consultations.queries.mending import Item, Tree, read_steps, read_tree
from consultations.services import mending
from consultations.services import tree as services
from consultations.services.tree import Press
from consultations.views import blueprint
from consultations.views.desk import own
from core.access import requires
from core.db import transactional
from core.errors import Conflict, RuleBroken
from core.forms import BaseForm
from core.i18n import gettext as _

Answer = str | Response | tuple[str, int]
NODE = "/soan-thao/<int:consultation_id>/dieu-khoan/<int:lineage_id>/"
STEPS: dict[str, Callable[[Press], object]] = {
    "gop": services.merge,
    "len": lambda press: services.move(press, -1),
    "xuong": lambda press: services.move(press, 1),
    "vao": services.indent,
    "ra": services.outdent,
    "trich": lambda press: services.quote(press, True),
    "bo-trich": lambda press: services.quote(press, False),
}


def _open_version(consultation_id: int, document_id: int) -> tuple[Consultation, Version]:
    """A consultation of the person's and the latest version of a document, which must not be published (Conflict)."""
    consultation = own(consultation_id)
    version = desk_queries.get_version(consultation.id, document_id)
    mending.must_be_open(version)
    return consultation, version


@blueprint.get(NODE)
@requires(Permission.DRAFT)
def desk_node(consultation_id: int, lineage_id: int) -> Answer:
    consultation, version = _open_version(consultation_id, document_of_lineage(consultation_id, lineage_id))
    return _page(consultation, version, lineage_id)


@blueprint.post(NODE)
@requires(Permission.DRAFT)
@transactional
def change_node(consultation_id: int, lineage_id: int) -> Answer:
    consultation, version = _open_version(consultation_id, document_of_lineage(consultation_id, lineage_id))
    form = forms.NodeForm()
    form.offer()
    if form.validate_on_submit():
        with _refusals(form):
            services.change(_press(version, lineage_id, form.seen.data), form.words())
        if not form.refused:
            flash(_("Đã lưu. Số, cách gọi và cảnh báo đã được tính lại."), "done")
            return _after_saving(consultation.id, version, lineage_id)
    return _page(consultation, version, lineage_id, form=form), 422


@blueprint.post(NODE + "tach")
@requires(Permission.DRAFT)
@transactional
def split_node(consultation_id: int, lineage_id: int) -> Answer:
    consultation, version = _open_version(consultation_id, document_of_lineage(consultation_id, lineage_id))
    form = forms.SplitForm()
    form.offer()
    if form.validate_on_submit():
        with _refusals(form):
            made = services.split(
                _press(version, lineage_id, form.whole.data),
                form.first.data or "",
                form.second.data or "",
                inside=form.place.data == "inside",
            )
        if not form.refused:
            flash(_("Đã tách. Đây là phần vừa tách ra; hãy xem lại loại, số và tên."), "done")
            return _to_node(consultation.id, made.key)
    return _page(consultation, version, lineage_id, split=form), 422


@blueprint.post(NODE + "<any(gop, len, xuong, vao, ra, trich, 'bo-trich'):act>")
@requires(Permission.DRAFT)
@transactional
def step_node(consultation_id: int, lineage_id: int, act: str) -> Answer:
    consultation, version = _open_version(consultation_id, document_of_lineage(consultation_id, lineage_id))
    form = forms.StepForm()
    if form.validate_on_submit():
        with _refusals(form):
            STEPS[act](_press(version, lineage_id, form.seen.data))
    for message in form.form_errors:
        flash(message, "warning")
    return _to_node(consultation.id, lineage_id)


@blueprint.post("/soan-thao/<int:consultation_id>/dieu-khoan/<any('hoan-tac', 'lam-lai'):act>/<int:edit_id>")
@requires(Permission.DRAFT)
@transactional
def undo_step(consultation_id: int, edit_id: int, act: str) -> Response:
    """Back to the node that was looked at, if it is there; else to where the step was."""
    consultation, version = _open_version(consultation_id, document_of_step(consultation_id, edit_id))
    form = forms.StepForm()
    again = services.undo if act == "hoan-tac" else services.redo
    lineage = 0
    if form.validate_on_submit():
        with _refusals(form):
            lineage = again(version, edit_id, by=signed_in_person()).lineage
    for message in form.form_errors:
        flash(message, "warning")
    key, now = request.form.get("tu", 0, int), read_tree(version.id)
    if key in now.items:
        return _to_node(consultation.id, key)
    return _to_tree(consultation.id, version, now, lineage)


@contextmanager
def _refusals(form: BaseForm) -> Iterator[None]:
    """As ``form.refusals()``; that somebody else was first is a message too, so that nothing typed is lost."""
    with form.refusals():
        try:
            yield
        except Conflict as conflict:
            raise RuleBroken(conflict.message) from conflict


def _press(version: Version, lineage_id: int, seen: str | None) -> Press:
    return Press(version, lineage_id, seen or "", signed_in_person())


def _after_saving(consultation_id: int, version: Version, lineage_id: int) -> Response:
    now = read_tree(version.id)
    _before, after = now.around(now.get(lineage_id))
    if "tiep" in request.form and after is not None:
        return _to_node(consultation_id, after.key)
    return _to_tree(consultation_id, version, now, lineage_id)


def _to_node(consultation_id: int, lineage_id: int) -> Response:
    address = url_for(".desk_node", consultation_id=consultation_id, lineage_id=lineage_id, _anchor="o-day")
    return redirect(address, 303)


def _to_tree(consultation_id: int, version: Version, now: Tree, lineage_id: int) -> Response:
    item = now.items.get(lineage_id)
    key, anchor = (item.key, item.anchor) if item is not None else (None, None)
    address = url_for(
        ".desk_tree", consultation_id=consultation_id, tai=key, _anchor=anchor, **_named(consultation_id, version)
    )
    return redirect(address, 303)


def _named(consultation_id: int, version: Version) -> dict[str, Any]:
    """What names the document of a version in addresses; nothing for the first."""
    first = desk_queries.list_versions(consultation_id)[0]
    return {"van-ban": version.document_id} if first.document_id != version.document_id else {}


def _page(
    consultation: Consultation,
    version: Version,
    lineage_id: int,
    *,
    form: forms.NodeForm | None = None,
    split: forms.SplitForm | None = None,
) -> str:
    now = read_tree(version.id)
    item = now.get(lineage_id)
    if form is not None and form.form_errors:  # the page shows what stands now, so a second press is meant
        form.seen.data = now.fingerprint(item)
    if split is not None and split.form_errors:
        split.whole.data = now.fingerprint(item)
    before, after = now.around(item)
    return render_template(
        "consultations/desk/node.html",
        c=consultation,
        version=version,
        named=_named(consultation.id, version),
        item=item,
        siblings=_near(now, item),
        before=before,
        after=after,
        following=now.following(item),
        first=now.beside(item, -1) is None,
        last=now.beside(item, 1) is None,
        form=form or _node_form(now, item),
        split=split or _split_form(now, item),
        splitting=split is not None or "dong" in request.args,
        seen=now.fingerprint(item),
        steps=read_steps(version.id),
        warnings=[one for one in version.warnings if one.get("anchor") == item.anchor],
    )


def _near(now: Tree, item: Item) -> list[Item]:
    """Two siblings before it, itself, and two after."""
    row = now.siblings(item)
    at = row.index(item)
    return row[max(at - 2, 0) : at + 3]


def _node_form(now: Tree, item: Item) -> forms.NodeForm:
    form = forms.NodeForm(formdata=None)
    form.offer()
    form.show(item)
    form.seen.data = now.fingerprint(item)
    return form


def _split_form(now: Tree, item: Item) -> forms.SplitForm:
    form = forms.SplitForm(formdata=None)
    form.offer()
    form.show(item, request.args.get("dong", 0, int))
    form.whole.data = now.fingerprint(item)
    return form
