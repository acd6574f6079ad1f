"""The pages of surveys. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("surveys", __name__)

# Their routes hang on the blueprint above.
from surveys.views import answering, listing, respondent  # noqa: E402, F401
