"""Counts as JSON holds them, and back."""

from typing import Any

from surveys.results.figures import Counts


def to_json(counts: Counts) -> dict[str, Any]:
    """Keys of two parts become the beginnings of lists."""
    return {
        "cells": [[*key, n] for key, n in counts.cells.items()],
        "values": [[*key, n] for key, n in counts.values.items()],
        "words": counts.words,
        "sheets": counts.sheets,
        "rows": counts.rows,
    }


def from_json(document: dict[str, Any]) -> Counts:
    return Counts(
        cells={(sub, option): n for sub, option, n in document["cells"]},
        values={(option, value): n for option, value, n in document["values"]},
        words=document["words"],
        sheets=document["sheets"],
        rows=document["rows"],
    )
