"""The drafts of the demonstration, each at another stage: answered, closing, open, coming, in preparation."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from docx import Document as WordDocument

from accounts.models import Role
from accounts.queries import get_agency
from consultations.models import Consultation, DocumentKind, GuestPolicy, PaperSlot
from consultations.services import drafting, publishing
from core import clock
from core.db import db
from demo.people import staff

LEGAL = Path(__file__).resolve().parent / "legal"
LIMIT = 50 * 2**20


@dataclass(frozen=True)
class Draft:
    """A draft and its window, in days from today."""

    key: str
    file: str
    agency: str
    kind: str
    title: str
    summary: str
    opens: int
    closes: int
    published: bool = True
    guests: GuestPolicy = GuestPolicy.CONFIRMED


DRAFTS = (
    Draft(
        "van-thu",
        "08_nghi_dinh_30_2020_noi_dung.md",
        "BNV",
        "nghi-dinh",
        "Nghị định về công tác văn thư",
        "Quy định về thể thức văn bản, quản lý văn bản đi và đến, lập hồ sơ, sử dụng con dấu và chữ ký số.\n\n"
        "Nên đọc nếu bạn làm văn thư, làm ở văn phòng, hoặc thường nộp giấy tờ cho cơ quan nhà nước.",
        -95,
        -65,
    ),
    Draft(
        "bhxh",
        "03_nghi_dinh_158_2025_BHXH_phu_luc.txt",
        "BNV",
        "nghi-dinh",
        "Nghị định quy định chi tiết và hướng dẫn thi hành một số điều của Luật Bảo hiểm xã hội "
        "về bảo hiểm xã hội bắt buộc",
        "Ai phải tham gia bảo hiểm xã hội bắt buộc, tính lương hưu thế nào, rút một lần khi nào.\n\n"
        "Nên đọc nếu bạn là người lao động, chủ hộ kinh doanh, hoặc sắp nghỉ hưu.",
        -24,
        -4,
    ),
    Draft(
        "bhyt",
        "B_vbhn_22_VPQH_BHYT.txt",
        "BYT",
        "luat",
        "Luật Bảo hiểm y tế (sửa đổi)",
        "Ai được đóng và hưởng bảo hiểm y tế, hưởng bao nhiêu, khám ở đâu, chuyển tuyến ra sao.\n\n"
        "Nên đọc nếu bạn có thẻ bảo hiểm y tế, tức là gần như mọi người.",
        -12,
        +18,
        guests=GuestPolicy.NAMED,
    ),
    Draft(
        "an-ninh-mang",
        "07_luat_an_ninh_mang_24_2018.html",
        "BCA",
        "luat",
        "Luật An ninh mạng",
        "Bảo vệ hệ thống thông tin, phòng ngừa và xử lý hành vi xâm phạm an ninh mạng, trách nhiệm của doanh nghiệp.",
        +6,
        +51,
    ),
    Draft(
        "sua-doi-bhyt",
        "02_luat_51_2024_QH15_sua_doi_BHYT.txt",
        "BYT",
        "luat",
        "Luật sửa đổi, bổ sung một số điều của Luật Bảo hiểm y tế",
        "",
        +3,
        +33,
        published=False,
    ),
)


def make_consultation(draft: Draft) -> Consultation:
    """A consultation with its papers, prepared and published in its time by the drafter of its agency."""
    today, drafter = clock.today(), staff(Role.DRAFTER, draft.agency)
    opens, closes = today + timedelta(days=draft.opens), today + timedelta(days=draft.closes)
    prepared = clock.start_of(min(opens, today)) - timedelta(hours=15)  # nine in the morning, the day before
    with clock.frozen(prepared):
        made = drafting.create_consultation(
            get_agency(draft.agency), _read(draft), _settings(draft, opens, closes), by=drafter
        )
        _add_papers(made, draft)
        if draft.published:
            publishing.publish(made, by=drafter)
    return made


def extend(consultation: Consultation, *, days: int, decided: int) -> None:
    """Extended ``decided`` days ago to ``days`` from today."""
    agency = next(draft.agency for draft in DRAFTS if draft.title == consultation.title)
    with clock.frozen(clock.now() - timedelta(days=decided)):
        closes = clock.today() + timedelta(days=decided + days)
        reason = "Nhiều hội, hiệp hội và địa phương đề nghị thêm thời gian vì đợt mưa lũ vừa qua."
        publishing.extend(consultation, closes, by=staff(Role.DRAFTER, agency), reason=reason)


def _settings(draft: Draft, opens: date, closes: date) -> drafting.Settings:
    return drafting.Settings(
        title=draft.title,
        kind=db.session.get_one(DocumentKind, draft.kind),
        opens=opens,
        closes=closes,
        summary=draft.summary,
        guests=draft.guests,
    )


def _read(draft: Draft) -> drafting.ReadDraft:
    data = (LEGAL / draft.file).read_bytes()
    return drafting.read_draft(io.BytesIO(data), draft.file, limit=LIMIT)


def _add_papers(consultation: Consultation, draft: Draft) -> None:
    if not draft.published:
        return
    for slot, title in ((PaperSlot.SUBMISSION, "Tờ trình"), (PaperSlot.COMPARISON, "Bản so sánh, thuyết minh")):
        paper = _paper(f"{title}: {draft.title}")
        drafting.add_paper(consultation, paper, f"{title}.docx", title=title, limit=LIMIT, slot=slot)


def _paper(title: str) -> io.BytesIO:
    """A page that says what it stands for."""
    page = WordDocument()
    page.add_heading(title, level=1)
    page.add_paragraph("Tài liệu giữ chỗ của bản trình diễn Dân Bàn; ở trang thật, cơ quan soạn thảo tải tài liệu lên.")
    out = io.BytesIO()
    page.save(out)
    out.seek(0)
    return out
