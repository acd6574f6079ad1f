"""What the words in a cell mean: stance, kind of contributor, day, number, channel. Pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from consultations.models import Channel, ContributorKind, Stance
from core.text import canonical_words, fold, words

MOST_PEOPLE = 2_000_000_000
CACHED = 20_000

_OPPOSE = re.compile(
    r"\b(khong|chua) (hoan toan )?(dong y|tan thanh|nhat tri|dong tinh|ung ho|thong nhat|phu hop)\b"
    r"|\bphan doi\b|^oppose$"
)
_ASK = re.compile(r"\b(hoi|cau hoi|thac mac|lam ro|giai thich|giai dap|huong dan them)\b|^ask$")
_AMEND = re.compile(
    r"\b(sua|bo sung|gop y|kien nghi|thay the|chinh ly|chinh sua|de nghi|de xuat|dieu chinh|y kien khac|mot phan|"
    r"xem xet)\b|^amend$|^khac$"
)
_SUPPORT = re.compile(r"\b(dong y|tan thanh|nhat tri|dong tinh|ung ho|thong nhat|phu hop|co)\b|^support$")
STANCES: Sequence[tuple[re.Pattern[str], Stance]] = (
    (_OPPOSE, Stance.OPPOSE),
    (_ASK, Stance.ASK),
    (_AMEND, Stance.AMEND),
    (_SUPPORT, Stance.SUPPORT),
)
"""In this order: "nhất trí nhưng đề nghị sửa" asks for a change, "đề nghị làm rõ" asks."""
_OPENS_WITH = re.compile(
    r"^(toi|chung toi|don vi|co quan|so|bo|ubnd)?( (co ban|hoan toan|xin|rat))?\s*"
    r"((?P<oppose>khong (dong y|nhat tri|tan thanh))|(?P<support>(co ban |hoan toan )?(nhat tri|dong y|tan thanh)))\b"
)

_AGENCY = re.compile(
    r"^(bộ|sở|ubnd|ủy ban nhân dân|hđnd|hội đồng nhân dân|cục|tổng cục|chi cục|thanh tra|tòa án|tand|viện kiểm sát|"
    r"vksnd|kho bạc|văn phòng|đoàn đại biểu quốc hội|đoàn đbqh|công an|bộ chỉ huy|bộ tư lệnh|kiểm toán nhà nước|vụ|"
    r"ngân hàng nhà nước|bảo hiểm xã hội|phòng|ban quản lý|ban dân tộc|ban nội chính|thi hành án)\b"
)
_ORGANISATION = re.compile(
    r"^(hội|hiệp hội|liên đoàn|liên hiệp|công ty|tổng công ty|tập đoàn|ngân hàng|đoàn luật sư|đoàn thanh niên|trường|"
    r"bệnh viện|viện|trung tâm|hợp tác xã|mặt trận|ủy ban mặt trận|mttq|ủy ban mttq|công đoàn|quỹ|tổ chức|câu lạc bộ|"
    r"doanh nghiệp|cộng đồng|tập thể|tổ dân phố|khu dân cư|thôn|nhóm|đảng ủy|chi bộ|báo|tạp chí|nhà xuất bản|"
    r"văn phòng luật)\b"
)
_BARE_AGENCY = re.compile(
    r"^(ubnd|uy ban nhan dan|hdnd|hoi dong nhan dan|tong cuc|chi cuc|thanh tra|toa an|vien kiem sat|vksnd|kho bac|"
    r"so (tu phap|y te|tai chinh|noi vu|xay dung|cong thuong)|bo (tu phap|y te|tai chinh|noi vu|xay dung|cong an))\b"
)
_BARE_ORGANISATION = re.compile(
    r"^(hiep hoi|lien doan|cong ty|tong cong ty|tap doan|ngan hang|doan luat su|benh vien|trung tam|hop tac xa|"
    r"mat tran|cong doan|doanh nghiep|hoi (nong dan|lien hiep|cuu chien binh|luat gia))\b"
)
"""Without marks a name may be a person's: "Vu", "Doan", "Truong" are families too."""
KINDS: Sequence[tuple[re.Pattern[str], ContributorKind]] = (
    (re.compile(r"\b(ca nhan|nguoi dan|cong dan|ong|ba)\b"), ContributorKind.INDIVIDUAL),
    (re.compile(r"\b(co quan|nha nuoc|bo nganh|dia phuong)\b"), ContributorKind.AGENCY),
    (re.compile(r"\b(to chuc|doanh nghiep|hoi|hiep hoi|don vi|doan the)\b"), ContributorKind.ORGANISATION),
)
CHANNELS: Sequence[tuple[re.Pattern[str], Channel]] = (
    (re.compile(r"\bvneid\b"), Channel.VNEID),
    (re.compile(r"\b(email|thu dien tu|e mail|mail)\b"), Channel.EMAIL),
    (re.compile(r"\b(cong(?! van)|website|trang thong tin|truc tuyen|internet)\b"), Channel.PORTAL),
    (re.compile(r"\b(dien thoai|duong day nong|goi)\b"), Channel.PHONE),
    (re.compile(r"\b(hoi nghi|hop|toa dam|hoi thao|truc tiep|hoi ban)\b"), Channel.MEETING),
    (re.compile(r"\b(phieu|giay)\b"), Channel.PAPER),
    (re.compile(r"\b(van ban|cong van|thu|letter)\b"), Channel.LETTER),
)

_DAY_FIRST = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_IN_WORDS = re.compile(r"\bngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})\b")
_SERIAL = re.compile(r"[2-6]\d{4}(\.\d+)?")
_COUNT = re.compile(r"(\d{1,3}(?:[.,\s]\d{3})+|\d+)(?:[.,]0+)?\b")


@lru_cache(CACHED)
def stance(text: str) -> Stance | None:
    """The stance that a cell names; None for words that name none."""
    key = " ".join(words(fold(text)))
    return next((found for pattern, found in STANCES if pattern.search(key)), None)


def stance_of_body(body: str) -> Stance:
    """Where no stance is given: what the opinion begins with; whatever asks for nothing else asks for a change."""
    key = fold(body[:80])
    found = _OPENS_WITH.match(key)
    if found is None:
        return Stance.AMEND
    if found["oppose"]:
        return Stance.OPPOSE
    return Stance.AMEND if _AMEND.search(" ".join(words(fold(body[:2000])))) else Stance.SUPPORT


@lru_cache(CACHED)
def kind(text: str) -> ContributorKind | None:
    """The kind of contributor that a cell names."""
    key = " ".join(words(fold(text)))
    return next((found for pattern, found in KINDS if pattern.search(key)), None)


def kind_of_name(name: str) -> ContributorKind:
    """Whether a name is that of an agency, of an organisation, or of a person."""
    key = " ".join(canonical_words(name[:60]))
    agency, organisation = (_BARE_AGENCY, _BARE_ORGANISATION) if key.isascii() else (_AGENCY, _ORGANISATION)
    if agency.match(key):
        return ContributorKind.AGENCY
    return ContributorKind.ORGANISATION if organisation.match(key) else ContributorKind.INDIVIDUAL


@lru_cache(CACHED)
def channel(text: str) -> Channel | None:
    """The channel that a cell names."""
    key = " ".join(words(fold(text)))
    return next((found for pattern, found in CHANNELS if pattern.search(key)), None)


@lru_cache(CACHED)
def day(text: str) -> date | None:
    """A day as people write it, the day before the month; or as a spreadsheet counts it."""
    folded = fold(text).strip()
    if _SERIAL.fullmatch(folded):
        return date(1899, 12, 30) + timedelta(days=int(float(folded)))
    if found := _YEAR_FIRST.search(folded):
        year, month, number = found.groups()
    elif found := _DAY_FIRST.search(folded) or _IN_WORDS.search(folded):
        number, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        return None


@lru_cache(CACHED)
def people(text: str) -> int | None:
    """How many people ("500", "1.200 chữ ký"); None for words without a number, or with one that cannot be."""
    found = _COUNT.search(text)
    if found is None:
        return None
    number = int(re.sub(r"\D", "", found[1]))
    return number if 0 < number <= MOST_PEOPLE else None
