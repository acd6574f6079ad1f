"""The list of boards, and one board with its topics."""

from flask import render_template, request

from accounts.policies import Permission
from accounts.session import current_person, permissions
from core import clock
from core.access import public
from forums import policies
from forums.forms.keeping import name_choices, screening_choices, writer_choices
from forums.queries import boards as queries
from forums.queries.boards import Order
from forums.views import blueprint


@blueprint.get("/")
@public
def index() -> str:
    """The boards."""
    return render_template(
        "forums/index.html",
        page=queries.list_boards(cursor=request.args.get("trang")),
        may_open=Permission.MODERATE in permissions(),
        is_open=policies.is_open,
        now=clock.now(),
    )


@blueprint.get("/<int:board_id>/")
@public
def board(board_id: int) -> str:
    """A board: what it is for, who may write, and its topics in the order asked for."""
    found, person = queries.get_board(board_id), current_person()
    order = wanted_order()
    return render_template(
        "forums/board.html",
        board=found,
        order=order,
        page=queries.list_topics(
            board_id, order, cursor=request.args.get("trang"), person_id=person.id if person else None
        ),
        is_open=policies.is_open(found, clock.now()),
        now=clock.now(),
        words={
            "writers": dict(writer_choices())[found.writers.value],
            "names": dict(name_choices())[found.names.value],
            "screening": dict(screening_choices())[found.screening.value],
        },
        may_keep=Permission.MODERATE in permissions(),
    )


def wanted_order() -> Order:
    """The order that the address asks for; activity for anything unknown."""
    asked = request.args.get("sap-xep", "")
    return Order(asked) if asked in {order.value for order in Order} else Order.ACTIVITY
