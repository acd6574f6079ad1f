"""The boards in the app: their pages, what of them is reviewed and searched, what their posts may point at."""

import re
from typing import Any

from flask import Flask, get_template_attribute, url_for

from accounts.registry import holds_personal_data
from consultations.queries import referable
from core import references, slots
from core.html import markdown_to_html
from core.i18n import gettext as _
from forums import indexing, registry
from forums import tasks as forums_tasks  # noqa: F401  # registers its part of the outbox
from forums.queries.topics import topics_about
from forums.services import personal_data, publishing
from forums.views import blueprint
from moderation import registry as moderation_registry
from search import registry as search_registry

PROVISION = "provision"


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.filters["markdown"] = markdown_to_html
    app.jinja_env.globals["slot"] = _slot
    holds_personal_data(personal_data.PERSONAL_DATA)
    for subject_type, reviewable in registry.reviewables(publishing.VERDICTS, publishing.MASKS).items():
        moderation_registry.register(subject_type, reviewable)
    _register_searched()
    references.register(
        PROVISION,
        references.Kind(re.compile(r"/du-thao/\d+/dieu-khoan/(?P<id>[1-9]\d*)/"), referable.provision_cards),
    )
    references.register(
        "consultation", references.Kind(re.compile(r"/du-thao/(?P<id>\d+)/(?:$|[?#])"), referable.consultation_cards)
    )
    slots.fill("provision.topics", _topics_about)
    slots.fill("person.url", _page_of_person)


def _slot(name: str, *args: Any) -> Any:
    """What a slot holds, for templates; nothing where nobody fills it."""
    return slots.content(name, *args, default="")


def _page_of_person(person_id: int) -> str:
    """Where somebody's public posts are."""
    return url_for("forums.person", person_id=person_id)


def _topics_about(consultation_id: int, lineage_id: int) -> Any:
    """The topics that were opened about a clause, with the way to open one, as a part of its page."""
    topics, board_id = topics_about(PROVISION, lineage_id, consultation_id) if lineage_id else ((), None)
    address = url_for("consultations.provision", consultation_id=consultation_id, lineage_id=lineage_id)
    write = url_for("forums.new_topic", board_id=board_id, ve=address) if board_id else ""
    return get_template_attribute("macros/forum.html", "topics_about")(topics, write) if topics or write else ""


def _register_searched() -> None:
    search_registry.register(
        indexing.TOPIC,
        search_registry.Source(
            label=lambda: _("Chủ đề diễn đàn"),
            documents=indexing.topic_documents,
            batches=indexing.topic_batches,
            cards=indexing.topic_cards,
        ),
    )
    search_registry.register(
        indexing.POST,
        search_registry.Source(
            label=lambda: _("Bài diễn đàn"),
            documents=indexing.post_documents,
            batches=indexing.post_batches,
            cards=indexing.post_cards,
        ),
    )
