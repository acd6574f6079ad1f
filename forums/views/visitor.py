"""Who reads a board, as the queries and services need to know it."""

from flask import request

from accounts import queries as accounts
from accounts.models import Person
from accounts.policies import Permission
from accounts.session import current_person, permissions
from core.errors import NotFound
from forums.models import Board, Topic
from forums.queries import posts as queries
from forums.queries import topics
from forums.queries.posts import Viewer

LARGEST = 2**31 - 1


def asked_number(name: str) -> int:
    """A number in the query of the address, as a database can hold it; 0 for none and for nonsense."""
    return min(max(request.args.get(name, 0, int), 0), LARGEST)


def get_topic(topic_id: int) -> tuple[Topic, Board, Viewer]:
    """A topic that the visitor may see, with its board, and the visitor as its reader. Raises NotFound.

    The address of a topic that was merged is that of the one with its posts. Whether they moderate is asked of those
    alone who moderate somewhere.
    """
    person = current_person()
    moderator = person is not None and Permission.MODERATE in permissions()
    agencies = accounts.agencies_within(person.id, Permission.MODERATE) if person and moderator else None
    try:
        topic, board = queries.get_topic(topic_id, person.id if person else None, moderates_in=agencies)
    except NotFound:
        return get_topic(topics.get_merged(topic_id))
    if topic.merged_into_id is not None:
        return get_topic(topic.merged_into_id)
    return topic, board, viewer_of(board, person)


def viewer_of(board: Board, person: Person | None) -> Viewer:
    """The visitor as a reader of a board."""
    if person is None:
        return Viewer()
    may = Permission.MODERATE in permissions()
    return Viewer(person.id, may and accounts.holds_in(person.id, Permission.MODERATE, board.agency_id))
