"""Who somebody is: registration, the confirmed address, signing in, a new password.

Nothing here tells a visitor whether an address has an account: answers are the same, and so is the work behind them;
what differs goes by letter to the owner of the address.
"""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from accounts import passwords, tokens
from accounts.models import AttemptKind, Person, PersonKind
from accounts.queries import find_person_by_email
from accounts.services import attempts
from accounts.services.personal_data import give_consent
from core import clock, outbox
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.mail import send_mail
from core.text import clean

RESET_TOPIC = "accounts.reset"
LONGEST_WAY = 500
"""Characters of a path that a letter carries; a longer one is left out."""


@dataclass(frozen=True)
class Registration:
    """What a person tells of themselves. An empty ``public_name`` means: show the full name."""

    full_name: str
    email: str
    password: str
    kind: PersonKind
    public_name: str = ""


def register(given: Registration, *, consent: bool, network: str, back: str | None = None) -> None:
    """Make an account and send a letter to confirm its address; the owner of a known address is told by letter instead.

    An account whose address was never confirmed is made anew: it may have been somebody else's try.
    ``back``: the path that the person was on the way to; the letter leads on to it.
    Raises TooManyAttempts; RuleBroken for a weak password or a missing consent.
    """
    email = _address(given.email)
    attempts.check(AttemptKind.REGISTER, email, network)
    if not consent:
        raise RuleBroken(_("Cần có sự đồng ý của bạn để lập tài khoản."), "consent")
    passwords.check_strength(given.password, email=email)
    password_hash = passwords.hash_password(given.password)
    attempts.record(AttemptKind.REGISTER, email, network)
    person = find_person_by_email(email)
    if person is not None and person.email_confirmed_at is not None:
        context = {"name": person.full_name, "back": _short(back)}
        send_mail(email, _("Địa chỉ này đã có tài khoản Dân Bàn"), "accounts_known", **context)
        return
    person = _write(person, given, email, password_hash)
    if person is not None:
        give_consent(person)
        send_confirmation(person, back)


def _write(person: Person | None, given: Registration, email: str, password_hash: str) -> Person | None:
    """Write what was told into the account, a new one or one never confirmed; None if another request was first."""
    if person is None:
        person = Person(email=email, session_epoch=0, created_at=clock.now())
    person.full_name = one_line(given.full_name)
    person.public_name = one_line(given.public_name) or person.full_name
    person.kind = given.kind
    person.password_hash = password_hash
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:
        return None  # the same form sent twice at once: one account, one letter
    return person


def send_confirmation(person: Person, back: str | None = None) -> None:
    """Send the letter that confirms the address."""
    context = {"name": person.full_name, "token": tokens.confirmation_token(person), "back": _short(back)}
    send_mail(person.email, _("Xác nhận địa chỉ thư cho Dân Bàn"), "accounts_confirm", **context)


def _short(back: str | None) -> str | None:
    return back if back and len(back) <= LONGEST_WAY else None


def confirm_address(token: str) -> Person:
    """The owner of the address says so. Raises RuleBroken for a link that is too old or was replaced by a newer one."""
    person = tokens.person_of_confirmation(token)
    if person is None:
        raise RuleBroken(_("Đường dẫn này đã hết hạn hoặc đã có đường dẫn mới hơn."))
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    db.session.flush()
    return person


def authenticate(email: str, password: str, *, network: str, back: str | None = None) -> Person | None:
    """The person of this address and password; None for a wrong one, an unknown one, or one not confirmed yet.

    Who knows the password of an unconfirmed address gets a new letter. Raises TooManyAttempts.
    """
    email = _address(email)
    attempts.check(AttemptKind.SIGN_IN, email, network)
    person = find_person_by_email(email)
    right = passwords.verify(password, person.password_hash if person else None)
    if person is None or not right or not person.is_active:
        attempts.record(AttemptKind.SIGN_IN, email, network)
        return None
    if person.email_confirmed_at is None:
        attempts.record(AttemptKind.SIGN_IN, email, network)
        send_confirmation(person, back)
        return None
    attempts.forget(AttemptKind.SIGN_IN, email, network)
    if passwords.is_dated(person.password_hash):
        person.password_hash = passwords.hash_password(password)
        db.session.flush()
    return person


def request_password_reset(email: str, *, network: str) -> None:
    """Ask for the letter with which a new password is chosen. Raises TooManyAttempts.

    The worker looks the address up: here, known and unknown ones are the same row in the outbox.
    """
    email = _address(email)
    attempts.check(AttemptKind.RESET, email, network)
    attempts.record(AttemptKind.RESET, email, network)
    outbox.enqueue(RESET_TOPIC, {"email": email})


def send_reset(email: str) -> None:
    """Send that letter, if the address has an account."""
    person = find_person_by_email(email)
    if person is not None and person.is_active:
        token = tokens.reset_token(person)
        send_mail(email, _("Đặt lại mật khẩu Dân Bàn"), "accounts_reset", name=person.full_name, token=token)


def reset_password(token: str, password: str) -> Person:
    """Choose a new password; ends every session of the person and every other link sent to them.

    The link came by letter, so the address is confirmed too. Raises RuleBroken.
    """
    person = tokens.person_of_reset(token)
    if person is None:
        raise RuleBroken(_("Đường dẫn này đã dùng rồi hoặc đã hết hạn."))
    passwords.check_strength(password, email=person.email)
    person.password_hash = passwords.hash_password(password)
    person.session_epoch += 1
    person.email_confirmed_at = person.email_confirmed_at or clock.now()
    db.session.flush()
    send_mail(person.email, _("Mật khẩu Dân Bàn của bạn vừa được đổi"), "accounts_changed", name=person.full_name)
    return person


def create_person(
    email: str, *, full_name: str = "", password: str | None = None, kind: PersonKind = PersonKind.INDIVIDUAL
) -> Person:
    """An account made in the shell; whoever makes it answers for the address. Without a password: see invitation_token.

    Raises RuleBroken for an address that has an account, and for a weak password.
    """
    email = _address(email)
    if find_person_by_email(email) is not None:
        raise RuleBroken(_("Địa chỉ này đã có tài khoản."), "email")
    if password is not None:
        passwords.check_strength(password, email=email)
    name = one_line(full_name) or email.partition("@")[0]
    now = clock.now()
    person = Person(
        email=email,
        password_hash=passwords.hash_password(password) if password is not None else "",
        full_name=name,
        public_name=name,
        kind=kind,
        session_epoch=0,
        email_confirmed_at=now,
        created_at=now,
    )
    db.session.add(person)
    db.session.flush()
    return person


def one_line(text: str) -> str:
    """A name as it is stored."""
    return " ".join(clean(text).split())


def _address(email: str) -> str:
    return clean(email).lower()
