"""The people of the demonstration. Their addresses end in a domain that cannot exist; one password opens them."""

from dataclasses import dataclass

from accounts.models import Person, PersonKind, Role
from accounts.queries import find_person_by_email, get_agency
from accounts.services import create_person, grant_role
from core.text import slug

DOMAIN = "demo.danban.invalid"
PASSWORD = "dan-biet-dan-ban"  # noqa: S105  # of the demonstration: it is printed when it starts

AGENCIES = ("BYT", "BNV", "BCA")
STAFF_NAMES = {
    "BYT": ("Nguyễn Thị Minh Tâm", "Trần Đức Anh", "Lê Hoàng Yến", "Phạm Văn Định"),
    "BNV": ("Vũ Thị Khánh Hòa", "Đỗ Quang Vinh", "Bùi Thanh Hà", "Ngô Xuân Bình"),
    "BCA": ("Hoàng Thị Lệ", "Phan Mạnh Cường", "Đặng Thu Hương", "Lý Quốc Toản"),
}
ROLES = {
    Role.MODERATOR: "kiem-duyet",
    Role.DRAFTER: "soan-thao",
    Role.APPROVER: "duyet",
    Role.ADMINISTRATOR: "quan-tri",
}
ROLE_NAMES = {
    Role.MODERATOR: "kiểm duyệt",
    Role.DRAFTER: "soạn thảo",
    Role.APPROVER: "duyệt trả lời",
    Role.ADMINISTRATOR: "quản trị",
}
CITIZENS = {"nguoi-dan": "Nguyễn Thị Hạnh", "nguoi-dan-2": "Trần Văn Bảy", "nguoi-dan-3": "Lê Thị Mai Hoa"}
ORGANISATION = ("to-chuc", "Hội Người cao tuổi phường Phú Thượng")


@dataclass(frozen=True)
class SignIn:
    """An address that opens with PASSWORD, and who it is."""

    email: str
    who: str


def address(local: str) -> str:
    return f"{local}@{DOMAIN}"


def sign_ins() -> list[SignIn]:
    """Everybody one can be, in the order they are printed."""
    listed = [SignIn(address(local), f"người dân ({name})") for local, name in CITIZENS.items()]
    listed.append(SignIn(address(ORGANISATION[0]), f"tổ chức ({ORGANISATION[1]})"))
    for code in AGENCIES:
        listed += [SignIn(_staff_address(role, code), f"{ROLE_NAMES[role]}, {code}") for role in ROLES]
    return listed


def make_people() -> None:
    """Everybody who can sign in."""
    for local, name in CITIZENS.items():
        create_person(address(local), full_name=name, password=PASSWORD)
    create_person(address(ORGANISATION[0]), full_name=ORGANISATION[1], password=PASSWORD, kind=PersonKind.ORGANISATION)
    for code, names in STAFF_NAMES.items():
        agency = get_agency(code)
        for role, name in zip(ROLES, names, strict=True):
            person = create_person(_staff_address(role, code), full_name=name, password=PASSWORD)
            grant_role(person, role, agency, by=None)


def staff(role: Role, code: str) -> Person:
    """Who has a role in an agency."""
    return _get(_staff_address(role, code))


def somebody(name: str, kind: str) -> Person:
    """The person of a name: one who can sign in, one met before, or a new one without a password."""
    locals_ = {known: local for local, known in (*CITIZENS.items(), ORGANISATION)}
    email = address(locals_.get(name, slug(name)))
    found = find_person_by_email(email)
    return found or create_person(email, full_name=name, kind=PersonKind(kind))


def _staff_address(role: Role, code: str) -> str:
    return address(f"{ROLES[role]}.{code.lower()}")


def _get(email: str) -> Person:
    person = find_person_by_email(email)
    if person is None:
        raise LookupError(email)
    return person
