"""The pages of the boards. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("forums", __name__, url_prefix="/dien-dan")

from forums.views import (
    boards,
    feeds,
    keeping,
    people,
    posts,
    reshaping,
    topics,
)
