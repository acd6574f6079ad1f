"""What comes to the desk beside comments, in the app: pages of reported figures."""

from flask import Flask

from opinions.views import reported


def init_app(app: Flask) -> None:
    app.register_blueprint(reported.blueprint)
