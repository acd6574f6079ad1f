"""The shell: configuration, wiring of the packages, error pages, commands. Nothing imports it."""

from app.factory import create_app

__all__ = ["create_app"]
