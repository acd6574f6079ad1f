"""An app to look at, without a database."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.databases import make_app


@pytest.fixture
def bare_app(tmp_path: Path) -> Flask:
    return make_app(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path)
