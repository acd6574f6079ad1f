"""The settings of the running app, for packages that know no Flask."""

from pathlib import Path
from typing import Any

from flask import current_app


def setting(name: str) -> Any:
    """The value of a setting (app/config.py)."""
    return current_app.config[name]


def instance_folder() -> Path:
    """Where this site keeps its files, its index, its queue and, without a mail server, its letters."""
    return Path(current_app.config["DANBAN_INSTANCE"])
