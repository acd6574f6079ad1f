"""The pages of surveys. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("surveys", __name__)

# Their routes hang on the blueprint above.
from surveys.views import (  # noqa: E402
    answering,  # noqa: F401
    building,  # noqa: F401
    conditions,  # noqa: F401
    desk,  # noqa: F401
    interchange,  # noqa: F401
    inviting,  # noqa: F401
    listing,  # noqa: F401
    paper,  # noqa: F401
    preview,  # noqa: F401
    respondent,  # noqa: F401
    results,  # noqa: F401
)
