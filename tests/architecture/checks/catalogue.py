"""The English catalogue holds every message of the code, translated, with the same places to fill in."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

# As `make messages` asks for them.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None}
FILLED_IN = re.compile(r"%\((\w+)\)[sd]|(?<!%)%(?!%|\()")
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
TAGS = re.compile(r"</?[a-z][^>]*>")


def messages_of(root: Path, mapping: Path) -> set[str]:
    """Every message that gettext is asked for below a folder; the files are those that the mapping names."""
    with mapping.open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel's
    found = extract_from_dir(root, methods, options, KEYWORDS)
    return {name for _file, _line, message, _comments, _context in found for name in _names(message)}


def _names(message: str | tuple[str, ...]) -> Iterable[str]:
    return (message,) if isinstance(message, str) else message[:1]


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def faults(wanted: Iterable[str], catalogue: Catalog, names: Iterable[str]) -> list[str]:
    """Messages that are missing, fuzzy or untranslated, and translations that fill in something else.

    What nobody says any more does no harm and goes with the next ``make messages``.

    ``names`` are said in Vietnamese in every language.
    """
    there = {
        message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue if message.id
    }
    wanted = set(wanted)
    found = [f"missing: {text}" for text in wanted - there.keys()]
    names = tuple(names)
    return sorted(found + [fault for text in wanted & there.keys() for fault in _of_one(text, there[text], names)])


def _of_one(text: str, message: Message, names: tuple[str, ...]) -> Iterator[str]:
    if message.fuzzy:
        yield f"fuzzy: {text}"
    for translated in [message.string] if isinstance(message.string, str) else message.string or [""]:
        if not translated:
            yield f"untranslated: {text}"
            continue
        if sorted(FILLED_IN.findall(text)) != sorted(FILLED_IN.findall(translated)):
            yield f"fills in something else: {text}"
        if sorted(TAGS.findall(text)) != sorted(TAGS.findall(translated)):
            yield f"other tags: {text}"
        if VIETNAMESE.search(_without(names, translated)):
            yield f"still Vietnamese: {text}"


def _without(names: tuple[str, ...], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return text
