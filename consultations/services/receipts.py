"""Receipt codes: short enough to copy by hand, too many to guess, without letters that look alike."""

import secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10
_EVEN = 256 - 256 % len(ALPHABET)
_UNEVEN = bytes(range(_EVEN, 256))
"""Bytes that would make some letters likelier than others."""
_LETTER_OF_BYTE = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))


def new_code() -> str:
    """A fresh code, 33¹⁰ ≈ 1.5 × 10¹⁵ possible ones, stored without hyphens."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_codes(count: int) -> list[str]:
    """Many fresh codes at once, each as random as one alone."""
    letters = ""
    while len(letters) < count * LENGTH:
        drawn = secrets.token_bytes(count * LENGTH * 2).translate(None, _UNEVEN)
        letters += drawn.translate(_LETTER_OF_BYTE).decode("ascii")
    return [letters[start : start + LENGTH] for start in range(0, count * LENGTH, LENGTH)]


def shown(code: str) -> str:
    """As printed: 7K3M-Q9XA-4T."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def typed(text: str) -> str:
    """What a person typed, as stored: spaces and hyphens gone, an I read as the 1 it must be."""
    return "".join(letter for letter in text[:60].upper().replace("I", "1") if letter in ALPHABET)[: LENGTH + 2]
