"""What to do when this machine lacks something a test needs."""

import os
from typing import NoReturn

import pytest


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def skip_or_fail(sentence: str) -> NoReturn:
    """Skip with a sentence; on a build machine (CI=true) fail, for there nothing may be left out in silence."""
    if in_ci():
        pytest.fail(f"{sentence} (CI=true: nothing may be skipped)", pytrace=False)
    pytest.skip(sentence)
