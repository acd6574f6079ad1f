"""What one has written, follows and began to write; and what another has written under a name they chose."""

from flask import render_template, request

from accounts import queries as accounts
from accounts.policies import Permission
from accounts.session import permissions, signed_in_person
from core.access import SIGNED_IN, public, requires
from core.errors import NotFound
from forums.models import Member
from forums.queries import boards as board_queries
from forums.queries import people as queries
from forums.queries import posts
from forums.views import blueprint
from moderation.services import status_name


@blueprint.get("/nguoi/<int:person_id>/")
@public
def person(person_id: int) -> str:
    """Somebody's public posts. Who wrote nothing under a chosen name has no page."""
    found = accounts.find_person(person_id)
    page = posts.list_of_person(person_id, cursor=request.args.get("trang"), own=False)
    if found is None or not found.is_active or not page.items:
        raise NotFound
    return render_template(
        "forums/person.html",
        person=found,
        member=queries.find_member(person_id),
        page=page,
        moderates=Permission.MODERATE in permissions(),
    )


@blueprint.get("/cua-toi/")
@requires(SIGNED_IN)
def mine() -> str:
    """What I follow, what I began to write, what I wrote."""
    me = signed_in_person()
    return render_template(
        "forums/mine.html",
        followed=board_queries.list_followed(me.id, cursor=request.args.get("trang")),
        drafts=queries.list_drafts(me.id),
        posts=posts.list_of_person(me.id, cursor=request.args.get("bai"), own=True),
        member=queries.find_member(me.id) or Member(person_id=me.id, published=0, refused=0),
        trust=queries.trust_of(me.id),
        status_name=status_name,
    )
