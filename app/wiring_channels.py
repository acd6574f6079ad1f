"""What stands at the desk beside comments, in the app: reported figures, letters, bodies asked, the dossier."""

from flask import Flask

from core import slots
from opinions.queries import reported as reported_figures
from opinions.views import asked, dossiers, figures, letters, reported


def init_app(app: Flask) -> None:
    app.register_blueprint(reported.blueprint)
    app.register_blueprint(asked.blueprint)
    app.register_blueprint(figures.blueprint)
    app.register_blueprint(letters.blueprint)
    app.register_blueprint(dossiers.blueprint)
    slots.fill("consultation.reported", reported_figures.is_reported)
    slots.fill("provision.reported", reported_figures.on_place)
