"""``danban consultation …``: consultations from the shell. What is wrong is told, and nothing is half-saved."""

import io
import sys
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext

from accounts import queries as accounts
from consultations.models import Consultation, DocumentKind
from consultations.queries import desk as queries
from consultations.seed import guess_kind, seed_document_kinds
from consultations.services import drafting, publishing
from core import clock
from core.db import transaction
from core.errors import DanBanError, NotFound
from core.i18n import gettext as _
from core.text import clean

MEGABYTE = 2**20
WRONG_INPUT = 2


class Day(click.ParamType[date]):
    """A date: 2026-12-02 or 02/12/2026."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        written = str(value).strip()[:10]
        form = "%d/%m/%Y" if "/" in written else "%Y-%m-%d"
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007  # a day, in Vietnam
        except ValueError:
            self.fail(_("“%(day)s” không phải là ngày. Viết như 2026-12-02 hoặc 02/12/2026.", day=value), param, ctx)


@click.group()
def consultation() -> None:
    """Consultations: bring one in from a draft."""


@consultation.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--agency", "agency_code", required=True, metavar="CODE", help="Initials of a ministry, code of a place.")
@click.option("--title", default="", help="As printed on the draft; the parsed title if left out.")
@click.option("--opens", type=Day(), metavar="DATE", help="First day (2026-12-02); today if left out.")
@click.option("--closes", type=Day(), metavar="DATE", help="Last day; the usual period of the kind if left out.")
@click.option("--kind", "kind_code", default="", help="Kind of document (luat, nghi-dinh …); else from the title.")
@click.option("--summary", default="", help="A few plain sentences for readers.")
@click.option("--reason", default="", help="Why the window is shorter than usual; shown with the draft.")
@click.option("--publish", "publish_now", is_flag=True, help="Publish at once; a window in the past stays as it is.")
@with_appcontext
def import_draft(
    file: Path,
    agency_code: str,
    title: str,
    opens: date | None,
    closes: date | None,
    kind_code: str,
    summary: str,
    reason: str,
    publish_now: bool,
) -> None:
    """Make a consultation from a draft FILE (.docx, .txt, .html, .md); prints its id alone on the last line."""
    try:
        with transaction():
            draft = _read(file)
            name = clean(title) or draft.outline.title
            settings = drafting.Settings(
                title=name[:500],
                kind=_kind(kind_code, name),
                opens=opens or clock.today(),
                closes=closes,
                summary=clean(summary),
                short_period_reason=clean(reason),
            )
            made = _create(agency_code, draft, settings, publish_now=publish_now)
    except DanBanError as wrong:
        _stop(wrong.message)
    _report(made, draft)


def _create(
    agency_code: str, draft: drafting.ReadDraft, settings: drafting.Settings, *, publish_now: bool
) -> Consultation:
    try:
        agency = accounts.get_agency(agency_code.strip())
    except NotFound:
        _stop(
            _(
                "Không có cơ quan nào mang mã “%(code)s”. Chạy danban init trước, hoặc kiểm tra lại mã.",
                code=agency_code,
            )
        )
    made = drafting.create_consultation(agency, draft, settings, by=None)
    if publish_now:
        publishing.publish(made, by=None, backdated=True)
    return made


def _read(file: Path) -> drafting.ReadDraft:
    limit = current_app.config["MAX_DRAFT_MB"] * MEGABYTE
    try:
        with file.open("rb") as opened:
            stream = io.BytesIO(opened.read(limit + 1))
    except OSError:
        _stop(_("Không mở được tệp %(file)s.", file=file))
    return drafting.read_draft(stream, file.name, limit=limit)


def _kind(code: str, title: str) -> DocumentKind:
    seed_document_kinds()
    kind = queries.find_kind(code.strip() or guess_kind(title))
    if kind is None:
        known = ", ".join(kind.code for kind in queries.list_kinds())
        _stop(_("Không có loại văn bản “%(code)s”. Các loại: %(known)s.", code=code, known=known))
    return kind


def _report(made: Consultation, draft: drafting.ReadDraft) -> None:
    counts = ", ".join(f"{name} {n}" for name, n in draft.outline.counts().items() if n)
    click.echo(f"{made.title}: {counts}; {len(draft.outline.warnings)} warnings")
    click.echo(made.id)


def _stop(message: str) -> NoReturn:
    click.echo(f"danban: {message}", err=True)
    sys.exit(WRONG_INPUT)
