"""What people are told: the faults of a definition, the problems of an answer, an answer in words."""

from collections.abc import Callable
from typing import Any

from core.i18n import gettext as _
from surveys.checking.faults import Fault
from surveys.definition.documents import WrongDocument
from surveys.definition.piping import fill
from surveys.definition.shape import (
    CHOSEN_ONE,
    NO,
    TEXTS,
    YES,
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Fact,
    Kind,
    Not,
    Op,
    Question,
)
from surveys.engine.values import Problem, Value, read_date

# --- answers ----------------------------------------------------------------------------------------------------------


def problem_sentence(problem: Problem) -> str:
    """Why an answer is refused and what to do, for its field."""
    said = _problems().get(problem.code, _("Câu trả lời này không hợp lệ. Hãy trả lời lại."))
    return said % {name: _in_words(value) for name, value in problem.values.items()}


def _in_words(value: Any) -> str:
    if isinstance(value, float | int):
        return number_words(value)
    return date_words(str(value))


def _problems() -> dict[str, str]:
    return {
        "required": _("Câu này cần có trả lời."),
        "not_asked": _("Câu này không được hỏi ở trang này nên trả lời không được nhận."),
        "unknown_option": _("Lựa chọn này không có trong câu hỏi. Hãy chọn lại."),
        "twice": _("Mỗi lựa chọn, mỗi hạng chỉ được dùng một lần."),
        "too_few": _("Hãy chọn ít nhất %(n)s lựa chọn."),
        "too_many": _("Chỉ được chọn tối đa %(n)s lựa chọn."),
        "not_alone": _("Lựa chọn loại trừ không đi cùng lựa chọn khác. Hãy bỏ bớt."),
        "other_empty": _("Bạn đã chọn ý khác. Hãy ghi rõ."),
        "too_long": _(
            "Câu trả lời dài %(has)s ký tự, quá mức %(n)s. Hãy rút ngắn; phần bạn viết vẫn còn ở đây.",
        ),
        "no_number": _("Hãy ghi một số."),
        "not_whole": _("Hãy ghi một số nguyên."),
        "too_precise": _("Chỉ ghi tối đa %(n)s chữ số sau dấu phẩy."),
        "too_low": _("Số nhỏ nhất nhận được là %(n)s."),
        "too_high": _("Số lớn nhất nhận được là %(n)s."),
        "row_empty": _("Hãy trả lời mọi dòng của bảng."),
        "rank_all": _("Hãy xếp hạng mọi lựa chọn."),
        "no_date": _("Hãy ghi ngày theo mẫu ngày/tháng/năm."),
        "too_early": _("Ngày sớm nhất nhận được là %(date)s."),
        "too_late": _("Ngày muộn nhất nhận được là %(date)s."),
        "commune_empty": _("Hãy chọn cả xã, phường."),
        "file": "%(said)s",
    }


def number_words(number: float) -> str:
    """A number with a comma, without needless zeros: 3,5."""
    return f"{number:.10g}".replace(".", ",")


def date_words(text: str) -> str:
    """31/01/2026 for "2026-01-31"; anything else as it is."""
    day = read_date(text)
    return f"{day:%d/%m/%Y}" if day else text


def stance_words(code: str) -> str:
    return {
        "support": _("Ủng hộ"),
        "amend": _("Đề nghị sửa"),
        "oppose": _("Không đồng ý"),
        "ask": _("Hỏi"),
    }.get(code, code)


def access_sentences() -> dict[str, str]:
    """Who could answer, and what kept them from answering twice, by SurveyAccess."""
    return {
        "open": _(
            "Ai có đường dẫn đều trả lời được; mỗi trình duyệt hoặc tài khoản một phiếu, và từ một mạng chỉ nhận "
            "một số phiếu mỗi giờ."
        ),
        "signed_in": _("Người có tài khoản trả lời, mỗi tài khoản một phiếu."),
        "invited": _("Người được mời trả lời, mỗi thư mời một phiếu."),
    }


def door_words() -> dict[str, str]:
    """What kept somebody from answering twice, by Door."""
    return {"account": _("tài khoản"), "invitation": _("thư mời"), "cookie": _("trình duyệt")}


def question_words(question: Question) -> str:
    """The text of a question for everybody: "…" where each read an earlier answer of their own."""
    return fill(question.text, lambda _code: None)


def choice_words(question: Question, code: str) -> str:
    """The label of a choice, those of yes, no and the stances included."""
    if question.kind == Kind.YES_NO:
        return {YES: _("Có"), NO: _("Không")}.get(code, code)
    if question.kind == Kind.STANCE:
        return stance_words(code)
    option = question.option(code)
    return option.label if option else code


def answer_words(question: Question, value: Value, *, place_name: Callable[[str], str] = str) -> str:
    """An answer in words, for review and for piping. ``place_name``: of an official code."""
    if question.kind in CHOSEN_ONE:
        return value.get("other") or choice_words(question, value["choice"])
    if question.kind in (Kind.MULTIPLE, Kind.RANKING):
        codes = value["choices"] if question.kind == Kind.MULTIPLE else value["order"]
        asks = {option.code for option in question.options if option.other}
        return ", ".join(value["other"] if code in asks else choice_words(question, code) for code in codes)
    if question.kind == Kind.PLACE:
        return ", ".join(place_name(value[part]) for part in ("commune", "province") if part in value)
    if question.kind == Kind.DATE:
        return date_words(value["date"])
    if question.kind in TEXTS:
        return str(value["text"])
    if question.kind == Kind.FILE:
        return str(value["name"])
    return _number_or_rows(question, value)


def _number_or_rows(question: Question, value: Value) -> str:
    if "number" in value:
        return f"{number_words(value['number'])} {question.unit}".strip()
    labels = {row.code: row.label for row in question.rows}
    rows = value["rows"].items()
    return "; ".join(f"{labels[row]}: {', '.join(choice_words(question, c) for c in codes)}" for row, codes in rows)


# --- conditions -------------------------------------------------------------------------------------------------------


def condition_words(definition: Definition, condition: Condition | None) -> str:
    """A condition as a sentence: "câu 2 là “Có” và câu 3 không quá 2"."""
    match condition:
        case None:
            return ""
        case Fact():
            return _fact_words(definition, condition)
        case Not(part):
            return _("không phải (%(part)s)", part=condition_words(definition, part))
        case AllOf(parts) | AnyOf(parts):
            joint = _(" và ") if isinstance(condition, AllOf) else _(" hoặc ")
            said = (condition_words(definition, part) for part in parts)
            return joint.join(
                f"({words})" if isinstance(p, AllOf | AnyOf) else words for p, words in zip(parts, said, strict=True)
            )


def _fact_words(definition: Definition, fact: Fact) -> str:
    question = definition.question(fact.question)
    if question is None:
        return _("câu “%(code)s” (không còn)", code=fact.question)
    number = definition.questions.index(question) + 1
    row = next((row.label for row in question.rows if row.code == fact.row), "")
    where = _("câu %(n)s, dòng “%(row)s”", n=number, row=row) if row else _("câu %(n)s", n=number)
    if fact.op == Op.ANSWERED:
        return _("%(where)s có trả lời", where=where)
    if fact.op == Op.CHOSEN:
        return _("%(where)s là “%(value)s”", where=where, value=choice_words(question, str(fact.value)))
    value = number_words(fact.value) if isinstance(fact.value, int | float) else date_words(str(fact.value))
    return _("%(where)s %(op)s %(value)s", where=where, op=op_words(fact.op), value=value)


def op_words(op: Op) -> str:
    return {
        Op.ANSWERED: _("có trả lời"),
        Op.CHOSEN: _("là"),
        Op.EQUALS: _("bằng"),
        Op.AT_LEAST: _("từ"),
        Op.AT_MOST: _("không quá"),
    }[op]


def kind_words(kind: Kind) -> str:
    """What a kind of question is called."""
    return {
        Kind.SINGLE: _("Chọn một"),
        Kind.MULTIPLE: _("Chọn nhiều"),
        Kind.DROPDOWN: _("Danh sách thả xuống"),
        Kind.SCALE: _("Thang điểm"),
        Kind.MATRIX_SINGLE: _("Bảng, mỗi dòng chọn một"),
        Kind.MATRIX_MULTIPLE: _("Bảng, mỗi dòng chọn nhiều"),
        Kind.RANKING: _("Xếp hạng"),
        Kind.NUMBER: _("Số"),
        Kind.SHORT_TEXT: _("Chữ ngắn"),
        Kind.LONG_TEXT: _("Đoạn viết"),
        Kind.DATE: _("Ngày"),
        Kind.YES_NO: _("Có hoặc không"),
        Kind.PLACE: _("Nơi ở (tỉnh, xã)"),
        Kind.FILE: _("Tệp đính kèm"),
        Kind.STANCE: _("Lập trường về một điều khoản"),
    }[kind]


# --- definitions ------------------------------------------------------------------------------------------------------


def fault_place(definition: Definition, fault: Fault) -> str:
    """Where a fault is, for people: "Trang 2, câu 5"."""
    pages = [page.code for page in definition.pages]
    items = [question.code for question in definition.questions]
    said = []
    if fault.page in pages:
        said.append(_("Trang %(n)s", n=pages.index(fault.page) + 1))
    if fault.item in items:
        said.append(_("câu %(n)s", n=items.index(fault.item) + 1))
    return ", ".join(said) or _("Cả khảo sát")


def fault_sentence(fault: Fault) -> str:
    """What is wrong and how to mend it."""
    said = (_faults_of_the_whole() | _faults_of_questions() | _faults_of_conditions()).get(fault.code)
    return said % fault.values if said else _("Có chỗ chưa hợp lệ (%(code)s).", code=fault.code)


def _faults_of_the_whole() -> dict[str, str]:
    return {
        "no_question": _("Khảo sát chưa có câu hỏi nào."),
        "too_many_pages": _("Khảo sát có %(has)s trang, quá mức %(n)s."),
        "too_many_questions": _(
            "Khảo sát có %(has)s câu hỏi, quá mức %(n)s. Hãy bỏ bớt hoặc tách thành hai khảo sát.",
        ),
        "too_many_items": _("Khảo sát có %(has)s mục, quá mức %(n)s."),
        "text_too_long": _("Đoạn chữ này dài quá %(n)s ký tự."),
        "bad_code": _(
            "Mã “%(name)s” không dùng được. Mã gồm chữ thường không dấu, số, gạch dưới, bắt đầu bằng chữ.",
        ),
        "duplicate_code": _("Mã “%(name)s” dùng hai lần. Mỗi mã chỉ dùng một chỗ."),
        "empty_page": _("Trang này trống. Hãy thêm câu hỏi hoặc bỏ trang."),
        "unreachable_page": _("Không có cách trả lời nào dẫn tới trang này. Hãy xem lại điều kiện và bước nhảy."),
        "never_shown": _("Không có cách trả lời nào làm hiện mục này. Hãy xem lại điều kiện."),
        "jump_never": _("Bước nhảy thứ %(n)s không bao giờ xảy ra. Hãy xem lại điều kiện."),
        "unknown_provision": _("Điều khoản này không có trong dự thảo của đợt lấy ý kiến."),
        "changed_meaning": _(
            "Câu “%(name)s” đã công bố nay đổi loại, thang hoặc bỏ lựa chọn, nên số liệu không so sánh được. "
            "Hãy dùng mã mới cho câu này.",
        ),
    }


def _faults_of_questions() -> dict[str, str]:
    return {
        "no_title": _("Phần này chưa có tên."),
        "no_text": _("Mục này chưa có lời."),
        "no_label": _("Lựa chọn “%(name)s” chưa có lời."),
        "number_of_options": _("Cần có từ %(least)s đến %(most)s lựa chọn."),
        "one_other": _("Chỉ một lựa chọn được là ý khác, và chỉ ở câu chọn một hoặc chọn nhiều."),
        "no_exclusive": _("Lựa chọn loại trừ chỉ dùng ở câu chọn nhiều."),
        "misplaced": _("Loại câu hỏi này không dùng thiết lập “%(part)s”."),
        "bad_count": _("Số lựa chọn ít nhất và nhiều nhất phải nằm trong khoảng 1 đến %(n)s."),
        "bad_scale": _("Thang phải có hai đầu là số nguyên, từ 2 đến %(n)s mức."),
        "no_style": _("Hãy chọn kiểu thang."),
        "nps_scale": _("Thang NPS luôn từ 0 đến 10."),
        "labels_differ": _("Thang có %(n)s mức thì cần đủ %(n)s lời, hoặc không lời nào."),
        "low_above_high": _("Số nhỏ nhất lớn hơn số lớn nhất nên không ai trả lời được."),
        "bad_decimals": _("Số chữ số sau dấu phẩy từ 0 đến %(n)s."),
        "bad_date": _("Ngày này không hợp lệ."),
        "early_after_late": _("Ngày sớm nhất đứng sau ngày muộn nhất nên không ai trả lời được."),
        "bad_limit": _("Độ dài tối đa của câu trả lời từ 1 đến %(n)s ký tự."),
        "no_provision": _("Câu hỏi lập trường cần gắn với một điều khoản của dự thảo."),
    }


def _faults_of_conditions() -> dict[str, str]:
    return {
        "unknown_question": _("Không có câu hỏi mang mã “%(name)s”."),
        "forward": _("Điều kiện dựa vào câu “%(name)s” là câu chưa được hỏi tới ở đây."),
        "circular": _("Điều kiện đi vòng: câu “%(name)s” lại phụ thuộc chính mục này."),
        "unknown_row": _("Bảng “%(name)s” không có dòng này."),
        "unknown_option": _("Câu “%(name)s” không có lựa chọn “%(value)s”."),
        "misfit": _("Câu “%(name)s” không so sánh được theo cách này."),
        "empty_condition": _("Điều kiện có nhóm trống. Hãy thêm vế hoặc bỏ nhóm."),
        "condition_too_large": _("Điều kiện quá lớn: tối đa %(n)s vế, lồng %(depth)s lớp."),
        "not_piped": _("Trả lời của câu “%(name)s” không chèn được vào lời."),
        "unknown_page": _("Không có trang mang mã “%(name)s” để nhảy tới."),
        "jump_back": _("Chỉ nhảy tới trang đứng sau; “%(name)s” đứng trước nên sẽ đi vòng."),
    }


def document_sentence(wrong: WrongDocument) -> str:
    """Why a file is no definition, and where."""
    reasons = {
        "not_json": _("Tệp không phải JSON."),
        "too_large": _("Tệp lớn quá mức cho phép."),
        "unknown_format": _("Tệp thuộc phiên bản định dạng khác."),
        "missing": _("Thiếu mục bắt buộc."),
        "unknown_key": _("Có mục không rõ nghĩa."),
        "unknown_word": _("Có từ không nằm trong danh sách cho phép."),
        "too_deep": _("Điều kiện lồng quá sâu."),
    }
    reason = reasons.get(wrong.code, _("Giá trị không đúng kiểu."))
    return _("%(reason)s Chỗ sai: %(place)s.", reason=reason, place=wrong.place or "JSON")
