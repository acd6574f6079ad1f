"""Surveys for tests: one with a question of every kind and branches, its rows, and people who answer it."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from accounts.models import Agency, AgencyKind
from core import clock
from core.db import db
from surveys.definition.documents import to_json
from surveys.definition.shape import (
    END,
    AllOf,
    AnyOf,
    Definition,
    Fact,
    Jump,
    Kind,
    Not,
    Op,
    Option,
    Page,
    Passage,
    Question,
    ScaleStyle,
)
from surveys.engine.values import Value
from surveys.models import Survey, SurveyAccess, SurveyState, SurveyVersion
from surveys.services import answering
from surveys.services.respondents import Respondent, by_cookie, new_token
from tests.factories import make_agency

_numbers = count(1)


def options(*codes: str, **more: Any) -> tuple[Option, ...]:
    """Options with these codes; ``other="x"`` or ``exclusive="x"`` name the one that is."""
    return tuple(
        Option(code, f"Lựa chọn {code}", other=code == more.get("other"), exclusive=code == more.get("exclusive"))
        for code in codes
    )


def chosen(question: str, code: str, row: str | None = None) -> Fact:
    return Fact(question, Op.CHOSEN, code, row)


def every_kind(*, provision: int | None = None) -> Definition:
    """Twelve questions and more, of every kind, with an explanation, piping, hidden questions, a jump and an early end.

    A stance needs a provision: without one there is none in it.
    """
    visit = Page(
        "truoc",
        "Lần đến gần nhất",
        (
            Passage("mo_dau", "section", "Về lần đến gần nhất"),
            Question("da_den", Kind.YES_NO, "Năm nay bạn đã đến bộ phận một cửa chưa?", required=True),
            Question("ngay", Kind.DATE, "Ngày đến", show_if=chosen("da_den", "yes"), earliest="2025-01-01"),
            Question(
                "thu_tuc",
                Kind.SINGLE,
                "Bạn làm thủ tục gì?",
                required=True,
                show_if=chosen("da_den", "yes"),
                options=options("dat_dai", "ho_tich", "khac", other="khac"),
                shuffle=True,
            ),
        ),
        jumps=(Jump(chosen("da_den", "no"), "ve_ban"),),
    )
    opinion = Page(
        "danh_gia",
        "Đánh giá",
        (
            Passage("giai_thich", "explanation", text="Bạn vừa làm: {{thu_tuc}}."),
            Question(
                "hai_long",
                Kind.SCALE,
                "Bạn hài lòng đến mức nào với {{thu_tuc}}?",
                required=True,
                low=1,
                high=5,
                style=ScaleStyle.LIKERT,
                low_label="Rất không hài lòng",
                high_label="Rất hài lòng",
            ),
            Question(
                "vi_sao",
                Kind.LONG_TEXT,
                "Vì sao bạn chưa hài lòng?",
                show_if=Fact("hai_long", Op.AT_MOST, 2),
                longest=2000,
            ),
            Question(
                "dieu_tot",
                Kind.MULTIPLE,
                "Điều gì tốt?",
                options=options("thai_do", "thoi_gian", "phi", "khong", exclusive="khong"),
                most=2,
            ),
            Question(
                "tung_mat",
                Kind.MATRIX_SINGLE,
                "Từng mặt",
                rows=options("don_tiep", "huong_dan"),
                options=options("kem", "vua", "tot"),
            ),
            Question(
                "kenh",
                Kind.MATRIX_MULTIPLE,
                "Bạn biết tin qua đâu?",
                rows=options("lich", "phi"),
                options=options("mang", "giay", "nguoi_quen"),
            ),
            Question("uu_tien", Kind.RANKING, "Xếp điều cần làm trước", options=options("nhanh", "gan", "re")),
        ),
        shuffle=False,
    )
    you = Page(
        "ve_ban",
        "Về bạn",
        (
            Question("tuoi", Kind.NUMBER, "Tuổi", required=True, low=15, high=120, unit="tuổi"),
            Question("nghe", Kind.DROPDOWN, "Nghề nghiệp", options=options("nong", "cong", "vien_chuc")),
            Question("noi_o", Kind.PLACE, "Nơi ở"),
            Question(
                "nps",
                Kind.SCALE,
                "Bạn sẽ giới thiệu cho người khác chứ?",
                low=0,
                high=10,
                style=ScaleStyle.NPS,
                show_if=AllOf((chosen("da_den", "yes"), Not(Fact("hai_long", Op.AT_MOST, 2)))),
            ),
        ),
        jumps=(Jump(Fact("tuoi", Op.AT_MOST, 17), END),),
    )
    last: tuple[Question, ...] = (
        Question(
            "loi",
            Kind.SHORT_TEXT,
            "Một lời nhắn",
            show_if=AnyOf((chosen("tung_mat", "kem", "don_tiep"), chosen("nghe", "nong"), chosen("da_den", "no"))),
        ),
        Question("giay_to", Kind.FILE, "Ảnh giấy hẹn"),
    )
    if provision is not None:
        last += (Question("lap_truong", Kind.STANCE, "Bạn đồng ý với khoản này không?", provision=provision),)
    return Definition((visit, opinion, you, Page("cuoi", "Cuối", last)), "Mời bạn trả lời.", "Xin cảm ơn.")


def answers_of_every_kind() -> dict[str, dict[str, Value]]:
    """Good answers to ``every_kind``, page by page, on its longest way; without a file."""
    return {
        "truoc": {"da_den": {"choice": "yes"}, "ngay": {"date": "2026-03-01"}, "thu_tuc": {"choice": "dat_dai"}},
        "danh_gia": {
            "hai_long": {"number": 2},
            "vi_sao": {"text": "Chờ lâu."},
            "dieu_tot": {"choices": ["thai_do", "phi"]},
            "tung_mat": {"rows": {"don_tiep": ["kem"], "huong_dan": ["tot"]}},
            "kenh": {"rows": {"lich": ["mang", "giay"]}},
            "uu_tien": {"order": ["gan", "nhanh", "re"]},
        },
        "ve_ban": {
            "tuoi": {"number": 40},
            "nghe": {"choice": "nong"},
        },
        "cuoi": {"loi": {"text": "Cảm ơn."}},
    }


def make_places() -> tuple[str, str]:
    """A province and a commune in it: their codes."""
    n = next(_numbers)
    province = make_agency(kind=AgencyKind.PROVINCE, code=f"9{n:03}")
    return province.code, make_agency(parent=province, kind=AgencyKind.COMMUNE, code=f"9{n:05}").code


def make_survey(
    *, agency: Agency | None = None, definition: Definition | None = None, published: bool = True, **values: Any
) -> Survey:
    """A survey that is open now (yesterday to in ten days), anonymous, for whoever has the link."""
    n = next(_numbers)
    now = clock.now()
    survey = Survey(
        **{
            "agency_id": (agency or make_agency()).id,
            "title": f"Khảo sát thử số {n}",
            "state": SurveyState.PUBLISHED if published else SurveyState.DRAFT,
            "access": SurveyAccess.OPEN,
            "anonymous": True,
            "min_cell": 5,
            "is_sample": False,
            "opens_at": now - timedelta(days=1),
            "closes_at": now + timedelta(days=10),
            "created_at": now - timedelta(days=2),
            "published_at": now - timedelta(days=1) if published else None,
            **values,
        }
    )
    db.session.add(survey)
    db.session.flush()
    make_version(survey, definition, published=published)
    return survey


def make_version(
    survey: Survey, definition: Definition | None = None, *, number: int = 1, published: bool = True
) -> SurveyVersion:
    """A version of a survey; ``every_kind`` unless told."""
    version = SurveyVersion(
        survey_id=survey.id,
        number=number,
        definition=to_json(definition or every_kind()),
        revision=0,
        published_at=clock.now() if published else None,
    )
    db.session.add(version)
    db.session.flush()
    return version


def make_guest(survey: Survey) -> Respondent:
    """A browser that nobody has seen before."""
    return by_cookie(survey, new_token())


def answer_all(
    survey: Survey, respondent: Respondent, pages: Mapping[str, Mapping[str, Value | None]] | None = None
) -> answering.Receipt:
    """Begin, save each page, send."""
    answering.begin(survey, respondent)
    for page, values in (pages or answers_of_every_kind()).items():
        saved = answering.save_page(survey, respondent, page, values)
        assert not saved.problems, saved.problems
    return answering.send(survey, respondent)
