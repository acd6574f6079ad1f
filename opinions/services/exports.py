"""Files that take long: asked for with one click, made by the worker, kept and announced."""

import logging
from collections.abc import Callable
from contextlib import closing
from typing import IO, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from accounts.models import Person
from consultations.models import Consultation
from core import clock, files, outbox
from core.db import beside, db, transaction
from core.errors import Conflict
from core.files import StoredFile
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from notifications.services import notify
from opinions.models import ExportFile, ExportKind

log = logging.getLogger(__name__)

TOPIC = "opinions.export"
LARGEST = 64 * 2**30
KEPT = 3
"""Files of one kind that stay; older ones are taken away when one more is made."""
KINDS = (files.DOCX, files.XLSX, files.CSV, files.JSON_LINES, files.ZIP_FILE)

Make: TypeAlias = Callable[[Consultation, ExportKind, Callable[[int], object]], IO[bytes]]
"""Makes the file of a consultation whose agency is loaded, and tells how many opinions more were written."""
Named: TypeAlias = Callable[[Consultation, ExportKind], str]


def request_export(consultation: Consultation, kind: ExportKind, *, by: Person) -> ExportFile:
    """Leave it to the worker. Raises Conflict while one of the kind is being made."""
    waiting = sa.select(ExportFile).where(
        ExportFile.consultation_id == consultation.id,
        ExportFile.kind == kind,
        ExportFile.made_at.is_(None),
        ExportFile.failed_at.is_(None),
    )
    if db.session.scalar(sa.select(waiting.exists())):
        raise Conflict(_("Tệp này đang được lập. Bạn sẽ được báo khi xong."))
    asked = ExportFile(consultation_id=consultation.id, kind=kind, requested_by_id=by.id, requested_at=clock.now())
    db.session.add(asked)
    db.session.flush()
    outbox.enqueue(TOPIC, {"export_id": asked.id})
    return asked


@speaking(SOURCE)
def make_export(export_id: int, make: Make, named: Named) -> None:
    """Make the file, holding no lock meanwhile. Done already: nothing happens. A worker that dies begins anew.

    A database that is away is tried again later; what else goes wrong is given up, told, and logged.
    """
    asked = db.session.get(ExportFile, export_id)
    if asked is None or asked.made_at is not None or asked.failed_at is not None:
        return
    kind = asked.kind
    consultation = db.session.scalars(
        sa.select(Consultation).options(joinedload(Consultation.agency)).where(Consultation.id == asked.consultation_id)
    ).one()
    try:
        name = named(consultation, kind)
        _written(export_id, -asked.done)
        with closing(make(consultation, kind, lambda rows: _written(export_id, rows))) as out:
            db.session.rollback()
            with transaction():
                _keep(export_id, out, name)
    except sa.exc.OperationalError:
        raise
    except Exception:
        db.session.rollback()
        log.exception("export %s failed", export_id)
        with transaction():
            _give_up(export_id)


def _written(export_id: int, rows: int) -> None:
    """Say how far it is, in a transaction beside the one that reads, and that the worker still lives."""
    with beside() as session:
        session.execute(sa.update(ExportFile).where(ExportFile.id == export_id).values(done=ExportFile.done + rows))
    outbox.still_at_work()


def _keep(export_id: int, out: IO[bytes], name: str) -> None:
    asked = _held(export_id)
    if asked.made_at is not None:  # another worker was faster
        return
    asked.file_id = files.save_upload(out, name, kinds=KINDS, limit=LARGEST).id
    asked.made_at = clock.now()
    db.session.flush()
    _drop_older(asked)
    title = db.session.get_one(Consultation, asked.consultation_id).title
    _tell(asked, _("Tệp đã lập xong: %(title)s", title=title), "export_made", name=name, title=title)


def _give_up(export_id: int) -> None:
    asked = _held(export_id)
    asked.failed_at = clock.now()
    title = db.session.get_one(Consultation, asked.consultation_id).title
    _tell(asked, _("Chưa lập được tệp: %(title)s", title=title), "export_failed", title=title)


def _tell(asked: ExportFile, subject: str, template: str, **told: str) -> None:
    place = "dossiers.index" if asked.kind is ExportKind.DOSSIER else "exports.index"
    path = path_to(place, consultation_id=asked.consultation_id)
    notify(person_id=asked.requested_by_id, email=None, subject=subject, template=template, path=path, **told)


def _drop_older(newest: ExportFile) -> None:
    rows = db.session.execute(
        sa.select(ExportFile, StoredFile)
        .join(StoredFile, StoredFile.id == ExportFile.file_id)
        .where(ExportFile.consultation_id == newest.consultation_id, ExportFile.kind == newest.kind)
        .order_by(ExportFile.id.desc())
        .offset(KEPT)
    ).all()
    for one, stored in rows:
        db.session.delete(one)
        db.session.flush()
        files.forget(stored)


def _held(export_id: int) -> ExportFile:
    held = sa.select(ExportFile).where(ExportFile.id == export_id).with_for_update()
    return db.session.scalars(held.execution_options(populate_existing=True)).one()
