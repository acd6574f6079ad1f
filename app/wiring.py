"""Which packages are in the app, and what they give each other through slots, references and registries."""

from flask import Flask

from app import shell
from consultations.views import blueprint as consultations
from core import slots
from moderation import rules
from moderation.views import blueprint as moderation


def init_app(app: Flask) -> None:
    app.register_blueprint(shell.blueprint)
    app.register_blueprint(consultations)
    app.register_blueprint(moderation)
    slots.fill("moderation.rules", rules.rules)
