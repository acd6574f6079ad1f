"""The box of sent sheets of an anonymous survey, and its emptying: a pool mix.

A sheet that is sent stays in the box, encrypted. The box is opened only when it holds twice ``min_cell`` sheets; some
drawn at random come out, and ``min_cell`` stay behind. What comes out is written in one transaction: who took part in
the order of their random keys, the sheets under new random ids in the order of those. So no id, order, time or
transaction tells which of at least ``min_cell`` participants a sheet is from; and the last ones, when the survey has
closed, come out ``min_cell`` at once, too. (Fewer only where the survey has fewer sheets altogether; then no result is
shown to the public.)
"""

import logging
import random
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from core import clock, outbox
from core.db import db
from core.files import StoredFile
from surveys import policies
from surveys.definition.documents import from_json
from surveys.definition.shape import Definition, Kind
from surveys.engine.path import walk
from surveys.engine.rows import rows_of_path
from surveys.engine.values import Answers
from surveys.models import Answer, AnswerSheet, Participation, SheetChannel, SheetDraft, Survey, SurveyVersion
from surveys.services import counting, words
from surveys.services.sealing import seal, unseal

log = logging.getLogger(__name__)

TOPIC = "surveys.box"
MOST_AT_ONCE = 1_000
_drawn = random.SystemRandom()


def put_in(survey: Survey, draft: SheetDraft, answers: Answers) -> None:
    """A draft becomes a sent sheet; opens the box later if it is full."""
    draft.sealed = seal("box", str(survey.id), {"answers": answers})
    draft.sent, draft.touched_on = True, None
    db.session.flush()
    if count_waiting(survey.id) >= 2 * survey.min_cell:
        outbox.enqueue(TOPIC, {"survey_id": survey.id})


def count_waiting(survey_id: int) -> int:
    """Sheets sent that no result counts yet."""
    waiting = sa.and_(SheetDraft.survey_id == survey_id, SheetDraft.sent.is_(True))
    return db.session.scalar(sa.select(sa.func.count()).select_from(SheetDraft).where(waiting)) or 0


def open_when_closed(survey: Survey) -> None:
    """Have the box emptied once nobody can send any more."""
    left = policies.finish_by(survey) - clock.now()
    outbox.enqueue(TOPIC, {"survey_id": survey.id, "closing": True}, delay=left + timedelta(seconds=1))


def open_box(survey: Survey) -> int:
    """Take out what may come out; returns how many sheets. Once nobody can send any more, everything.

    Emptied by one transaction at a time; doing it again finds less to do.
    """
    db.session.execute(sa.select(Survey.id).where(Survey.id == survey.id).with_for_update())
    final = policies.phase(survey, clock.now()) == policies.Phase.CLOSED
    waiting = sa.select(SheetDraft).where(SheetDraft.survey_id == survey.id, SheetDraft.sent.is_(True))
    keys = list(db.session.scalars(waiting.with_only_columns(SheetDraft.key)))
    if not keys or (not final and len(keys) < 2 * survey.min_cell):
        return 0
    stay = max(0 if final else survey.min_cell, len(keys) - MOST_AT_ONCE)
    if stay < survey.min_cell:
        stay = 0
    chosen = _drawn.sample(keys, len(keys) - stay)
    drafts = db.session.scalars(
        waiting.where(SheetDraft.key.in_(chosen)).execution_options(populate_existing=True)
    ).all()
    _take_out(survey, drafts)
    if stay and (final or stay >= 2 * survey.min_cell):
        outbox.enqueue(TOPIC, {"survey_id": survey.id})
    return len(drafts)


def _take_out(survey: Survey, drafts: Sequence[SheetDraft]) -> None:
    read = [(draft, unseal("box", str(survey.id), draft.sealed)) for draft in drafts]
    if unread := [draft for draft, content in read if content is None]:
        log.error("survey %s: %s sheets cannot be opened: has SECRET_KEY changed?", survey.id, len(unread))
    good = [(draft, content) for draft, content in read if content is not None]
    if not good:
        return
    taken = [{"survey_id": survey.id, "key": draft.key, "door": draft.door} for draft, _content in good]
    taken.sort(key=lambda row: str(row["key"]))
    contents = [(draft.version_id, content["answers"]) for draft, content in good]
    _drawn.shuffle(contents)
    db.session.execute(sa.insert(Participation), taken)
    write_sheets(survey, contents, SheetChannel.WEB)
    keys = [draft.key for draft, _content in good]
    db.session.execute(
        sa.delete(SheetDraft)
        .where(SheetDraft.survey_id == survey.id, SheetDraft.key.in_(keys))
        .execution_options(synchronize_session="fetch")
    )
    db.session.flush()


def write_sheets(survey: Survey, contents: Iterable[tuple[int, Answers]], channel: SheetChannel) -> list[uuid.UUID]:
    """Write sheets, each (version, answers), under new ids; returns the ids in the order of the sheets given."""
    made = [(uuid.uuid4(), version_id, answers) for version_id, answers in contents]
    definitions = _definitions({version_id for _id, version_id, _answers in made})
    sheets = [
        {"id": number, "survey_id": survey.id, "version_id": version_id, "channel": channel}
        for number, version_id, _answers in made
    ]
    rows = [row for number, version_id, a in made for row in _rows(survey, number, definitions[version_id], a)]
    db.session.execute(sa.insert(AnswerSheet), sorted(sheets, key=lambda sheet: str(sheet["id"])))
    if rows:
        db.session.execute(sa.insert(Answer), sorted(rows, key=lambda row: (row["sheet_id"].hex, row["question"])))
    words.put_forward(survey, [(row["question"], row["text"]) for row in rows if row["text"]], definitions.values())
    counting.ask_for(survey.id)
    return [number for number, _version, _answers in made]


def _definitions(version_ids: set[int]) -> dict[int, Definition]:
    rows = db.session.execute(
        sa.select(SurveyVersion.id, SurveyVersion.definition).where(SurveyVersion.id.in_(version_ids))
    )
    return {row.id: from_json(row.definition) for row in rows}


def _rows(survey: Survey, sheet_id: uuid.UUID, definition: Definition, answers: Answers) -> list[dict[str, Any]]:
    answers = _with_neutral_files(definition, answers) if survey.anonymous else answers
    return [
        {"sheet_id": sheet_id, "survey_id": survey.id, **row._asdict()}
        for row in rows_of_path(walk(definition, answers))
    ]


def _with_neutral_files(definition: Definition, answers: Answers) -> Answers:
    """A file's row tells when it came and what its owner called it: it gets a new row, of now and without a name."""
    changed = dict(answers)
    for question in definition.questions:
        value = answers.get(question.code)
        if question.kind != Kind.FILE or value is None:
            continue
        if (old := db.session.get(StoredFile, value["file"])) is None:
            continue
        suffix = old.name.rpartition(".")[2][:9]
        new = StoredFile(
            sha256=old.sha256,
            name=f"tep.{suffix}",
            media_type=old.media_type,
            size=old.size,
            created_at=clock.now(),
        )
        db.session.add(new)
        db.session.delete(old)
        db.session.flush()
        changed[question.code] = {"file": new.id, "name": new.name}
    return changed
