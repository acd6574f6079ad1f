"""What administrators do: give and take roles, make units, check organisations. Each act is in the log.

Whether the agency is theirs is decided where it is loaded (queries.get_administered_agency).
"""

import re

from sqlalchemy.exc import IntegrityError

from accounts.models import (
    AccountEvent,
    AccountEventKind,
    Agency,
    AgencyKind,
    Membership,
    Person,
    PersonKind,
    Role,
)
from accounts.queries import find_membership, find_person, find_person_by_email, may_check_organisations
from core import clock
from core.db import db
from core.errors import NotFound, RuleBroken
from core.i18n import SOURCE, speaking
from core.i18n import gettext as _
from core.mail import send_mail
from core.text import clean

UNIT_CODE = re.compile(r"[A-ZĐ0-9-]+")
LONGEST_CODE = 20


def role_name(role: Role) -> str:
    """A role on a screen."""
    return {
        Role.MODERATOR: _("Người kiểm duyệt"),
        Role.DRAFTER: _("Người soạn thảo"),
        Role.APPROVER: _("Người duyệt"),
        Role.ADMINISTRATOR: _("Quản trị viên"),
    }[role]


def grant_role(person: Person, role: Role, agency: Agency, *, by: Person | None) -> Membership:
    """Give a person a role in an agency and tell them by letter. Raises RuleBroken if they have it."""
    membership = Membership(person_id=person.id, agency_id=agency.id, role=role, created_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(membership)
    except IntegrityError:
        raise RuleBroken(_("Người này đã có vai trò đó ở cơ quan này."), "role") from None
    _log(AccountEventKind.ROLE_GRANTED, by=by, person=person, agency=agency, role=role)
    if by is not None:
        _tell_of_role(person, role, agency)
    return membership


@speaking(SOURCE)  # whatever language the administrator reads
def _tell_of_role(person: Person, role: Role, agency: Agency) -> None:
    send_mail(
        person.email,
        _("Vai trò mới của bạn trên Dân Bàn"),
        "accounts_role",
        name=person.full_name,
        role=role_name(role),
        agency=agency.name,
    )


def grant_role_to_address(email: str, role: Role, agency: Agency, *, by: Person) -> Membership:
    """The same for the person of an address; raises RuleBroken if it has no confirmed account."""
    person = find_person_by_email(email)
    if person is None or person.email_confirmed_at is None:
        raise RuleBroken(
            _("Chưa có tài khoản đã xác nhận với địa chỉ này. Người đó cần đăng ký và xác nhận địa chỉ trước."), "email"
        )
    return grant_role(person, role, agency, by=by)


def revoke_role(membership_id: int, agency: Agency, *, by: Person) -> None:
    """Take a role back. Raises NotFound; RuleBroken for one's own administrator's role, lest nobody is left."""
    membership = find_membership(membership_id, agency.id)
    if membership is None:
        raise NotFound
    if membership.person_id == by.id and membership.role == Role.ADMINISTRATOR:
        raise RuleBroken(_("Bạn không thể tự thu hồi vai trò quản trị của mình. Hãy nhờ một quản trị viên khác."))
    _log(AccountEventKind.ROLE_REVOKED, by=by, person=membership.person, agency=agency, role=membership.role)
    db.session.delete(membership)
    db.session.flush()


def create_unit(parent: Agency, name: str, code: str, *, by: Person) -> Agency:
    """A unit below an agency: "Vụ Pháp chế", code "BYT.PC". Raises RuleBroken for a code that is taken or cannot be."""
    short = clean(code).upper()
    full = f"{parent.code}.{short}"
    if not UNIT_CODE.fullmatch(short) or len(full) > LONGEST_CODE:
        raise RuleBroken(
            _("Mã chỉ gồm chữ cái, chữ số và dấu gạch ngang; cả mã cấp trên dài nhất %(n)s ký tự.", n=LONGEST_CODE),
            "code",
        )
    unit = Agency(
        code=full,
        name=" ".join(clean(name).split()),
        kind=AgencyKind.UNIT,
        parent_id=parent.id,
        path=parent.path,
        valid_from=clock.today(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(unit)
    except IntegrityError:
        raise RuleBroken(_("Mã này đã có đơn vị khác dùng."), "code") from None
    unit.path = f"{parent.path}{unit.id}/"
    _log(AccountEventKind.UNIT_CREATED, by=by, agency=unit)
    return unit


def check_organisation(organisation_id: int, *, by: Person) -> Person:
    """Say that an organisation is the one it says it is. Raises NotFound, also for those who may not say so."""
    organisation = find_person(organisation_id)
    wanted = organisation is not None and organisation.kind == PersonKind.ORGANISATION and organisation.is_active
    if organisation is None or not wanted or not may_check_organisations(by.id):
        raise NotFound
    organisation.organisation_checked_at = organisation.organisation_checked_at or clock.now()
    _log(AccountEventKind.ORGANISATION_CHECKED, by=by, person=organisation)
    return organisation


def _log(
    kind: AccountEventKind,
    *,
    by: Person | None,
    person: Person | None = None,
    agency: Agency | None = None,
    role: Role | None = None,
) -> None:
    db.session.add(
        AccountEvent(
            at=clock.now(),
            kind=kind,
            actor_id=by.id if by else None,
            person_id=person.id if person else None,
            agency_id=agency.id if agency else None,
            role=role,
        )
    )
    db.session.flush()
