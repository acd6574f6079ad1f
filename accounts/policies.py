"""Permissions are names; roles carry them."""

import enum
from collections.abc import Iterable

from accounts.models import Role


class Permission(enum.StrEnum):
    MODERATE = "moderation.decide"
    DRAFT = "consultation.draft"
    SURVEY = "survey.draft"
    ANSWER = "response.draft"
    APPROVE = "response.approve"
    ADMINISTER = "agency.administer"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: frozenset({Permission.MODERATE}),
    Role.DRAFTER: frozenset({Permission.DRAFT, Permission.SURVEY, Permission.ANSWER}),
    Role.APPROVER: frozenset({Permission.ANSWER, Permission.APPROVE}),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER}),
}


CONSENT_VERSION = "2026-01"
"""The text that people consent to, as it stands in templates/accounts/_consent.html; a new text gets a new version."""


def roles_with(permission: str) -> list[Role]:
    """The roles that carry a permission."""
    return [role for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that these roles together may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
