"""Groups of comments that say the same, the agency's responses to them, and what the machine proposes."""

from opinions.models.answers import Decision, Response, ResponseLog, ResponseRelease, ResponseState
from opinions.models.channels import (
    AskedBody,
    AskedBodyLink,
    BodyAnswer,
    LetterPassage,
    OfficialLetter,
    ReportedTally,
    ReportSource,
)
from opinions.models.desk import AnswerSheet, ClauseAssignment, ResponseTemplate, TableTemplate
from opinions.models.exports import ExportFile, ExportKind
from opinions.models.groups import CountedFigures, DepartureReason, GroupDeparture, GroupMember, OpinionGroup
from opinions.models.proposing import (
    FamilyMember,
    GroupingAction,
    GroupingLog,
    GroupingRun,
    GroupProposal,
    KeptApart,
    OpinionFamily,
    ProposalMember,
    RunStage,
)

__all__ = [
    "AnswerSheet",
    "AskedBody",
    "AskedBodyLink",
    "BodyAnswer",
    "ClauseAssignment",
    "CountedFigures",
    "Decision",
    "DepartureReason",
    "ExportFile",
    "ExportKind",
    "FamilyMember",
    "GroupDeparture",
    "GroupMember",
    "GroupProposal",
    "GroupingAction",
    "GroupingLog",
    "GroupingRun",
    "KeptApart",
    "LetterPassage",
    "OfficialLetter",
    "OpinionFamily",
    "OpinionGroup",
    "ProposalMember",
    "ReportSource",
    "ReportedTally",
    "Response",
    "ResponseLog",
    "ResponseRelease",
    "ResponseState",
    "ResponseTemplate",
    "RunStage",
    "TableTemplate",
]
