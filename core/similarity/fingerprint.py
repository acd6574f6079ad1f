"""When two texts are the same text. Pure."""

import hashlib

from core.text import clean, spelled

__all__ = ["fingerprint_of_clean", "text_fingerprint"]


def text_fingerprint(text: str) -> str:
    """A SHA-256 in hex, equal for two texts exactly when they are the same text.

    The same: the same words in the same order. Letter case, spaces and line breaks, punctuation and signs (emoji
    too), where the tone mark stands (hoà, hòa), how characters are encoded (NFC, NFD, full width) and what cannot be
    seen do not count. Marks and figures do: "đất" is not "dat", "Điều 5" is not "Điều 6", "12a" is not "12 a".

    A text without any word is compared by its signs without spaces, so that "👍" and "👎" stay two texts. The empty
    text has a fingerprint too. Stored with comments: a change here needs a migration that recomputes them.
    """
    return fingerprint_of_clean(clean(text))


def fingerprint_of_clean(cleaned: str) -> str:
    """The same for a text that went through ``core.text.clean``."""
    form = spelled(cleaned) or "\0" + "".join(cleaned.split())
    return hashlib.sha256(form.encode()).hexdigest()
