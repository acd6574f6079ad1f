"""The pages of surveys. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("surveys", __name__)

from surveys.views import (
    answering,
    building,
    conditions,
    desk,
    interchange,
    inviting,
    listing,
    paper,
    preview,
    respondent,
    results,
)
