"""What is done with cases. Every change of a status goes through ``cases.change_status``."""

from moderation.services.cases import (
    DECISIONS,
    NewCase,
    await_edit,
    change_status,
    decide,
    look_again,
    open_case,
    open_cases,
    status_name,
    undo,
)

__all__ = [
    "DECISIONS",
    "NewCase",
    "await_edit",
    "change_status",
    "decide",
    "look_again",
    "open_case",
    "open_cases",
    "status_name",
    "undo",
]
