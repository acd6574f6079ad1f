"""What can go wrong while a draft is read, each with a plain Vietnamese sentence for the person who sent it."""

from __future__ import annotations

from core.errors import DanBanError


class UnreadableFile(DanBanError):
    """The file cannot be read as a draft: wrong kind, damaged, protected, dangerous, too large or empty.

    ``code`` names the reason for logs and tests: missing, kind, damaged, protected, bomb, large, complex, empty, pdf,
    scan, doc, binary.
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code
