"""Ids in addresses: a number that no row can have is no page, not an error of the database."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1


class RowId(IntegerConverter):
    """``<int:…>`` up to the largest id that PostgreSQL's INTEGER holds; beyond it the router answers 404."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **({"max": LARGEST_ID} | options))


def init_app(app: Flask) -> None:
    """Before any blueprint is registered: rules take their converters when they are added."""
    app.url_map.converters["int"] = RowId
