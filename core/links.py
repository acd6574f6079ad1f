"""Addresses of our own pages where there is no request: in letters, in the worker, in the shell."""

from typing import Any

from flask import current_app


def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page: ``path_to("consultations.receipt", code=…)`` → "/bien-nhan/…/"."""
    return current_app.url_map.bind("site").build(endpoint, values)


def address_of(path: str) -> str:
    """The full address of a path of this site, for letters."""
    return f"{current_app.config['SITE_URL']}{path}"
