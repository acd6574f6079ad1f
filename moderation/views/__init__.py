"""Pages of moderation: the queue for moderators, and what readers and authors may do about a decision."""

from flask import Blueprint

blueprint = Blueprint("moderation", __name__, url_prefix="/kiem-duyet")

from moderation.views import people, queue, readers, telling, watching  # they hang their pages on it
