"""A test client whose requests live as they do in earnest."""

from contextvars import Context, copy_context
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.db import db

# Flask's names for them; a request must not find the test's own.
HIDDEN = frozenset({"flask.app_ctx", "flask.request_ctx"})


class Client(FlaskClient):
    """Each request has an application context and a database session of its own, and sees what the test wrote.

    Before a request, the test's session commits (into a savepoint): its objects are read again when they are next used.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        outside = Context()
        for variable, value in copy_context().items():
            if variable.name not in HIDDEN:
                outside.run(variable.set, value)
        kwargs.setdefault("buffered", True)  # reads to the end and closes, as a server does
        return outside.run(super().open, *args, **kwargs)
