"""The whole dossier as one .zip: asked for with one click, made by the worker, kept and announced."""

import tempfile
from collections.abc import Callable
from typing import IO

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from accounts.models import Person
from consultations.models import Consultation
from core import clock, files, outbox
from core.db import db, transaction
from core.errors import Conflict
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.links import path_to
from core.text import slug
from notifications.services import notify
from opinions.models import DossierFile

TOPIC = "opinions.dossier"
ZIP_FILE = files.FileKind(".zip", files.ZIP, "application/zip")
LARGEST = 64 * 2**30
IN_MEMORY = 2**20
Writer = Callable[[Consultation, IO[bytes]], None]


def request_dossier(consultation: Consultation, *, by: Person) -> DossierFile:
    """Leave it to the worker. Raises Conflict while one is being made."""
    waiting = sa.select(DossierFile).where(
        DossierFile.consultation_id == consultation.id, DossierFile.made_at.is_(None)
    )
    if db.session.scalar(sa.select(waiting.exists())):
        raise Conflict(_("Hồ sơ đang được đóng gói. Bạn sẽ được báo khi xong."))
    made = DossierFile(consultation_id=consultation.id, requested_by_id=by.id, requested_at=clock.now())
    db.session.add(made)
    db.session.flush()
    outbox.enqueue(TOPIC, {"dossier_id": made.id})
    return made


@speaking(SOURCE)
def make_dossier(dossier_id: int, write: Writer) -> None:
    """Make it, holding nothing meanwhile; done already: nothing happens. A worker that dies begins anew."""
    dossier = db.session.get(DossierFile, dossier_id)
    if dossier is None or dossier.made_at is not None:
        return
    consultation = db.session.scalars(
        sa.select(Consultation)
        .options(joinedload(Consultation.agency))
        .where(Consultation.id == dossier.consultation_id)
    ).one()
    name = f"ho-so-{slug(consultation.title)[:60]}-{clock.local(clock.now()):%Y%m%d-%H%M}.zip"
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as out:
        write(consultation, out)
        out.seek(0)
        db.session.rollback()
        with transaction():
            _keep(dossier_id, out, name)


def _keep(dossier_id: int, out: IO[bytes], name: str) -> None:
    held = sa.select(DossierFile).where(DossierFile.id == dossier_id).with_for_update()
    dossier = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if dossier.made_at is not None:  # another worker was faster
        return
    dossier.file_id = files.save_upload(out, name, kinds=(ZIP_FILE,), limit=LARGEST).id
    dossier.made_at = clock.now()
    title = db.session.get_one(Consultation, dossier.consultation_id).title
    notify(
        person_id=dossier.requested_by_id,
        email=None,
        subject=_("Hồ sơ đã đóng gói xong: %(title)s", title=title),
        template="dossier_made",
        path=path_to("dossiers.index", consultation_id=dossier.consultation_id),
        title=title,
    )
