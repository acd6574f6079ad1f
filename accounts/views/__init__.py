"""Pages of accounts (blueprint ``accounts``) and of the administration (blueprint ``administration``)."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
administration_blueprint = Blueprint("administration", __name__, url_prefix="/quan-tri")

from accounts.views import administration, entrance, profile  # they hang their routes on the blueprints
