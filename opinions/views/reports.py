"""The desk: papers about the whole consultation besides the official table: by problem, and as a narrative."""

from flask import Blueprint, send_file
from werkzeug.wrappers import Response as HttpResponse

from accounts.policies import Permission
from accounts.session import signed_in_person
from core import clock
from core.access import requires
from core.files import DOCX
from core.text import slug
from opinions.exports import docx, report
from opinions.exports.making import Writer, make
from opinions.queries import desk

blueprint = Blueprint("reports", __name__, url_prefix="/tiep-thu")


@blueprint.get("/<int:consultation_id>/bao-cao.docx")
@requires(Permission.ANSWER)
def narrative(consultation_id: int) -> HttpResponse:
    return _sent(consultation_id, report.write, "bao-cao-tom-tat")


@blueprint.get("/<int:consultation_id>/theo-van-de.docx")
@requires(Permission.ANSWER)
def by_problem(consultation_id: int) -> HttpResponse:
    return _sent(consultation_id, docx.write_by_problem, "ban-tong-hop-theo-van-de")


def _sent(consultation_id: int, write: Writer, name: str) -> HttpResponse:
    consultation = desk.get_consultation(signed_in_person().id, consultation_id)
    at = f"{clock.local(clock.now()):%Y%m%d-%H%M}"
    called = f"{name}-{slug(consultation.title)[:60]}-{at}.docx"
    return send_file(make(consultation, write), mimetype=DOCX.media_type, as_attachment=True, download_name=called)
