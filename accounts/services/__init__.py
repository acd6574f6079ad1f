"""What people and administrators do with accounts. Services flush; the edge commits."""

from accounts.services.attempts import TooManyAttempts, network_of
from accounts.services.identity import (
    Registration,
    authenticate,
    confirm_address,
    create_person,
    register,
    request_password_reset,
    reset_password,
    send_reset,
)
from accounts.services.personal_data import (
    change_public_name,
    erase_account,
    export_personal_data,
    give_consent,
    withdraw_consent,
)
from accounts.services.roles import (
    check_organisation,
    create_unit,
    grant_role,
    grant_role_to_address,
    revoke_role,
    role_name,
)

__all__ = [
    "Registration",
    "TooManyAttempts",
    "authenticate",
    "change_public_name",
    "check_organisation",
    "confirm_address",
    "create_person",
    "create_unit",
    "erase_account",
    "export_personal_data",
    "give_consent",
    "grant_role",
    "grant_role_to_address",
    "network_of",
    "register",
    "request_password_reset",
    "reset_password",
    "revoke_role",
    "role_name",
    "send_reset",
    "withdraw_consent",
]
