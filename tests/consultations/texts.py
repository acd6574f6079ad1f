"""Two versions of one small draft, and drafts of which both are published."""

import sqlalchemy as sa

from accounts.models import Agency, Role
from consultations.models import Consultation, Document, ModerationPolicy, Provision, ProvisionPairing, Version
from consultations.services import drafting, pairing_choices, publishing, versions
from core.db import db
from tests.consultations import drafts
from tests.factories import make_agency, make_staff

FIRST = """LUẬT THỬ NGHIỆM

Điều 1. Phạm vi điều chỉnh
Luật này quy định về việc thử và người thử.

Điều 2. Người thử
1. Người thử được thử trong ba ngày làm việc kể từ ngày đăng ký.
2. Người thử không phải trả tiền cho lần thử đầu tiên trong năm dương lịch.
3. Người thử phải báo cáo kết quả bằng văn bản cho cơ quan quản lý trong vòng mười ngày.

Điều 3. Cơ quan thử
1. Cơ quan thử lập sổ theo dõi, ghi ngày đến và ngày về của từng người một cách đầy đủ.
2. Cơ quan thử công khai các báo cáo năm trên trang thông tin điện tử của mình.

Điều 4. Hiệu lực
Luật này có hiệu lực từ ngày công bố.
"""
SECOND = """LUẬT THỬ NGHIỆM

Điều 1. Phạm vi điều chỉnh
Luật này quy định về việc thử và người thử.

Điều 2. Người thử
1. Người thử được thử trong năm ngày làm việc kể từ ngày đăng ký.
2. Người thử phải báo cáo kết quả bằng văn bản cho cơ quan quản lý trong vòng mười ngày.
3. Cơ quan thử công khai các báo cáo năm trên trang thông tin điện tử của mình.

Điều 3. Cơ quan thử
1. Cơ quan thử lập sổ theo dõi, ghi ngày đến và ngày về của từng người một cách đầy đủ.

Điều 4. Hiệu lực
Luật này có hiệu lực từ ngày công bố.

Điều 5. Chuyển tiếp
Việc thử đã bắt đầu trước ngày công bố thì làm tiếp theo quy định cũ cho đến khi xong.
"""
"""Khoản 1 Điều 2 is edited, khoản 2 is gone, khoản 3 is now khoản 2; khoản 2 Điều 3 moved to Điều 2; Điều 5 is new."""
FRESH = "Bộ trưởng ban hành mẫu sổ, mẫu đơn và hướng dẫn việc lưu trữ hồ sơ điện tử tại địa phương."
"""Words that neither version has."""


def make_first(text: str = FIRST, *, agency: Agency | None = None) -> Consultation:
    """A published consultation on a text; comments are public at once."""
    made = drafts.make_draft(agency or make_agency(), text, moderation=ModerationPolicy.AFTER)
    publishing.publish(made, by=None)
    return made


def document_of(consultation: Consultation) -> Document:
    return db.session.scalars(sa.select(Document).where(Document.consultation_id == consultation.id)).one()


def upload(consultation: Consultation, text: str = SECOND, *, reason: str = "") -> Version:
    """The next version, not published yet."""
    return versions.upload(document_of(consultation), drafts.read(text), reason=reason)


def publish(consultation: Consultation, version: Version) -> None:
    """Confirm whatever waits, and publish."""
    drafter = make_staff(Role.DRAFTER, db.session.get_one(Agency, consultation.agency_id))
    for row in waiting(version):
        pairing_choices.confirm(row, by=drafter)
    versions.publish(version, by=drafter)


def add_version(consultation: Consultation, text: str = SECOND, *, reason: str = "") -> Version:
    made = upload(consultation, text, reason=reason)
    publish(consultation, made)
    return made


def make_real() -> Consultation:
    """The law on health insurance as it stood in two years; the second version is published, too."""
    made = drafting.create_consultation(
        make_agency(), drafts.read_file("A_vbhn_47_VPQH_BHYT.txt"), drafts.settings(), by=None
    )
    publishing.publish(made, by=None)
    later = versions.upload(document_of(made), drafts.read_file("B_vbhn_22_VPQH_BHYT.txt"))
    publish(made, later)
    return made


def provision(version: Version, citation: str) -> Provision:
    return db.session.scalars(
        sa.select(Provision).where(Provision.version_id == version.id, Provision.citation == citation)
    ).one()


def waiting(version: Version) -> list[ProvisionPairing]:
    return [row for row in pairings(version) if row.doubtful and row.confirmed_at is None]


def pairings(version: Version) -> list[ProvisionPairing]:
    return list(
        db.session.scalars(
            sa.select(ProvisionPairing)
            .where(ProvisionPairing.version_id == version.id)
            .order_by(ProvisionPairing.id)
            .execution_options(populate_existing=True)
        )
    )


def pairing_of(version: Version, citation: str) -> ProvisionPairing:
    """The pairing of a new provision."""
    new = provision(version, citation)
    return next(row for row in pairings(version) if row.new_provision_id == new.id)


def changes(version: Version) -> dict[str, str]:
    """New citation (the old one of what is gone) → change, of everything that is not the same."""
    rows = [row for row in pairings(version) if row.change != "same"]
    ids = {row.new_provision_id or row.old_provision_id for row in rows}
    cited = {one.id: one.citation for one in db.session.scalars(sa.select(Provision).where(Provision.id.in_(ids)))}
    return {cited[row.new_provision_id or row.old_provision_id or 0]: row.change.value for row in rows}
