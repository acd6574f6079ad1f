"""Two versions of a draft side by side or in one text, and the same as the table that goes into a dossier."""

import io
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from flask import current_app, render_template, request, send_file
from werkzeug.wrappers import Response

from consultations.exports import comparison
from consultations.queries import comparing as queries
from consultations.queries import reading
from consultations.queries.comparing import Block, Comparison, PublishedVersion
from consultations.views import blueprint
from consultations.views.reading import chosen
from core import clock, files
from core.access import public
from core.errors import NotFound
from core.pagination import Page

BLOCKS_A_PAGE = 30
COMPARISONS_KEPT = 6

_kept: "OrderedDict[tuple[str, ...], Comparison]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    document: reading.PublishedDocument
    versions: Sequence[PublishedVersion]
    old: PublishedVersion
    new: PublishedVersion
    only_changed: bool


@blueprint.get("/du-thao/<int:consultation_id>/so-sanh")
@public
def compare(consultation_id: int) -> str:
    """Any two published versions: ``tu`` and ``den`` (the last two), or of one provision alone (``dieu-khoan``)."""
    head = reading.get_head(consultation_id)
    wanted = read_address(consultation_id)
    found = comparison_of(wanted)
    about = request.args.get("dieu-khoan", type=int)
    blocks = found.about(about) if about is not None else found.blocks
    if wanted.only_changed and about is None:
        blocks = [block for block in blocks if block.changes]
    page, number = _page(blocks, request.args.get("trang", 1, type=int))
    return render_template(
        "consultations/compare.html",
        head=head,
        wanted=wanted,
        comparison=found,
        about=about,
        page=page,
        blocks=blocks,
        pages_of=lambda index: index // BLOCKS_A_PAGE + 1,
        number=number,
        beside=request.args.get("kieu") == "hai-cot",
    )


@blueprint.get("/du-thao/<int:consultation_id>/so-sanh.docx")
@public
def comparison_file(consultation_id: int) -> Response:
    """The same versions as the table of a dossier; only what changed, or all (``xem``)."""
    head = reading.get_head(consultation_id)
    wanted = read_address(consultation_id)
    out = io.BytesIO()
    comparison.write(
        comparison_of(wanted),
        out,
        title=wanted.document.title,
        agency=head.agency,
        made_at=clock.now(),
        only_changed=wanted.only_changed,
    )
    out.seek(0)
    name = f"ban-so-sanh-du-thao-{wanted.old.number}-{wanted.new.number}.docx"
    return send_file(out, mimetype=files.DOCX.media_type, as_attachment=True, download_name=name)


def read_address(consultation_id: int) -> Wanted:
    """Which versions of which document. Raises NotFound when there are no two, or not those."""
    document = chosen(reading.list_documents(consultation_id), request.args.get("van-ban", type=int))
    versions = queries.list_versions(document.id) if document else []
    if document is None or len(versions) < 2:
        raise NotFound
    by_number = {version.number: version for version in versions}
    until = request.args.get("den", versions[-1].number, type=int)
    earlier = [version.number for version in versions if version.number < until]
    since = request.args.get("tu", max(earlier, default=0), type=int)
    if since == until or not {since, until} <= by_number.keys():
        raise NotFound
    old, new = sorted((by_number[since], by_number[until]), key=lambda version: version.number)
    return Wanted(document, versions, old, new, request.args.get("xem") != "tat-ca")


def comparison_of(wanted: Wanted) -> Comparison:
    """Made once and kept: published versions never change. The least recently read goes first."""
    # The instance is part of the key because two databases in one process (tests) number their versions alike.
    versions = (wanted.old, wanted.new)
    key = (current_app.config["DANBAN_INSTANCE"], *(f"{one.id}:{one.sha256}" for one in versions))
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    made = queries.compare(wanted.old, wanted.new, wanted.document.id)
    with _lock:
        _kept[key] = made
        while len(_kept) > COMPARISONS_KEPT:
            _kept.popitem(last=False)
    return made


def _page(blocks: Sequence[Block], number: int) -> tuple[Page[Block], int]:
    last = max((len(blocks) - 1) // BLOCKS_A_PAGE + 1, 1)
    number = min(max(number, 1), last)
    shown = blocks[(number - 1) * BLOCKS_A_PAGE : number * BLOCKS_A_PAGE]
    return Page(shown, str(number + 1) if number < last else None, str(number - 1) if number > 1 else None), number
