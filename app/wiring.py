"""Which packages are in the app, and what they give each other through slots, references and registries."""

from flask import Flask, url_for

import search.tasks  # noqa: F401  # registers its part of the outbox
from accounts import tasks as accounts_tasks  # noqa: F401  # registers its part of the outbox
from accounts.registry import holds_personal_data
from accounts.views import administration_blueprint
from accounts.views import blueprint as accounts_pages
from app import (
    navigation,
    shell,
    wiring_channels,
    wiring_desk,
    wiring_forums,
    wiring_moderation,
    wiring_search,
    wiring_surveys,
)
from consultations import indexing
from consultations import tasks as consultations_tasks  # noqa: F401  # registers its part of the outbox
from consultations.events import comment_changed, comments_left
from consultations.queries import desk
from consultations.queries.quoted import quoted_provisions
from consultations.registry import BATCH, reviewables
from consultations.services import comments
from consultations.services import personal_data as contributions
from consultations.services.batch_verdicts import apply_batch_verdict
from consultations.views import blueprint as consultations
from core import slots
from core.i18n import gettext as _
from moderation import registry as moderation_registry
from notifications import services as notifications
from notifications.views import blueprint as notifications_pages
from opinions import tasks as opinions_tasks  # noqa: F401  # registers its part of the outbox
from opinions.queries import public as answers
from opinions.services.grouping import leave_group
from opinions.services.importing import leave_groups
from opinions.views.desk import blueprint as opinions_pages
from opinions.views.entering import blueprint as entering_pages
from opinions.views.grouping import blueprint as grouping_pages
from opinions.views.imports import blueprint as import_pages
from opinions.views.open_data import blueprint as open_data_pages
from search import registry as search_registry
from search.views import blueprint as search_pages
from surveys import tasks as surveys_tasks  # noqa: F401  # registers its part of the outbox
from surveys.services import personal_data as surveys_personal_data
from surveys.views import blueprint as surveys


def init_app(app: Flask) -> None:
    app.register_blueprint(shell.blueprint)
    app.register_blueprint(accounts_pages)
    app.register_blueprint(administration_blueprint)
    app.register_blueprint(notifications_pages)
    app.register_blueprint(consultations)
    wiring_moderation.init_app(app)
    app.register_blueprint(search_pages)
    app.register_blueprint(opinions_pages)
    app.register_blueprint(grouping_pages)
    app.register_blueprint(import_pages)
    app.register_blueprint(entering_pages)
    app.register_blueprint(open_data_pages)
    app.register_blueprint(surveys)
    wiring_channels.init_app(app)
    wiring_desk.init_app(app)
    wiring_forums.init_app(app)
    wiring_surveys.init_app()
    navigation.init_app(app)
    holds_personal_data(notifications.PERSONAL_DATA)
    holds_personal_data(contributions.PERSONAL_DATA)
    holds_personal_data(contributions.TICKS)
    holds_personal_data(surveys_personal_data.PERSONAL_DATA)
    _register_searched()
    wiring_search.init_app(app)
    verdicts = reviewables({**comments.VERDICTS, BATCH: apply_batch_verdict}, comments.MASKS)
    for subject_type, reviewable in verdicts.items():
        moderation_registry.register(subject_type, reviewable)
    slots.fill("desk.more", _opinions_of)
    slots.fill("administration.more", _more_to_administer)
    slots.fill("comment.fates", answers.fates)
    slots.fill("provision.answers", answers.answers_on_place)
    slots.fill("home.answers", answers.latest_answers)
    slots.fill("survey.provisions", quoted_provisions)
    slots.fill("batch.url", _batch_page)
    comment_changed.connect(leave_group)
    comments_left.connect(leave_groups)


def _register_searched() -> None:
    search_registry.cite_with(indexing.provision_citations)
    search_registry.register(
        indexing.CONSULTATION,
        search_registry.Source(
            label=lambda: _("Dự thảo"),
            documents=indexing.consultation_documents,
            batches=indexing.consultation_batches,
            cards=indexing.consultation_cards,
        ),
    )
    search_registry.register(
        indexing.PROVISION,
        search_registry.Source(
            label=lambda: _("Điều khoản"),
            documents=indexing.provision_documents,
            batches=indexing.provision_batches,
            cards=indexing.provision_cards,
        ),
    )
    search_registry.register(
        indexing.COMMENT,
        search_registry.Source(
            label=lambda: _("Ý kiến"),
            documents=indexing.comment_documents,
            batches=indexing.comment_batches,
            cards=indexing.comment_cards,
        ),
    )


def _opinions_of(consultation_id: int) -> list[tuple[str, str]]:
    """(label, address) of what a drafter of the consultation finds elsewhere."""
    return [(_("Ý kiến và trả lời"), url_for("opinions.overview", consultation_id=consultation_id))]


def _batch_page(batch_id: int) -> str:
    """Where a batch of imported opinions is shown."""
    return url_for("imports.batch", batch_id=batch_id)


def _more_to_administer(person_id: int) -> list[tuple[str, str]]:
    """(label, address) of what an administrator keeps in other packages."""
    found = [
        *wiring_search.to_administer(person_id),
        *wiring_desk.to_administer(),
        (_("Tình trạng hệ thống"), url_for("shell.health")),
    ]
    if desk.may_set_periods(person_id):
        found.append((_("Loại văn bản và thời hạn"), url_for("consultations.document_kinds")))
    return found
