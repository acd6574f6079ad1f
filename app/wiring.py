"""Which packages are in the app, and what they give each other through slots, references and registries."""

from flask import Flask

from app import shell
from consultations.views import blueprint as consultations


def init_app(app: Flask) -> None:
    app.register_blueprint(shell.blueprint)
    app.register_blueprint(consultations)
