"""Receipt codes: short enough to copy by hand, too many to guess, without letters that look alike."""

import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10


def new_code() -> str:
    """A fresh code, 33¹⁰ ≈ 1.5 × 10¹⁵ possible ones, stored without hyphens."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As printed: 7K3M-Q9XA-4T."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def typed(text: str) -> str:
    """What a person typed, as stored: spaces and hyphens gone, an I read as the 1 it must be."""
    return "".join(letter for letter in text[:60].upper().replace("I", "1") if letter in ALPHABET)[: LENGTH + 2]
