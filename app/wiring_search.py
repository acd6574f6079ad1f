"""What search asks of other packages: names, the outlines of drafts, the desk that found opinions go to."""

from flask import Flask, url_for

from accounts.policies import Permission
from accounts.queries import list_agencies
from accounts.registry import holds_personal_data
from consultations.queries import search_map
from core import slots
from core.i18n import gettext as _
from opinions.exports.words import CHANNELS
from opinions.views import found
from search.services import saving


def init_app(app: Flask) -> None:
    slots.fill("search.consultations", search_map.list_titles)
    slots.fill("search.outline", search_map.list_divisions)
    slots.fill("search.below", search_map.list_lineages_below)
    slots.fill("search.channels", _channels)
    slots.fill("search.desks", found.desks_for)
    app.register_blueprint(found.blueprint)
    holds_personal_data(saving.PERSONAL_DATA)


def to_administer(person_id: int) -> list[tuple[str, str]]:
    """(label, address) of the acronyms of each agency that a person administers by a role in it."""
    own = list_agencies(person_id, Permission.ADMINISTER)
    return [
        (
            _("Chữ viết tắt của %(agency)s", agency=agency.code) if len(own) > 1 else _("Chữ viết tắt"),
            url_for("search.acronyms", code=agency.code),
        )
        for agency in own
    ]


def _channels() -> dict[str, str]:
    """What the ways are called by which opinions come."""
    return {str(channel): label for channel, label in CHANNELS.items()}
