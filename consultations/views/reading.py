"""What anybody may read: the list of consultations, a draft as a law, the papers of its dossier."""

from collections.abc import Sequence

from flask import render_template, request, send_file
from werkzeug.wrappers import Response

from consultations.policies import Phase
from consultations.queries import home, papers
from consultations.queries import reading as queries
from consultations.queries.reading import Counts, Head, PublishedDocument
from consultations.views import blueprint
from consultations.views.sheet import sheet_of
from core.access import public
from core.files import StoredFile
from core.i18n import gettext as _

PHASE_WORDS = {"dang-mo": Phase.OPEN, "sap-mo": Phase.UPCOMING, "da-dong": Phase.CLOSED}
"""The phases of the list as they stand in addresses."""

_WORDS = "bộ luật|luật|pháp lệnh|nghị định|nghị quyết|quyết định|thông tư"  # no gettext: words of the law
TITLE_WORDS = tuple(_WORDS.split("|"))
"""How the title of a legal document begins; on its sheet that word stands on a line of its own."""


@blueprint.get("/du-thao/")
@public
def index() -> str:
    """The consultations open now, to come, or over; of one agency, of one kind of document."""
    narrowed = home.Filter(
        phase=PHASE_WORDS.get(request.args.get("giai-doan", ""), Phase.OPEN),
        agency=request.args.get("co-quan", ""),
        kind=request.args.get("loai", ""),
    )
    totals = home.count_phases(narrowed)
    page = home.list_page(narrowed, request.args.get("trang", 1, type=int), totals[narrowed.phase])
    return render_template(
        "consultations/index.html",
        narrowed=narrowed,
        phases=[(word, phase, totals[phase]) for word, phase in PHASE_WORDS.items()],
        page=page,
        agencies=home.list_agencies(),
        kinds=home.list_kinds(),
    )


@blueprint.get("/du-thao/<int:consultation_id>/", endpoint="reading")
@public
def read_draft(consultation_id: int) -> str:
    """A draft as a law, with what people said beside each provision: the latest version, or ``ban`` to read another."""
    head = queries.get_head(consultation_id)
    documents = queries.list_documents(consultation_id)
    document = chosen(documents, request.args.get("van-ban", type=int))
    counts = queries.public_counts(document.id) if document else {}
    number = request.args.get("ban", type=int)
    if document and number not in (None, document.number):
        document = queries.get_older(document, number or 0)
    takes = head.is_open and document is not None and document.is_latest
    sheet = sheet_of(document).filled(counts, open_=takes) if document else None
    return render_template(
        "consultations/reading.html",
        head=head,
        documents=documents,
        document=document,
        papers=papers.list_papers(consultation_id),
        notices=queries.list_notices(consultation_id),
        whole=counts.get(queries.WHOLE_DRAFT),
        total=Counts(*map(sum, zip(*counts.values(), strict=True))),
        issuer=issuer(head),
        paper_title=split_title(document.title) if document else ("", ""),
        sheet=sheet,
        takes=takes,
    )


@blueprint.get("/du-thao/<int:consultation_id>/ho-so/<int:paper_id>")
@public
def paper(consultation_id: int, paper_id: int) -> Response:
    """A paper of the dossier."""
    return download(papers.get_paper_file(consultation_id, paper_id))


def issuer(head: Head) -> str:
    """The body in whose name the document will be issued; it, not the drafting agency, heads the paper."""
    bodies = {
        "luat": _("Quốc hội"),
        "nghi-quyet-quoc-hoi": _("Quốc hội"),
        "phap-lenh": _("Ủy ban Thường vụ Quốc hội"),
        "nghi-dinh": _("Chính phủ"),
        "nghi-quyet-chinh-phu": _("Chính phủ"),
        "quyet-dinh-thu-tuong": _("Thủ tướng Chính phủ"),
    }
    return bodies.get(head.kind_code, head.agency)


def split_title(title: str) -> tuple[str, str]:
    """("Luật", "Bảo hiểm y tế (sửa đổi)"): the word for the kind of document and the rest; ("", title) without one."""
    for word in TITLE_WORDS:
        if title.lower().startswith(f"{word} "):
            return title[: len(word)], title[len(word) + 1 :]
    return "", title


def chosen(documents: Sequence[PublishedDocument], document_id: int | None) -> PublishedDocument | None:
    """The document that the address names, or the first; None when nothing is published yet."""
    return next((one for one in documents if one.id == document_id), documents[0] if documents else None)


def download(stored: StoredFile) -> Response:
    """A kept file, to be saved and never shown as a page of this site."""
    return send_file(stored.path, mimetype=stored.media_type, as_attachment=True, download_name=stored.name)
