"""Kinds of legal documents with their usual periods. An administrator may change the days and the ground of each.

Law 64/2025/QH15, amended by 87/2025/QH15, asks for 20 days for at least one type of document; for the others the
period is set here as a default, and its ground says that the agency has to check it.
"""

import sqlalchemy as sa

from consultations.models import DocumentKind
from core.db import db

USUAL_DAYS = 20
GROUND = (
    "Mức đặt sẵn, chưa đối chiếu từng loại văn bản. Căn cứ để đối chiếu: Luật Ban hành văn bản quy phạm pháp luật "
    "số 64/2025/QH15, được sửa đổi, bổ sung bởi Luật số 87/2025/QH15."
)
OTHER = "khac"

KINDS: tuple[tuple[str, str], ...] = (
    ("luat", "Luật"),
    ("nghi-quyet-quoc-hoi", "Nghị quyết của Quốc hội"),
    ("phap-lenh", "Pháp lệnh"),
    ("nghi-dinh", "Nghị định"),
    ("nghi-quyet-chinh-phu", "Nghị quyết của Chính phủ"),
    ("quyet-dinh-thu-tuong", "Quyết định của Thủ tướng Chính phủ"),
    ("thong-tu", "Thông tư"),
    ("nghi-quyet-hdnd", "Nghị quyết của Hội đồng nhân dân"),
    ("quyet-dinh-ubnd", "Quyết định của Ủy ban nhân dân"),
    (OTHER, "Văn bản khác"),
)

TOLD_BY_TITLE = {
    "bộ luật": "luat",
    "luật": "luat",
    "pháp lệnh": "phap-lenh",
    "nghị định": "nghi-dinh",
    "thông tư": "thong-tu",
}


def seed_document_kinds() -> int:
    """Add the kinds that are missing; what an administrator changed stays. Returns how many were added."""
    there = set(db.session.scalars(sa.select(DocumentKind.code)))
    missing = [
        DocumentKind(code=code, name=name, days=USUAL_DAYS, legal_ground=GROUND, position=position)
        for position, (code, name) in enumerate(KINDS)
        if code not in there
    ]
    db.session.add_all(missing)
    db.session.flush()
    return len(missing)


def guess_kind(title: str) -> str:
    """The code of the kind that a title begins with ("Nghị định quy định …"); ``khac`` for any other."""
    lowered = title.strip().lower().removeprefix("dự thảo ").strip()
    return next((code for word, code in TOLD_BY_TITLE.items() if lowered.startswith(word)), OTHER)
