"""The pages of a consultation. Each module of views is imported below, so that its routes are on the blueprint."""

from flask import Blueprint

blueprint = Blueprint("consultations", __name__)

from consultations.views import (
    comparing,
    desk,
    documents,
    interchange,
    kinds,
    mine,
    moderation,
    opinions,
    reading,
    receipt,
    review,
    ticks,
    tree_desk,
    versions,
    visitor,
    writing,
)
