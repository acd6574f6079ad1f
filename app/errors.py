"""Error pages: the right status, a sentence that helps, and nothing that was typed is lost."""

import logging

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from core.db import db
from core.errors import Closed, Conflict, DanBanError, NotFound

log = logging.getLogger(__name__)
NEVER_SHOWN = {"csrf_token", "password", "new_password", "current_password"}


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, expired_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DanBanError, refused)
    app.register_error_handler(Exception, unexpected)


def page(status: int, message: str = "") -> tuple[str, int]:
    return render_template("errors/error.html", status=status, message=message), status


def http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect raised by the router
    return page(error.code)


def refused(error: DanBanError) -> tuple[str, int]:
    """A refusal that no form has caught."""
    if isinstance(error, NotFound):
        return page(404, error.message)
    return page(409 if isinstance(error, Conflict | Closed) else 422, error.message)


def expired_form(_error: CSRFError) -> tuple[str, int]:
    """The form's token is too old or forged: show what was typed, with a fresh token, to be sent again."""
    fields = [(name, value) for name, values in request.form.lists() for value in values if name not in NEVER_SHOWN]
    action = request.full_path if request.query_string else request.path
    return render_template("errors/csrf.html", fields=fields, action=action, lost_files=bool(request.files)), 400


def unexpected(_error: Exception) -> tuple[str, int]:
    log.exception("error on %s %s", request.method, request.endpoint)
    db.session.rollback()
    return page(InternalServerError.code)
