"""Board → topic → post, and who reads, follows and supports what."""

from forums.models.board import Board, Member, Names, Screening, Writers
from forums.models.post import (
    Badge,
    Post,
    PostFile,
    PostMention,
    PostReference,
    PostRevision,
    PostSupport,
    Side,
)
from forums.models.reading import Draft, Reader, Summary
from forums.models.topic import FormerPlace, Topic, TopicAction, TopicEvent, TopicKind, TopicVote

__all__ = [
    "Badge",
    "Board",
    "Draft",
    "FormerPlace",
    "Member",
    "Names",
    "Post",
    "PostFile",
    "PostMention",
    "PostReference",
    "PostRevision",
    "PostSupport",
    "Reader",
    "Screening",
    "Side",
    "Summary",
    "Topic",
    "TopicAction",
    "TopicEvent",
    "TopicKind",
    "TopicVote",
    "Writers",
]
