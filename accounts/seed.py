"""The agencies of the country: central bodies and ministries by their usual initials, provinces and communes by code.

Central bodies: as merged in March 2025. Places: demo/units (34 provinces, 3,321 communes as of 25 July 2026, in force
since 1 July 2025). Ministries and provinces are roots of their own trees: no role reaches over all of them.
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Agency, AgencyKind, FormerName
from core.db import db
from core.text import nfc

UNITS = Path(__file__).resolve().parent.parent / "demo" / "units" / "units_2026-07-25.json"

PLACES_SINCE = date(2025, 7, 1)
DONG_NAI_CITY = date(2026, 4, 30)
"""The province became a city, and ten of its communes wards."""

CENTRAL = {
    "VPQH": "Văn phòng Quốc hội",
    "MTTQ": "Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam",
    "TANDTC": "Tòa án nhân dân tối cao",
    "VKSNDTC": "Viện kiểm sát nhân dân tối cao",
    "KTNN": "Kiểm toán nhà nước",
}
MINISTRIES = {
    "BQP": "Bộ Quốc phòng",
    "BCA": "Bộ Công an",
    "BNG": "Bộ Ngoại giao",
    "BNV": "Bộ Nội vụ",
    "BTP": "Bộ Tư pháp",
    "BTC": "Bộ Tài chính",
    "BCT": "Bộ Công Thương",
    "BNNMT": "Bộ Nông nghiệp và Môi trường",
    "BXD": "Bộ Xây dựng",
    "BVHTTDL": "Bộ Văn hóa, Thể thao và Du lịch",
    "BKHCN": "Bộ Khoa học và Công nghệ",
    "BGDĐT": "Bộ Giáo dục và Đào tạo",
    "BYT": "Bộ Y tế",
    "BDTTG": "Bộ Dân tộc và Tôn giáo",
    "VPCP": "Văn phòng Chính phủ",
    "TTCP": "Thanh tra Chính phủ",
    "NHNN": "Ngân hàng Nhà nước Việt Nam",
}
FORMER_NAMES = {
    "75": "Tỉnh Đồng Nai",
    "25270": "Xã Lộc Ninh",
    "25357": "Xã Tân Khai",
    "25363": "Xã Đồng Phú",
    "26116": "Xã Tân Phú",
    "26170": "Xã Trị An",
    "26248": "Xã Trảng Bom",
    "26326": "Xã Dầu Giây",
    "26368": "Xã Long Thành",
    "26425": "Xã Xuân Lộc",
    "26485": "Xã Nhơn Trạch",
}
"""What places were called from 1 July 2025 to 29 April 2026."""

Row = dict[str, Any]


def seed_agencies() -> int:
    """Add the agencies that are missing, by code, and leave the others as they are. Returns how many were added."""
    places = json.loads(UNITS.read_text(encoding="utf-8"))
    existing = {row.code: row.id for row in db.session.execute(sa.select(Agency.code, Agency.id))}
    provinces = [_row(one["Code"], committee(one["FullName"]), AgencyKind.PROVINCE, PLACES_SINCE) for one in places]
    added = _insert([*_central_rows(), *provinces], existing)
    communes = [
        _row(ward["Code"], committee(ward["FullName"]), AgencyKind.COMMUNE, PLACES_SINCE, existing[one["Code"]])
        for one in places
        for ward in one["Wards"]
    ]
    added += _insert(communes, existing)
    _add_former_names(existing)
    return added


def committee(place: str) -> str:
    """The People's Committee of a place: "Tỉnh Đồng Nai" → "Ủy ban nhân dân tỉnh Đồng Nai"."""
    return f"Ủy ban nhân dân {place[0].lower()}{nfc(place[1:])}"


def _central_rows() -> list[Row]:
    kinds = ((AgencyKind.CENTRAL, CENTRAL), (AgencyKind.MINISTRY, MINISTRIES))
    return [_row(code, name, kind) for kind, names in kinds for code, name in names.items()]


def _row(code: str, name: str, kind: AgencyKind, valid_from: date | None = None, parent_id: int | None = None) -> Row:
    return {
        "code": code,
        "name": name,
        "kind": kind,
        "parent_id": parent_id,
        "path": "",
        "valid_from": valid_from,
        "valid_to": None,
    }


def _insert(rows: Iterable[Row], existing: dict[str, int]) -> int:
    """Insert the rows whose code is new, and note their ids in ``existing``; then write the paths, all at once."""
    new = [row for row in rows if row["code"] not in existing]
    if not new:
        return 0
    made = db.session.execute(sa.insert(Agency).returning(Agency.code, Agency.id), new)
    existing.update({row.code: row.id for row in made})
    parent = aliased(Agency)
    above = sa.select(parent.path).where(parent.id == Agency.parent_id).scalar_subquery()
    db.session.execute(
        sa.update(Agency)
        .where(Agency.path == "")
        .values(path=sa.func.coalesce(above, "/").concat(sa.cast(Agency.id, sa.String)).concat("/"))
        .execution_options(synchronize_session=False)
    )
    return len(new)


def _add_former_names(existing: dict[str, int]) -> None:
    if db.session.scalar(sa.select(sa.exists().select_from(FormerName))):
        return
    db.session.add_all(
        FormerName(
            agency_id=existing[code],
            name=committee(name),
            valid_from=PLACES_SINCE,
            valid_to=DONG_NAI_CITY - timedelta(days=1),
        )
        for code, name in FORMER_NAMES.items()
    )
    db.session.flush()
