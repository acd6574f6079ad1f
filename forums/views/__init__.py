"""The pages of the boards. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("forums", __name__, url_prefix="/dien-dan")

# Their routes hang on the blueprint above: it must be there first (E402), and nothing of them is used here (F401).
from forums.views import (  # noqa: E402  # needs the blueprint
    boards,  # noqa: F401  # for its routes
    feeds,  # noqa: F401  # for its routes
    keeping,  # noqa: F401  # for its routes
    people,  # noqa: F401  # for its routes
    posts,  # noqa: F401  # for its routes
    reshaping,  # noqa: F401  # for its routes
    topics,  # noqa: F401  # for its routes
)
