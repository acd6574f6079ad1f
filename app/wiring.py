"""Which packages are in the app, and what they give each other through slots, references and registries."""

from flask import Flask

import search.tasks  # noqa: F401  # registers its part of the outbox
from app import navigation, shell
from consultations import indexing
from consultations.views import blueprint as consultations
from core import slots
from core.i18n import gettext as _
from moderation import rules
from moderation.views import blueprint as moderation
from search import registry as search_registry
from search.views import blueprint as search_pages


def init_app(app: Flask) -> None:
    app.register_blueprint(shell.blueprint)
    app.register_blueprint(consultations)
    app.register_blueprint(moderation)
    app.register_blueprint(search_pages)
    navigation.init_app(app)
    _register_searched()
    slots.fill("moderation.rules", rules.rules)


def _register_searched() -> None:
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
