"""The pages of a consultation. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("consultations", __name__)

from consultations.views import desk, reading  # noqa: E402, F401  # routes hang on the blueprint above
