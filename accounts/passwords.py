"""Passwords: argon2id, the same work for a known and an unknown address, and a refusal of the commonest.

Parameters: the first of those OWASP recommends (19 MiB, 2 passes, 1 lane), about 40 ms here; a hash made with others is
renewed at the next sign-in.
"""

import base64
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.common_passwords import COMMON
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import fold, nfc

SHORTEST = 10
LONGEST = 200

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def _nobodys_hash() -> str:
    """A well-formed hash that no password has: checking against it costs what checking a real one does."""
    salt, digest = (base64.b64encode(bytes(length)).decode().rstrip("=") for length in (16, 32))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${digest}"


NOBODY = _nobodys_hash()


def hash_password(password: str) -> str:
    """Hash a password. Keyboards write ế in one or in several characters; both are the same password."""
    return _hasher.hash(nfc(password))


def verify(password: str, password_hash: str | None) -> bool:
    """Is it the password of this hash? Without a hash (unknown address, no password set) no, after the same work."""
    if len(password) > LONGEST:
        password = ""
    try:
        _hasher.verify(password_hash or NOBODY, nfc(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def is_dated(password_hash: str) -> bool:
    """Was the hash made with other parameters than today's?"""
    return _hasher.check_needs_rehash(password_hash)


def check_strength(password: str, *, email: str) -> None:
    """Refuse (RuleBroken) a password that is too short, the address itself, or among those that are tried first."""
    password = nfc(password)
    if len(password) < SHORTEST:
        raise RuleBroken(_("Mật khẩu cần ít nhất %(n)s ký tự.", n=SHORTEST), "password")
    if len(password) > LONGEST:
        raise RuleBroken(_("Mật khẩu dài nhất %(n)s ký tự.", n=LONGEST), "password")
    folded = fold(password)
    if folded in (email.lower(), email.lower().partition("@")[0]):
        raise RuleBroken(_("Mật khẩu không được là địa chỉ thư của bạn."), "password")
    if folded in COMMON or _is_pattern(folded):
        raise RuleBroken(
            _("Mật khẩu này có nhiều người dùng nên dễ bị đoán ra. Hãy chọn mật khẩu khác, ví dụ bốn từ bất kỳ."),
            "password",
        )


def _is_pattern(password: str) -> bool:
    """One, two or three characters repeated, or a run such as 0123456789 or 9876543210."""
    if len(set(password)) <= 2 or password in password[:3] * len(password):
        return True
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(password)}
    return password.isdigit() and steps in ({1}, {9})
