"""The signed-in person of a request: Flask-Login, CSRF and the gate, tied to accounts."""

from flask import Flask
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from accounts.session import CurrentVisitor, load_session
from core import access


def init_app(app: Flask) -> None:
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.user_loader(load_session)
    manager.session_protection = None  # phones change address while a person writes
    access.init_app(app, access.Gate(visitor=CurrentVisitor(), sign_in_endpoint="accounts.sign_in"))
