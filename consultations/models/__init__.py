"""Consultation → document → version → provision; submission → comment."""

from consultations.models.batch import Batch, BatchNote, BatchState
from consultations.models.comment import (
    Comment,
    CommentRevision,
    CommentTally,
    Reply,
    Stance,
    Support,
    WaitingEdit,
)
from consultations.models.consultation import (
    Consultation,
    ConsultationEvent,
    ConsultationState,
    DocumentKind,
    EventKind,
    GuestPolicy,
    ModerationPolicy,
    Paper,
    PaperSlot,
)
from consultations.models.document import Document, Lineage, Provision, Version
from consultations.models.draft import DraftAttachment, DraftComment, SubmissionDraft
from consultations.models.submission import Attachment, Channel, Contributor, ContributorKind, Submission, Verification
from consultations.models.tick import QUESTION_LETTERS, WORD_LETTERS, Tick, TickItem, TickTally
from consultations.models.tree_edit import EditAction, TreeEdit
from consultations.models.versioning import Intake, IntakeState, ProvisionPairing

__all__ = [
    "QUESTION_LETTERS",
    "WORD_LETTERS",
    "Attachment",
    "Batch",
    "BatchNote",
    "BatchState",
    "Channel",
    "Comment",
    "CommentRevision",
    "CommentTally",
    "Consultation",
    "ConsultationEvent",
    "ConsultationState",
    "Contributor",
    "ContributorKind",
    "Document",
    "DocumentKind",
    "DraftAttachment",
    "DraftComment",
    "EditAction",
    "EventKind",
    "GuestPolicy",
    "Intake",
    "IntakeState",
    "Lineage",
    "ModerationPolicy",
    "Paper",
    "PaperSlot",
    "Provision",
    "ProvisionPairing",
    "Reply",
    "Stance",
    "Submission",
    "SubmissionDraft",
    "Support",
    "Tick",
    "TickItem",
    "TickTally",
    "TreeEdit",
    "Verification",
    "Version",
    "WaitingEdit",
]
