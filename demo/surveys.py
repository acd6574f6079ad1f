"""A survey of the demonstration: satisfaction with a one-stop shop, with sheets that some guests have sent."""

import random
from datetime import timedelta
from typing import Any

from accounts import queries as accounts
from core import clock
from surveys import queries
from surveys.definition.shape import Kind, Question
from surveys.engine.values import Value
from surveys.models import Survey
from surveys.services import answering, building
from surveys.services.respondents import by_cookie, new_token
from surveys.templates import list_templates

TITLE = "Mức độ hài lòng với bộ phận một cửa năm 2026"
SHEETS = 46
LEANING = {"hai_long": (4, 4, 5, 3, 4, 2, 3, 5, 1, 4), "gioi_thieu": (9, 8, 10, 7, 9, 6, 4, 10, 8, 2)}
REASONS = (
    "Phải đi lại ba lần vì thiếu giấy, mà lần đầu không ai nói rõ.",
    "Chờ từ sáng đến trưa mới tới lượt, không có chỗ ngồi.",
    "Hẹn trả ngày thứ Sáu nhưng sang tuần sau mới có.",
)
NOTES = ("Cảm ơn các anh chị đã hướng dẫn tận tình.", "Mong có thêm quầy vào thứ Hai.", "Nên nhắn tin khi hồ sơ xong.")


def seed_survey(agency_code: str) -> Survey:
    """An open survey of the agency with its sheets; those of the last few guests wait in the box, as they would."""
    template = next(template for template in list_templates() if template.key == "mot-cua")
    settings = building.Settings(TITLE, clock.now() - timedelta(days=6), clock.now() + timedelta(days=24))
    agency = accounts.get_agency(agency_code)
    survey = building.create_survey(agency, settings, by=None, definition=template.definition)
    building.publish(survey)
    drawn = random.Random(2026)  # the same demonstration every time
    places = _places(drawn)
    for _number in range(SHEETS):
        _answer(survey, drawn, places)
    return survey


def _places(drawn: random.Random) -> list[dict[str, str]]:
    provinces = drawn.sample(queries.list_provinces(), 8)
    communes = queries.list_communes([province.code for province in provinces])
    return [{"province": code, "commune": drawn.choice(listed).code} for code, listed in communes.items() if listed]


def _answer(survey: Survey, drawn: random.Random, places: list[dict[str, str]]) -> None:
    guest = by_cookie(survey, new_token())
    page = answering.begin(survey, guest).path.pages[0]
    while True:
        values = {question.code: _value(question, drawn, places) for question in page.questions}
        saved = answering.save_page(survey, guest, page.code, values)
        if saved.appeared:
            page = next(one for one in saved.work.path.pages if one.code == page.code)
            more = [question for question in page.questions if question.code in saved.appeared]
            answering.save_page(survey, guest, page.code, {q.code: _value(q, drawn, places) for q in more})
        following = saved.work.path.after(page.code)
        if following is None:
            break
        page = following
    answering.send(survey, guest)


def _value(question: Question, drawn: random.Random, places: list[dict[str, str]]) -> Value | None:
    if not question.required and drawn.random() < 0.15:
        return None
    codes = [option.code for option in question.options if not option.other]
    made: dict[Kind, Any] = {
        Kind.YES_NO: lambda: {"choice": "yes" if question.code == "da_den" and drawn.random() < 0.85 else "no"},
        Kind.SINGLE: lambda: {"choice": drawn.choice(codes)},
        Kind.DROPDOWN: lambda: {"choice": drawn.choice(codes)},
        Kind.MULTIPLE: lambda: {"choices": drawn.sample(codes, 2)},
        Kind.SCALE: lambda: {"number": drawn.choice(LEANING[question.code])},
        Kind.NUMBER: lambda: {"number": drawn.choice((1, 1, 2, 2, 3, 4))},
        Kind.DATE: lambda: {"date": (clock.today() - timedelta(days=drawn.randrange(200))).isoformat()},
        Kind.MATRIX_SINGLE: lambda: {"rows": {row.code: [drawn.choice(codes)] for row in question.rows}},
        Kind.MATRIX_MULTIPLE: lambda: {"rows": {row.code: [drawn.choice(codes)] for row in question.rows}},
        Kind.RANKING: lambda: {"order": drawn.sample(codes, len(codes))},
        Kind.LONG_TEXT: lambda: {"text": drawn.choice(REASONS)},
        Kind.SHORT_TEXT: lambda: {"text": drawn.choice(NOTES)},
        Kind.PLACE: lambda: drawn.choice(places) if places else None,
    }
    value: Value | None = made[question.kind]()
    return value
