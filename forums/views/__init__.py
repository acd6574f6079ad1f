"""The pages of the boards. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("forums", __name__, url_prefix="/dien-dan")

# Their routes hang on the blueprint above.
from forums.views import (  # noqa: E402
    boards,  # noqa: F401
    feeds,  # noqa: F401
    keeping,  # noqa: F401
    people,  # noqa: F401
    posts,  # noqa: F401
    reshaping,  # noqa: F401
    topics,  # noqa: F401
)
