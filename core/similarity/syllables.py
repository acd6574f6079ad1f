"""The syllables of a text, as everything that compares texts takes them: without marks, case and punctuation."""

import re
import unicodedata

from core.text import fold

_WORD = re.compile(r"\w+")
_OTHER_SCRIPT = re.compile("[\u0370-\u1dff\u2070-\ufeff\uff66-\U0010ffff]")
_SIGNS = re.compile("[\u00a0-\u00bf\u2000-\u206f]+")
_TO_SPACE = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))


def syllables(text: str) -> list[str]:
    """The syllables of a text without marks and case: "Đất đai, 5 %" → ["dat", "dai", "5", "phan", "tram"]."""
    text = text.replace("%", " phan tram ")
    if _OTHER_SCRIPT.search(text):
        return _WORD.findall(fold(text))
    plain = unicodedata.normalize("NFKD", _SIGNS.sub(" ", text.lower()).replace("\u0111", "d"))  # đ
    return plain.encode("ascii", "ignore").translate(_TO_SPACE).decode("ascii").split()
