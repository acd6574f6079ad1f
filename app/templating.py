"""Compiled templates, kept in a folder: a process that starts, and the first visitor after it, do not wait for them."""

from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache


def init_app(app: Flask) -> None:
    """Nobody but the owner may write there: what lies in it is run. A template that has changed is compiled again."""
    folder = Path(app.config["TEMPLATE_CACHE"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
