"""The list of bodies to be asked, pasted as lines: name, address, and the kind where the name doesn't say it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consultations.models import ContributorKind
from core.i18n import gettext as _
from core.text import clean, fold
from opinions.imports.values import kind_of_name
from opinions.services.asking import Named

LONGEST_NAME = 200
_EMAIL = re.compile(r"^[^@\s;|]+@[^@\s;|]+\.[^@\s;|]+$")
_NUMBER = re.compile(r"^\d{1,4}[.)]\s+")
KINDS = {
    "co quan": ContributorKind.AGENCY,
    "to chuc": ContributorKind.ORGANISATION,
    "ca nhan": ContributorKind.INDIVIDUAL,
    "chuyen gia": ContributorKind.INDIVIDUAL,
}


@dataclass(frozen=True)
class Pasted:
    """What the lines say, and what is wrong with those that say nothing usable: (number of the line, why)."""

    bodies: list[Named]
    wrong: list[tuple[int, str]]


def read_bodies(text: str) -> Pasted:
    """A body a line: "name; address; kind", cells also parted by tabs or bars. The same name twice is one body."""
    found: dict[str, Named] = {}
    wrong: list[tuple[int, str]] = []
    for number, line in _lines(text):
        named = _read(line)
        if isinstance(named, str):
            wrong.append((number, named))
        else:
            found.setdefault(named.name.casefold(), named)
    return Pasted(list(found.values()), wrong)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        bare = _NUMBER.sub("", clean(line).strip(" \t•-–"))
        if bare:
            yield number, bare


def _read(line: str) -> Named | str:
    """The body, or what is wrong."""
    name, *cells = [cell.strip() for cell in re.split(r"[\t;|]", line)]
    if not name or "@" in name:
        return _("không có tên")
    if len(name) > LONGEST_NAME:
        return _("tên dài quá %(n)s ký tự", n=LONGEST_NAME)
    email, kind = None, None
    for cell in filter(None, cells):
        if _EMAIL.match(cell):
            email = cell.lower()
        elif fold(cell) in KINDS:
            kind = KINDS[fold(cell)]
        else:
            return _(
                "không hiểu “%(cell)s”: không phải địa chỉ thư, cũng không phải cơ quan, tổ chức, cá nhân",
                cell=cell[:60],
            )
    if email is not None and len(email) > 254:  # the longest address there is
        return _("địa chỉ thư dài quá")
    return Named(name, kind or kind_of_name(name), email)
