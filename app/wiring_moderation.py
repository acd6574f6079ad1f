"""What moderation itself puts before its queue, and what it holds of people."""

from flask import Flask

from accounts.registry import holds_personal_data, rules_names
from core import slots
from moderation import (
    registry,
    rules,
    tasks,  # noqa: F401  # importing it registers its part of the outbox
)
from moderation.queries.measures import MEASURE
from moderation.services import measures, names, personal_data
from moderation.views import blueprint


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    holds_personal_data(personal_data.PERSONAL_DATA)
    registry.register(MEASURE, measures.REVIEWABLE)
    registry.register(names.NAME, names.REVIEWABLE)
    rules_names(names.before_change)
    slots.fill("moderation.rules", rules.rules)
