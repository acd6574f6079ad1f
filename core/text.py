"""Vietnamese text: what comes in is cleaned, what is compared is brought to one form.

Pure functions without state. `clean` makes text fit to store and show; everything else makes forms for comparing,
searching and addressing, which are never shown to a person.
"""

import re
import unicodedata
from collections.abc import Iterator

__all__ = [
    "canonical",
    "canonical_words",
    "clean",
    "fold",
    "has_marks",
    "iter_words",
    "nfc",
    "slug",
    "spelled",
    "tame_marks",
    "truncate_words",
    "unify_tones",
    "words",
]


def nfc(text: str) -> str:
    """The same text with composed characters (Unicode NFC)."""
    return unicodedata.normalize("NFC", text)


# --- cleaning -------------------------------------------------------------------------------------------------------

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, C0 and C1, but for tab and newline
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb"  # zero width, bidi marks, embeddings and isolates
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates (they cannot be encoded) and non-characters
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: glyphs of one font, signs of another
    "\U000e0000-\U000e0fff"  # tags
    "]"
)
_ODD = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0000-\U000e0fff]")
"""What Python calls printable of what goes: ``_INVISIBLE`` and the blank of braille."""
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


def clean(text: str) -> str:
    """The text as it is stored: what a person typed, without what a person cannot see.

    Composed (NFC), lines separated by "\\n"; zero-width, bidi, control and private-use characters and lone surrogates
    removed (tab and newline stay); spaces at line ends and around the whole removed; at most two blank lines in a
    row. Idempotent. Nothing visible is changed: markup, quotes and formulas stay as typed.
    """
    if text.isprintable() and not _ODD.search(text):  # one line of letters that everybody sees: most of what comes
        return nfc(text).strip()
    if not text.isascii():
        text = _LINE_BREAKS.sub("\n", text)
        text = nfc(_INVISIBLE.sub("", text).replace("\u2800", " "))
    elif not text.isprintable():
        text = _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", text))
    if "\n" in text:
        text = "\n".join([line.rstrip() for line in text.split("\n")])
        text = _MANY_BLANK_LINES.sub("\n\n\n", text)
    return text.strip()


_COMBINING = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_STACKED = re.compile(f"({_COMBINING}{{2}}){_COMBINING}+")


def tame_marks(text: str) -> str:
    """At most two combining marks on a letter: "zalgo" text, which runs over the lines above and below, comes down.

    For text that was cleaned: there every Vietnamese letter is one character, and languages that need two have them.
    """
    return text if text.isascii() else _STACKED.sub(r"\1", text)


# --- marks ----------------------------------------------------------------------------------------------------------

_MARKS = re.compile("[\u0300-\u036f]+")
_MARKED = re.compile("[\u0300-\u036fđĐ]")
# Letters that look like đ in old fonts and keyboards: eth (U+00D0, U+00F0) and African d (U+0189, U+0256).
_D_LOOKALIKES = re.compile("[ÐðƉɖ]")
_D_TO_ASCII = str.maketrans("đðɖ", "ddd")


def fold(text: str) -> str:
    """Lower case without any mark, đ as d: "Đất đai" → "dat dai". Also flattens width and ligatures. Idempotent."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.lower())
    return _MARKS.sub("", folded).lower().translate(_D_TO_ASCII)


def has_marks(text: str) -> bool:
    """Whether any letter carries a mark, the stroke of đ included: True for "đất", "dât"; False for "dat"."""
    if text.isascii():
        return False
    return _MARKED.search(unicodedata.normalize("NFD", text)) is not None


def canonical(text: str) -> str:
    """The form in which two spellings of the same words are equal: lower case, NFKC, one tone placement, one đ.

    Marks stay: "Hoà", "hòa" and decomposed "HOÀ" are one; "hoa" is another. For comparing, never for showing.
    """
    if text.isascii():
        return text.lower()
    # Lower-casing may decompose (İ), compatibility forms may hold capitals (℡): hence both, twice.
    lowered = unicodedata.normalize("NFKC", text.lower()).lower()
    return unify_tones(_D_LOOKALIKES.sub("đ", lowered))


# --- tone placement -------------------------------------------------------------------------------------------------

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền, sắc, hỏi, ngã, nặng
_PLAIN_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_SHAPED = frozenset("ăâêôơưĂÂÊÔƠƯ")  # these attract the tone
_TONED = {nfc(vowel + tone): (vowel, tone) for vowel in _PLAIN_VOWELS for tone in _TONES}
_VOWEL_RUN = re.compile(
    f"([qQgG]?)([{_PLAIN_VOWELS}{''.join(_TONED)}]{{2,4}})(?=([^\\W\\d_])?)",
)
_placed: dict[tuple[str, str, bool], str] = {}


def unify_tones(text: str) -> str:
    """The text (composed) with every tone mark where the traditional rule puts it: hoà → hòa, thuỷ → thủy, cuả → của.

    The u of "qu" and the i of "gi" belong to the consonant: qúy → quý, gía → giá. Letter case stays. For comparing:
    do not show the result, for a person's spelling is theirs.
    """
    if text.isascii():
        return text
    return _VOWEL_RUN.sub(_placed_run, nfc(text))


def _placed_run(match: re.Match[str]) -> str:
    onset, run, follower = match.groups()
    key = (onset, run, follower is not None)
    result = _placed.get(key)
    if result is None:
        result = onset + _place_tone(onset.lower(), run, closed=follower is not None)
        if len(_placed) < 20_000:  # Vietnamese needs about a thousand; strange text must not fill the memory
            _placed[key] = result
    return result


def _place_tone(onset: str, run: str, *, closed: bool) -> str:
    tones = [_TONED[letter][1] for letter in run if letter in _TONED]
    if len(tones) != 1:  # no tone, or no Vietnamese syllable
        return run
    letters = [_TONED[letter][0] if letter in _TONED else letter for letter in run]
    start = 1 if onset + letters[0].lower() in ("qu", "gi") else 0
    index = start + _tone_index("".join(letters[start:]), closed=closed)
    letters[index] = nfc(letters[index] + tones[0])
    return "".join(letters)


def _tone_index(nucleus: str, *, closed: bool) -> int:
    """Which of the vowels (1 to 4, without tone) carries the tone; `closed`: a consonant follows."""
    shaped = [index for index, vowel in enumerate(nucleus) if vowel in _SHAPED]
    if shaped:
        return shaped[-1]
    if len(nucleus) == 1:
        return 0
    return 1 if closed or len(nucleus) > 2 else 0


# --- words ----------------------------------------------------------------------------------------------------------

_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f])*")
_NOT_SLUG = re.compile("[^a-z0-9]+")


def iter_words(text: str) -> Iterator[re.Match[str]]:
    """The words of a text with their positions: runs of letters and digits, combining marks included."""
    return _WORD.finditer(text)


def words(text: str) -> list[str]:
    """The words as written, composed: "Khoản 2, Điều 5a" → ["Khoản", "2", "Điều", "5a"]. Punctuation separates."""
    return _WORD.findall(nfc(text))


def canonical_words(text: str) -> list[str]:
    """The same as ``words(canonical(text))``, in a third of the time."""
    return spelled(text).split()


def spelled(text: str) -> str:
    """The canonical words with a space between them. What stands between blanks is looked up, if it was seen before."""
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    return " ".join(filter(None, map(_spellings.__getitem__, text.split())))


class _Spellings(dict[str, str]):
    """The canonical words of what stands between two blanks: "(Hoà," → "hòa". Vietnamese needs some ten thousand."""

    def __missing__(self, token: str) -> str:
        lowered = unicodedata.normalize("NFKC", token.lower()).lower()
        form = " ".join(nfc(unify_tones(_D_LOOKALIKES.sub("đ", word))) for word in words(lowered))
        if len(self) < 50_000 and len(token) < 20:
            self[token] = form
        return form


_spellings = _Spellings()


def slug(text: str, *, limit: int = 80) -> str:
    """An address part in plain ASCII: "Luật Đất đai (sửa đổi)" → "luat-dat-dai-sua-doi".

    At most `limit` characters, cut between words where possible. May be empty: a text of signs alone has no slug.
    """
    result = _NOT_SLUG.sub("-", fold(text)).strip("-")
    if len(result) <= limit:
        return result
    cut = result[: limit + 1].rpartition("-")[0]
    return cut or result[:limit]


def truncate_words(text: str, limit: int, *, end: str = "…") -> str:
    """The text on one line, at most `limit` characters with `end`, cut between words; whole if it is short enough."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    room = max(limit - len(end), 0)
    head = line[:room]
    if room and not line[room].isspace():
        head = head.rpartition(" ")[0] or head
    return head.rstrip(" ,;:.–-") + end
