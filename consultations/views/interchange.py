"""A version for good: its files for other systems, and the address of each of its provisions."""

import io
from collections import OrderedDict
from threading import Lock

from flask import current_app, render_template, request, send_file
from werkzeug.http import is_resource_modified
from werkzeug.wrappers import Response

from accounts.session import signed_in_person
from consultations.exports.interchange import EDITION, FORMS
from consultations.queries import desk, places, reading, tree
from consultations.queries import interchange as queries
from consultations.queries.interchange import Text
from consultations.views import blueprint
from consultations.views.references import load_marked_surroundings
from core.access import public
from core.text import slug

FILES_KEPT = 12
"""The longest code is a file of some 1.5 MB."""
FRESH_SECONDS = 3600

_kept: "OrderedDict[tuple[str, str], bytes]" = OrderedDict()
_lock = Lock()


@blueprint.get("/du-thao/<int:consultation_id>/van-ban/<int:document_id>/ban-<int:number>.<any(xml, json, txt):ending>")
@public
def text_file(consultation_id: int, document_id: int, number: int, ending: str) -> Response:
    """A version as Akoma Ntoso, JSON or plain text. Those who draft it may have it before it is published."""
    text = queries.get_text(consultation_id, document_id, number)
    if not text.is_public:
        desk.get_consultation(signed_in_person().id, consultation_id)
        response = _send(text, ending, FORMS[ending].write(text, tree.load_tree(text.version_id)))
        response.headers["Cache-Control"] = "private, no-store"
        return response
    tag = f"{ending}-{EDITION}-{text.version_id}-{text.sha256[:16]}"
    changed = is_resource_modified(request.environ, etag=tag, last_modified=text.published_at)
    response = _send(text, ending, _file(text, ending, tag)) if changed else current_app.response_class(status=304)
    response.set_etag(tag)
    response.last_modified = text.published_at
    response.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return response


@blueprint.get("/du-thao/<int:consultation_id>/dieu-khoan/<int:lineage_id>/ban-<int:number>/")
@public
def provision_in(consultation_id: int, lineage_id: int, number: int) -> str:
    """A provision as one published version has it: an address whose words never change."""
    head = reading.get_head(consultation_id)
    place = places.get_place_in(consultation_id, lineage_id, number)
    return render_template(
        "consultations/provision_in.html", head=head, place=place, around=load_marked_surroundings(place)
    )


def _send(text: Text, ending: str, data: bytes) -> Response:
    name = f"{slug(text.title, limit=60) or 'du-thao'}-du-thao-{text.number}.{ending}"
    kind = FORMS[ending].media_type
    return send_file(io.BytesIO(data), mimetype=kind, as_attachment=True, download_name=name, etag=False)


def _file(text: Text, ending: str, tag: str) -> bytes:
    """Written once and kept, the least recently asked for going first."""
    key = (current_app.config["DANBAN_INSTANCE"], tag)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    data = FORMS[ending].write(text, tree.load_tree(text.version_id))
    with _lock:
        _kept[key] = data
        while len(_kept) > FILES_KEPT:
            _kept.popitem(last=False)
    return data
