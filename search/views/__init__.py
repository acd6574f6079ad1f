"""Pages of search: results, and what people keep of them."""

from flask import Blueprint

blueprint = Blueprint("search", __name__)

from search.views import results, saved  # noqa: E402, F401  # they put their routes on the blueprint
