"""The drafter's desk in the app: its pages, and what of it other packages show."""

from flask import Flask

from opinions.views import answer_sheets, answering, assigning


def init_app(app: Flask) -> None:
    for pages in (answer_sheets, answering, assigning):
        app.register_blueprint(pages.blueprint)
