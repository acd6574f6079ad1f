"""When texts are the same text, or nearly so. Pure.

``sketches`` and ``families`` need numpy and are imported where they are used, so that pages start without it.
"""

from core.similarity.fingerprint import fingerprint_of_clean, text_fingerprint
from core.similarity.syllables import syllables

__all__ = ["fingerprint_of_clean", "syllables", "text_fingerprint"]
