"""Official letters: read into sentences beside the draft, whose passages a drafter hangs on clauses as its opinions."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from accounts.models import Person
from consultations.models import Attachment, Comment, Consultation, Stance, Submission
from consultations.services.entering import Sender, Words, add_words, receive
from core import clock
from core.db import db
from core.errors import Conflict, NotFound, RuleBroken
from core.files import DOCX, PDF_FILE, StoredFile
from core.i18n import gettext as _
from legal.errors import UnreadableFile
from legal.readers import read
from opinions.analysis.sentences import sentences
from opinions.models import LetterPassage, OfficialLetter

KINDS = (DOCX, PDF_FILE)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Sentences of a letter that are one opinion, on which place, with which stance; ``body`` where it is reworded."""

    sentences: Sequence[int]
    document_id: int
    place: int
    provision_id: int | None
    stance: Stance
    body: str = ""


def read_text(data: bytes, name: str) -> list[tuple[int, str]]:
    """The sentences of a file; none where it holds only pictures. Raises RuleBroken (``file``) if unreadable."""
    try:
        source = read(data, name)
    except UnreadableFile as error:
        if error.code == "empty":
            return []
        raise RuleBroken(str(error), "file") from error
    return sentences(line.text for line in source.lines)


def take_letter(
    consultation: Consultation,
    sender: Sender,
    paper: StoredFile,
    text: Sequence[tuple[int, str]],
    *,
    number: str,
    by: Person,
) -> OfficialLetter:
    """A letter that came on paper or by mail: a submission of its own, with its file. Raises as ``receive``."""
    submission = receive(consultation, sender, by=by, paper=paper)
    return _keep(consultation, submission, paper.id, text, number, by)


def open_letter(consultation: Consultation, submission: Submission, *, by: Person) -> OfficialLetter:
    """The letter of a submission that came with a file, read now if it was not yet. Raises NotFound, RuleBroken."""
    found = db.session.scalar(sa.select(OfficialLetter).where(OfficialLetter.submission_id == submission.id))
    if found is not None:
        return found
    paper = db.session.scalar(
        sa.select(StoredFile)
        .join(Attachment, Attachment.file_id == StoredFile.id)
        .where(Attachment.submission_id == submission.id)
        .order_by(Attachment.id)
        .limit(1)
    )
    if paper is None:
        raise NotFound
    readable = paper.media_type in {kind.media_type for kind in KINDS}
    text = read_text(paper.path.read_bytes(), paper.name) if readable else []
    return _keep(consultation, submission, paper.id, text, "", by)


def hang(consultation: Consultation, letter: OfficialLetter, passage: Passage, *, by: Person) -> Comment:
    """Make a passage an opinion of whoever wrote the letter. One sentence may be hung on several clauses.

    Raises RuleBroken (``sentences``) without one, Conflict for the same passage on the same place once more.
    """
    chosen = sorted(set(passage.sentences))
    if not chosen or not all(0 <= one < len(letter.sentences) for one in chosen):
        raise RuleBroken(_("Hãy đánh dấu ít nhất một câu của công văn."), "sentences")
    db.session.execute(sa.select(OfficialLetter.id).where(OfficialLetter.id == letter.id).with_for_update())
    if _is_hung(letter, chosen, passage):
        raise Conflict(_("Đoạn này đã được gắn vào điều khoản ấy."))
    submission = db.session.get_one(Submission, letter.submission_id)
    words = Words(
        document_id=passage.document_id,
        place=passage.place,
        provision_id=passage.provision_id,
        stance=passage.stance,
        body=passage.body or text_of(letter, chosen),
    )
    comment = add_words(consultation, submission, words, by=by)
    made = LetterPassage(
        comment_id=comment.id, letter_id=letter.id, sentences=chosen, hung_by_id=by.id, hung_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    return comment


def text_of(letter: OfficialLetter, chosen: Sequence[int]) -> str:
    """The sentences as they stand in the letter, a line each paragraph."""
    lines: dict[int, list[str]] = {}
    for one in chosen:
        paragraph, text = letter.sentences[one]
        lines.setdefault(paragraph, []).append(text)
    return "\n".join(" ".join(line) for line in lines.values())


def _is_hung(letter: OfficialLetter, chosen: Sequence[int], passage: Passage) -> bool:
    same_place = sa.select(LetterPassage.sentences).join(Comment, Comment.id == LetterPassage.comment_id).where(
        LetterPassage.letter_id == letter.id,
        Comment.document_id == passage.document_id,
        Comment.place == passage.place,
    )  # fmt: skip
    return any(list(found) == list(chosen) for found in db.session.scalars(same_place))


def _keep(
    consultation: Consultation,
    submission: Submission,
    file_id: int,
    text: Sequence[tuple[int, str]],
    number: str,
    by: Person,
) -> OfficialLetter:
    letter = OfficialLetter(
        consultation_id=consultation.id,
        submission_id=submission.id,
        file_id=file_id,
        number=number,
        sentences=[list(one) for one in text],
        created_by_id=by.id,
        created_at=clock.now(),
    )
    db.session.add(letter)
    db.session.flush()
    return letter
