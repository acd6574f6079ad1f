"""Letters that the site put into its folder."""

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    body: str

    @property
    def links(self) -> list[str]:
        """Addresses in the letter, in order."""
        return LINK.findall(self.body)


@dataclass(frozen=True)
class Mailbox:
    """A folder of .eml files. It fills when the outbox is drained."""

    folder: Path

    def letters(self) -> list[Letter]:
        """Every letter, oldest first."""
        files = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [_read(path) for path in files]

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.letters() if letter.to == address]


def _read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return Letter(to=str(message["To"]), subject=str(message["Subject"]), body=message.get_content())
