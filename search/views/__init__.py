"""Pages of search: results, what people keep of them, and the acronyms that administrators add."""

from flask import Blueprint

blueprint = Blueprint("search", __name__)

from search.views import acronyms, results, saved  # they put their routes on the blueprint
