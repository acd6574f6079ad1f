"""In which encoding a text file was written: UTF-8, UTF-16, Windows-1258, or TCVN3 (ABC), the old fonts' own.

Nothing is guessed that cannot be told: a file in which neither reading gives Vietnamese words is refused.
"""

import codecs
import re
from pathlib import Path
from typing import Any

from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import canonical, nfc, words

CHUNK = 1 << 20
SAMPLE = 300_000
TCVN3 = "x-tcvn3"
WINDOWS = "cp1258"
STRAY_SHARE = 20
"""UTF-8 with fewer stray bytes than one in so many marked letters is UTF-8: its damaged rows are reported."""
FEWEST_WORDS = 3

_TCVN3_LETTERS = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ "
    "CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở "
    "ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
"""TCVN 5712:1993, VN3: letters with their byte; capitals with a tone mark are small letters of a capital font."""
_WORDS = (
    "của và các không điều khoản được quy định đề nghị người ý kiến là có trong về này nội dung góp đồng sửa tỉnh "
    "thành phố ủy ban nhân dân luật bổ sung những cho phải"
)
_FREQUENT = frozenset(_WORDS.split())
_STRAY = re.compile("[\udc80-\udcff]")


def _tcvn3_table() -> str:
    table = [chr(byte) if byte < 0x80 else "\ufffe" for byte in range(256)]
    for pair in _TCVN3_LETTERS.split():
        table[int(pair[:2], 16)] = pair[2]
    return "".join(table)


_TABLE = _tcvn3_table()


class _Tcvn3Decoder(codecs.IncrementalDecoder):
    def decode(self, data: Any, final: bool = False) -> str:  # noqa: ARG002  # one byte is one letter
        return codecs.charmap_decode(data, self.errors, _TABLE)[0]


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name.replace("_", "-") != TCVN3:
        return None

    def decode(data: Any, errors: str = "strict") -> tuple[str, int]:
        return codecs.charmap_decode(data, errors, _TABLE)

    def refuse(_text: str, _errors: str = "strict") -> tuple[bytes, int]:
        raise NotImplementedError

    return codecs.CodecInfo(refuse, decode, incrementaldecoder=_Tcvn3Decoder, name=TCVN3)


codecs.register(_find_codec)


def detect(path: Path) -> str:
    """The name by which the file is opened. Raises RuleBroken (field ``file``) when it cannot be told."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    stray, marked = _count_marked(path)
    if stray == 0 or stray * STRAY_SHARE < marked:
        return "utf-8"
    return _older(head)


def _count_marked(path: Path) -> tuple[int, int]:
    """(bytes that are no UTF-8, letters beyond ASCII that are), over the whole file."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    stray = marked = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if not text.isascii():
                found = len(_STRAY.findall(text))
                stray += found
                marked += len(text) - found - len(text.encode("ascii", "ignore"))
    return stray, marked


def _older(head: bytes) -> str:
    hits = {name: _vietnamese(head.decode(name, "replace")) for name in (WINDOWS, TCVN3)}
    best = max(hits, key=lambda name: hits[name])
    other = min(hits.values())
    if hits[best] < FEWEST_WORDS or hits[best] <= 2 * other:
        raise RuleBroken(
            _("Không nhận ra bảng mã chữ Việt của tệp. Hãy mở bằng Excel, lưu lại thành .xlsx hoặc CSV UTF-8 rồi gửi."),
            "file",
        )
    return best


def _vietnamese(text: str) -> int:
    """How many words of a text are frequent Vietnamese words with marks."""
    return sum(word in _FREQUENT and not word.isascii() for word in words(canonical(nfc(text))))
