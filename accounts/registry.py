"""Packages above that keep personal data say here how it is handed out and how it is taken away (Law 91/2025/QH15),
and what a public name may not be.

``app.wiring`` registers them: the person asks once, on the page of their account.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from accounts.models import Person


@dataclass(frozen=True)
class PersonalData:
    """``export``: what JSON holds, of one person, under ``name`` in their file. ``erase``: take the person out of the
    rows and leave what others build on (an opinion in a published table stays, without its author's name)."""

    name: str
    export: Callable[[int], Any]
    erase: Callable[[int], None]


NameRule: TypeAlias = Callable[[Person, str], None]
"""Called before a person takes a new public name, with that name; raises RuleBroken for one that may not be."""

_name_rules: list[NameRule] = []


def rules_names(rule: NameRule) -> None:
    """Register a rule about public names."""
    if rule not in _name_rules:
        _name_rules.append(rule)


def check_name(person: Person, name: str) -> None:
    """Ask every rule about a name that a person is about to take."""
    for rule in _name_rules:
        rule(person, name)


_holders: dict[str, PersonalData] = {}


def holds_personal_data(holder: PersonalData) -> None:
    """Register a holder; a second one of the same name takes its place."""
    _holders[holder.name] = holder


def holders() -> list[PersonalData]:
    """All holders, in the order of their registration."""
    return list(_holders.values())
