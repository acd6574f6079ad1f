"""What can be seen in a text without understanding it: data about a person, watched words, links, shouting.

Signals advise and nothing more: people decide. Pure functions on text; places are (start, end) in characters.
"""

import enum
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from core.text import fold, has_marks, unify_tones


class Signal(enum.StrEnum):
    """What was seen. The order is the order on the screen."""

    REPORTED = "reported"
    REPEATED = "repeated"
    PERSONAL_DATA = "personal_data"
    WATCHED_WORD = "watched_word"
    LINK = "link"
    RATE = "rate"
    SHOUTING = "shouting"
    LOOK_ALIKE = "look_alike"


class PersonalData(enum.StrEnum):
    """Kinds of data about a person that may stand in an opinion."""

    IDENTITY_CARD = "identity_card"
    PHONE = "phone"
    BANK_ACCOUNT = "bank_account"
    EMAIL = "email"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A piece of personal data and where it stands in the text."""

    start: int
    end: int
    kind: PersonalData


_GAP = r"[ .\-]?"
_PATTERNS: tuple[tuple[PersonalData, re.Pattern[str]], ...] = (
    # Identity number: 12 digits, the first three a province (001-096), Decree 137/2015/NĐ-CP art. 13.
    (PersonalData.IDENTITY_CARD, re.compile(rf"(?<![\d./-])0\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?![\d/])")),
    (
        PersonalData.IDENTITY_CARD,
        re.compile(r"(?i:cmnd|cccd|căn cước|can cuoc|chứng minh|chung minh)\D{0,25}(\d(?:[ .]?\d){8,11})(?!\d)"),
    ),
    (
        PersonalData.BANK_ACCOUNT,
        re.compile(r"(?i:\bstk|số tài khoản|so tai khoan|tài khoản số|tai khoan so)\D{0,20}(\d(?:[ .\-]?\d){5,18})"),
    ),
    # Mobile numbers begin with 03, 05, 07, 08 or 09, fixed ones with 02; +84 may stand for the 0 (22/2014/TT-BTTTT).
    (PersonalData.PHONE, re.compile(rf"(?<![\d./-])(?:\+?84{_GAP}|0)[35789](?:{_GAP}\d){{8}}(?![\d/])")),
    (PersonalData.PHONE, re.compile(rf"(?<![\d./-])(?:\+?84{_GAP}|0)2(?:{_GAP}\d){{9}}(?![\d/])")),
    (PersonalData.EMAIL, re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    (
        PersonalData.ADDRESS,
        re.compile(
            r"(?i:\b(?:số nhà|nhà số|so nha|nha so)\s+\d[\w/]{0,9}"
            r"|\b(?:số\s+)?\d[\w/]{0,9},?\s+(?:ngõ|ngách|hẻm|kiệt)\s+\d[\w/]{0,9}"
            r"|\b(?:ngõ|ngách|hẻm|kiệt)\s+\d[\w/]{0,9}(?:,?\s+(?:đường|phố)\s+\w+)?)"
        ),
    ),
)
MASK = "[đã che]"
MOST_FOUND = 50


def personal_data(text: str) -> list[Found]:
    """Where a text seems to tell of a person, in order, without overlaps; at most ``MOST_FOUND`` pieces."""
    found = sorted(
        Found(*match.span(1 if pattern.groups else 0), kind)
        for kind, pattern in _PATTERNS
        for match in pattern.finditer(text)
    )
    apart: list[Found] = []
    for piece in found:
        if not apart or piece.start >= apart[-1].end:
            apart.append(piece)
    return apart[:MOST_FOUND]


def mask(text: str, found: Collection[Found]) -> str:
    """The text with these pieces replaced by "[đã che]"."""
    for piece in sorted(found, reverse=True):
        text = text[: piece.start] + MASK + text[piece.end :]
    return text


def masked(text: str) -> str:
    """The text without anything that looks like personal data."""
    return mask(text, personal_data(text))


# --- watched words ----------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W_]+(?:[*@$.·•_-]+[^\W_]+)*[*]*")
_SPACED = re.compile(r"(?<!\w)[^\W\d_]([ ._\-])[^\W\d_](?:\1[^\W\d_])+(?!\w)")
_LOOK_ALIKE = str.maketrans("013457@$", "oieastas")
# Letters of other alphabets that look like ours: Cyrillic, then Greek (Unicode Technical Standard 39, confusables).
_FOREIGN = str.maketrans("аеорсухіјѕԁһкмтвнαορυνικτ", "aeopcyxijsdhkmtbnaopuvikt")
_FILLING = re.compile(r"[.·•_@$-]+")


def watched_words(text: str, watched: Collection[str]) -> set[str]:
    """Which of these words or phrases stand in a text, whole.

    A syllable typed with marks must have the marks of the watched one ("ngủ" is not "ngu"); one typed without matches
    either, but in a phrase alone: a bare syllable by itself is some other word more often than not. Letters that are
    spaced out ("n g u"), filled up ("n.g.u"), starred ("ng*") or written with figures are seen.
    """
    phrases = [(word, unify_tones(word.lower()).split()) for word in watched if word.strip()]
    syllables = list(_syllables(text))
    longest = max((len(parts) for _, parts in phrases), default=0)
    if not longest:
        return set()
    starts: dict[str, list[tuple[str, list[str]]]] = {}
    for word, parts in phrases:
        starts.setdefault(fold(parts[0])[:1], []).append((word, parts))
    return {
        word
        for at, syllable in enumerate(syllables)
        for word, parts in starts.get(fold(syllable)[:1], ())
        if len(parts) <= len(syllables) - at
        and all(_says(typed, part, len(parts) > 1) for typed, part in zip(syllables[at:], parts, strict=False))
    }


def _syllables(text: str) -> Iterator[str]:
    ours = text.lower().translate(_FOREIGN)
    joined = _SPACED.sub(lambda run: run.group().replace(run.group(1), ""), unify_tones(ours))
    for token in _TOKEN.findall(joined):
        letters = token if token.isalpha() or "*" in token else token.translate(_LOOK_ALIKE)
        pieces = [piece for piece in _FILLING.split(letters) if piece]
        yield from ["".join(pieces)] if any(len(piece) == 1 for piece in pieces) else pieces


def _says(typed: str, watched: str, bare_too: bool) -> bool:
    if "*" in typed:
        bare = fold(watched)
        return len(typed) == len(bare) > 2 and all(
            seen in ("*", letter) for seen, letter in zip(fold(typed), bare, strict=True)
        )
    return typed == watched or (bare_too and not has_marks(typed) and typed == fold(watched))


# --- the rest ---------------------------------------------------------------------------------------------------------

_LINK = re.compile(
    r"(?i:(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|org|info|xyz|top|shop|vip|club|site|online|me|ly)\b)"
)
SHOUTED_LETTERS = 20
SHOUTED_SHARE = 0.7


def links(text: str) -> int:
    """How many links stand in a text; those to state bodies and schools (.gov.vn, .edu.vn) do not count."""
    return len(_LINK.findall(re.sub(r"(?i:(?:https?://)?(?:[\w-]+\.)+(?:gov|edu)\.vn\S*)", " ", text)))


_LETTERS = re.compile(r"[^\W\d_]+")
_OURS = re.compile("[a-zA-Z\u00c0-\u024f\u1ea0-\u1ef9]")
_THEIRS = re.compile("[\u0370-\u03ff\u0400-\u052f]")


def has_look_alikes(text: str) -> bool:
    """Does a word mix our letters with Cyrillic or Greek ones, to look like another word?"""
    return any(_OURS.search(word) and _THEIRS.search(word) for word in _LETTERS.findall(text))


def is_shouting(text: str) -> bool:
    """Mostly capital letters, from twenty letters on."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= SHOUTED_LETTERS and sum(map(str.isupper, letters)) > SHOUTED_SHARE * len(letters)


def seen_in(text: str, watched: Collection[str]) -> list[Signal]:
    """The signals of the text itself, in order."""
    seen = {
        Signal.PERSONAL_DATA: bool(personal_data(text)),
        Signal.WATCHED_WORD: bool(watched_words(text, watched)),
        Signal.LINK: links(text) > 0,
        Signal.SHOUTING: is_shouting(text),
        Signal.LOOK_ALIKE: has_look_alikes(text),
    }
    return [signal for signal in Signal if seen.get(signal)]
