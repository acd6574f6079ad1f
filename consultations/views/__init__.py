"""The pages of a consultation. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("consultations", __name__)

# Their routes hang on the blueprint above.
from consultations.views import (  # noqa: E402
    comparing,  # noqa: F401
    desk,  # noqa: F401
    documents,  # noqa: F401
    interchange,  # noqa: F401
    kinds,  # noqa: F401
    mine,  # noqa: F401
    moderation,  # noqa: F401
    opinions,  # noqa: F401
    reading,  # noqa: F401
    receipt,  # noqa: F401
    review,  # noqa: F401
    ticks,  # noqa: F401
    tree_desk,  # noqa: F401
    versions,  # noqa: F401
    visitor,  # noqa: F401
    writing,  # noqa: F401
)
