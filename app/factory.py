"""Make the app: settings, extensions, packages, wiring."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from app import addresses, config, errors, filters, headers, sign_in, templating, wiring
from core import db, i18n, jobs


class Json(DefaultJSONProvider):
    """Vietnamese as it is written, fields in the order in which they are told of."""

    ensure_ascii = False
    sort_keys = False


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The app. ``settings`` override those of the environment (tests)."""
    app = Flask("app", root_path=str(config.ROOT / "app"), template_folder=str(config.ROOT / "templates"))
    app.json = Json(app)
    app.config.from_mapping(config.FIXED)
    app.config.from_mapping(config.from_environment() | dict(settings or {}))
    app.config["MAX_CONTENT_LENGTH"] = config.largest_request(app.config)
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # Flask's way
    addresses.init_app(app)
    db.init_app(app)
    i18n.init_app(app)
    templating.init_app(app)
    filters.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    wiring.init_app(app)
    sign_in.init_app(app)
    jobs.init_app(app)
    return app
