"""How often a door may be tried: by address, by part of the network, and by both together.

Many people in Viet Nam share one address of the network, so its limits are wide; the narrow one is for the pair, so
that nobody can lock another out from afar.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from accounts.models import AttemptKind, SignInAttempt
from core import clock
from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.signing import keyed_hash

KEPT = timedelta(days=1)


class TooManyAttempts(RuleBroken):
    """Tried too often (429)."""


@dataclass(frozen=True)
class Limit:
    pair: int
    address: int
    network: int
    window: timedelta


LIMITS = {
    AttemptKind.SIGN_IN: Limit(pair=10, address=100, network=300, window=timedelta(minutes=15)),
    AttemptKind.REGISTER: Limit(pair=5, address=5, network=200, window=timedelta(hours=1)),
    AttemptKind.RESET: Limit(pair=5, address=5, network=100, window=timedelta(hours=1)),
    AttemptKind.GUEST_LETTER: Limit(pair=5, address=5, network=100, window=timedelta(hours=1)),
    AttemptKind.PRIVATE_LINK: Limit(pair=20, address=40, network=200, window=timedelta(hours=1)),
    AttemptKind.SURVEY_SHEET: Limit(pair=200, address=200, network=600, window=timedelta(hours=1)),
}


def check(kind: AttemptKind, email: str, network: str) -> None:
    """Raise TooManyAttempts when the address, the network or the two together have been tried too often."""
    limit = LIMITS[kind]
    keys = _keys(kind, email, network)
    tried = _count(keys, limit.window)
    allowed = (limit.pair, limit.address, limit.network)
    if any(tried.get(key, 0) >= most for key, most in zip(keys, allowed, strict=True)):
        minutes = int(limit.window.total_seconds() // 60)
        if kind == AttemptKind.SURVEY_SHEET:
            raise TooManyAttempts(
                _("Mạng này vừa gửi quá nhiều phiếu. Hãy thử lại sau %(n)s phút, hoặc đăng nhập để trả lời.", n=minutes)
            )
        if kind in (AttemptKind.GUEST_LETTER, AttemptKind.PRIVATE_LINK):
            raise TooManyAttempts(_("Đã gửi quá nhiều lần. Hãy thử lại sau %(n)s phút.", n=minutes))
        raise TooManyAttempts(
            _("Đã thử quá nhiều lần. Hãy thử lại sau %(n)s phút; tài khoản của bạn vẫn an toàn.", n=minutes)
        )


def record(kind: AttemptKind, email: str, network: str) -> None:
    """Count one try; forget those of yesterday."""
    now = clock.now()
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < now - KEPT))
    db.session.add_all(SignInAttempt(kind=kind, key=key, at=now) for key in _keys(kind, email, network))
    db.session.flush()


def forget(kind: AttemptKind, email: str, network: str) -> None:
    """After a success: the person who mistyped twice starts anew from where they are."""
    pair, *_rest = _keys(kind, email, network)
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.key == pair))


def network_of(remote_address: str | None) -> str:
    """The part of the network a request comes from: /24 of IPv4, /56 of IPv6."""
    try:
        address = ipaddress.ip_address(remote_address or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network((address, prefix), strict=False))


def _keys(kind: AttemptKind, email: str, network: str) -> tuple[str, str, str]:
    texts = (f"{email}\0{network}", email, f"\0{network}")
    pair, address, whole = (keyed_hash(f"attempt.{kind}", text) for text in texts)
    return pair, address, whole


def _count(keys: tuple[str, ...], window: timedelta) -> dict[str, int]:
    rows = db.session.execute(
        sa.select(SignInAttempt.key, sa.func.count().label("tries"))
        .where(SignInAttempt.key.in_(keys), SignInAttempt.at > clock.now() - window)
        .group_by(SignInAttempt.key)
    )
    return {row.key: row.tries for row in rows}
