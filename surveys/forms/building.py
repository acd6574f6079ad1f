"""What a drafter fills in to build a survey: settings, pages, passages, questions. Faults are told on the desk page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from accounts.models import Agency
from core import clock
from core.forms import BaseForm
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.text import clean, slug
from surveys.checking.questions import USED_BY, WITH_OTHER
from surveys.definition.editing import fresh_code
from surveys.definition.shape import (
    CODE,
    LONGEST_LABEL,
    LONGEST_TEXT,
    Definition,
    Kind,
    Option,
    Page,
    Passage,
    Question,
    ScaleStyle,
)
from surveys.models import MIN_CELL, Survey, SurveyAccess
from surveys.services.building import Settings
from surveys.templates import Template

SPARE_ROWS = 3


class SettingsForm(BaseForm):
    """Title, window, who may answer, how they are protected."""

    title = StringField(_l("Tên khảo sát"), validators=[DataRequired(_l("Hãy đặt tên cho khảo sát.")), Length(max=300)])
    opens = DateField(_l("Ngày mở"), validators=[InputRequired(_l("Hãy chọn ngày mở."))])
    closes = DateField(
        _l("Ngày đóng"), validators=[InputRequired(_l("Hãy chọn ngày đóng."))], description=_l("Tính cả ngày này.")
    )
    access = RadioField(_l("Ai được trả lời"))
    anonymous = BooleanField(
        _l("Ẩn danh: không ai nối được người trả lời với câu trả lời"),
        description=_l("Bỏ dấu này thì cơ quan thấy tên; trang khảo sát nói rõ điều đó trước câu hỏi đầu tiên."),
    )
    min_cell = IntegerField(
        _l("Ngưỡng ẩn số nhỏ"),
        default=MIN_CELL,
        validators=[InputRequired(_l("Hãy ghi một số."))],
        description=_l("Kết quả công khai không hiện số nhỏ hơn ngưỡng này. Ít nhất là 5."),
    )
    is_sample = BooleanField(
        _l("Người được mời là mẫu chọn ngẫu nhiên"),
        description=_l("Chỉ đánh dấu khi thật sự chọn ngẫu nhiên; khi ấy kết quả mới có sai số."),
    )

    publishes_words = BooleanField(
        _l("Công khai lời viết sau khi kiểm duyệt"),
        description=_l(
            "Người trả lời được báo trước. Lời được duyệt hiện cùng kết quả công khai và tìm được, không kèm tên."
        ),
    )

    def offer(self) -> None:
        self.access.choices = [
            (SurveyAccess.OPEN.value, _("Bất cứ ai có đường dẫn (hoặc mã QR)")),
            (SurveyAccess.SIGNED_IN.value, _("Người có tài khoản Dân Bàn")),
            (SurveyAccess.INVITED.value, _("Người được mời bằng thư, mỗi thư một phiếu")),
        ]

    def show(self, survey: Survey) -> None:
        self.title.data, self.access.data = survey.title, survey.access.value
        self.opens.data = clock.local(survey.opens_at).date()
        self.closes.data = clock.local(survey.closes_at).date()
        self.anonymous.data, self.min_cell.data = survey.anonymous, survey.min_cell
        self.is_sample.data = survey.is_sample
        self.publishes_words.data = survey.publishes_words

    def settings(self) -> Settings:
        """What was asked for; after ``validate``. The window goes from the first to the last second of its days."""
        return Settings(
            title=self.title.data or "",
            opens_at=clock.start_of(self.opens.data or clock.today()),
            closes_at=clock.end_of(self.closes.data or clock.today()),
            access=SurveyAccess(self.access.data),
            anonymous=bool(self.anonymous.data),
            min_cell=self.min_cell.data or 0,
            is_sample=bool(self.is_sample.data),
            publishes_words=bool(self.publishes_words.data),
        )


class NewForm(SettingsForm):
    """A new survey: for which agency, from which beginning."""

    agency = SelectField(_l("Cơ quan"), coerce=int)
    template = RadioField(_l("Bắt đầu từ"))
    file = FileField(
        _l("Hoặc từ tệp định nghĩa (.json)"),
        description=_l("Tệp xuất từ một khảo sát khác trên Dân Bàn. Có tệp thì mẫu ở trên không dùng."),
    )

    def offer_all(self, agencies: Sequence[Agency], templates: Sequence[Template]) -> None:
        self.offer()
        self.agency.choices = [(agency.id, agency.name) for agency in agencies]
        listed = [(template.key, f"{template.title}. {template.summary}") for template in templates]
        self.template.choices = [("", _("Trang trống")), *listed]

    def propose(self) -> None:
        """A week from tomorrow on, for whoever has the link, anonymous."""
        self.opens.data = clock.today()
        self.closes.data = clock.today() + timedelta(days=14)
        self.access.data, self.anonymous.data, self.template.data = SurveyAccess.OPEN.value, True, ""


class RevisionForm(BaseForm):
    """Every form that changes a definition says which one its writer saw."""

    revision = HiddenField(validators=[Regexp(r"\d{1,9}")])

    @property
    def seen(self) -> int:
        return int(self.revision.data or -1)


class ImportForm(BaseForm):
    file = FileField(_l("Tệp định nghĩa (.json)"), validators=[InputRequired(_l("Hãy chọn tệp."))])


class WordsForm(RevisionForm):
    """What stands before the first question and after the last."""

    introduction = TextAreaField(
        _l("Lời mở đầu"),
        validators=[Length(max=LONGEST_TEXT)],
        description=_l("Khảo sát để làm gì, kết quả dùng thế nào."),
    )
    closing = TextAreaField(_l("Lời cảm ơn"), validators=[Length(max=LONGEST_TEXT)])


def _code_field() -> Any:
    return StringField(
        _l("Mã"),
        validators=[
            Regexp(CODE.pattern + "$", message=_l("Mã gồm chữ thường không dấu, số, gạch dưới, bắt đầu bằng chữ."))
        ],
        description=_l("Tên cột trong tệp xuất; giữ nguyên qua các phiên bản thì số liệu so sánh được."),
    )


class PageForm(RevisionForm):
    code = _code_field()
    title = StringField(_l("Tên trang"), validators=[Length(max=LONGEST_LABEL)])
    shuffle = BooleanField(_l("Đảo thứ tự câu hỏi của trang cho mỗi người"))

    def apply(self, page: Page) -> Page:
        return replace(page, title=self.title.data or "", shuffle=bool(self.shuffle.data))


class PassageForm(RevisionForm):
    code = _code_field()
    title = StringField(_l("Tiêu đề"), validators=[Length(max=LONGEST_LABEL)])
    text = TextAreaField(
        _l("Lời giải thích"),
        validators=[Length(max=LONGEST_TEXT)],
        description=_l("Viết {{mã câu}} để chèn câu trả lời trước đó."),
    )
    provision = SelectField(_l("Hiện điều khoản"), validate_choice=False)

    def apply(self, passage: Passage) -> Passage:
        return replace(
            passage, title=self.title.data or "", text=self.text.data or "", provision=_whole(self.provision.data)
        )


class OptionForm(Form):
    """One choice, or one row of a matrix."""

    code = HiddenField()
    label = StringField(_l("Lời"), validators=[Length(max=LONGEST_LABEL)])
    other = BooleanField(_l("ý khác, phải ghi rõ"))
    exclusive = BooleanField(_l("loại trừ các lựa chọn khác"))


class QuestionForm(RevisionForm):
    """A question of any kind; the page shows the settings that its kind has a use for (checking.questions.USED_BY)."""

    code = _code_field()
    text = TextAreaField(
        _l("Câu hỏi"),
        validators=[Length(max=LONGEST_TEXT)],
        description=_l("Viết {{mã câu}} để chèn câu trả lời trước đó."),
    )
    help = TextAreaField(_l("Gợi ý dưới câu hỏi"), validators=[Length(max=LONGEST_TEXT)])
    required = BooleanField(_l("Phải trả lời"))
    options = FieldList(FormField(OptionForm), max_entries=130)
    rows = FieldList(FormField(OptionForm), max_entries=80)
    shuffle = BooleanField(_l("Đảo thứ tự lựa chọn cho mỗi người"))
    least = IntegerField(_l("Chọn ít nhất"), validators=[Optional()])
    most = IntegerField(_l("Chọn nhiều nhất"), validators=[Optional()])
    low = DecimalField(_l("Nhỏ nhất"), validators=[Optional()])
    high = DecimalField(_l("Lớn nhất"), validators=[Optional()])
    decimals = IntegerField(_l("Số chữ số sau dấu phẩy"), validators=[Optional()])
    unit = StringField(_l("Đơn vị"), validators=[Length(max=60)])
    style = RadioField(_l("Kiểu thang"), validate_choice=False)
    low_label = StringField(_l("Lời ở đầu nhỏ"), validators=[Length(max=LONGEST_LABEL)])
    high_label = StringField(_l("Lời ở đầu lớn"), validators=[Length(max=LONGEST_LABEL)])
    labels = TextAreaField(
        _l("Lời của từng mức"), description=_l("Mỗi dòng một mức, từ nhỏ đến lớn; để trống nếu chỉ cần lời hai đầu.")
    )
    earliest = DateField(_l("Ngày sớm nhất"), validators=[Optional()])
    latest = DateField(_l("Ngày muộn nhất"), validators=[Optional()])
    longest = IntegerField(_l("Tối đa bao nhiêu ký tự"), validators=[Optional()])
    provision = SelectField(_l("Hiện điều khoản"), validate_choice=False)
    with_commune = BooleanField(_l("Hỏi đến xã, phường"))

    def show(self, question: Question) -> None:
        """What stands now."""
        for name in ("code", "text", "help", "required", *_PLAIN, "shuffle", "with_commune"):
            self[name].data = getattr(question, name)
        self.labels.data = "\n".join(question.labels)
        self.style.data = str(question.style or ScaleStyle.NUMERIC)
        self.earliest.data, self.latest.data = _day(question.earliest), _day(question.latest)
        self.provision.data = str(question.provision or "")
        for name in ("options", "rows"):
            for option in getattr(question, name):
                self[name].append_entry(vars(option))

    def offer(self, provisions: Mapping[int, Any]) -> None:
        self.style.choices = [
            (ScaleStyle.LIKERT.value, _("Likert: hai phía của một mức giữa")),
            (ScaleStyle.NPS.value, _("NPS: khả năng giới thiệu, 0 đến 10")),
            (ScaleStyle.NUMERIC.value, _("Thang số")),
        ]
        offer_provisions(self.provision, provisions)

    def spare(self, question: Question) -> None:
        """Empty lines to add choices in."""
        for name in ("options", "rows"):
            if question.kind in USED_BY[name]:
                for _line in range(SPARE_ROWS):
                    self[name].append_entry()

    def apply(self, question: Question) -> Question:
        """The question as the form says; what its kind has no use for stays as it is."""
        changed: dict[str, Any] = {name: self[name].data for name in _PLAIN}
        changed["low"], changed["high"] = _number(self.low.data), _number(self.high.data)
        changed["decimals"] = self.decimals.data or 0
        changed |= {name: self[name].data or "" for name in ("unit", "low_label", "high_label")}
        changed["labels"] = tuple(line.strip() for line in (self.labels.data or "").splitlines() if line.strip())
        changed["style"] = ScaleStyle(self.style.data) if self.style.data in set(ScaleStyle) else None
        changed["shuffle"] = bool(self.shuffle.data)
        changed |= {name: day.isoformat() if (day := self[name].data) else None for name in ("earliest", "latest")}
        changed |= {name: self._listed(name, question) for name in ("options", "rows")}
        used = {name: value for name, value in changed.items() if question.kind in USED_BY[name]}
        return replace(
            question,
            text=self.text.data or "",
            help=self.help.data or "",
            required=bool(self.required.data),
            provision=_whole(self.provision.data),
            with_commune=bool(self.with_commune.data) if question.kind == Kind.PLACE else question.with_commune,
            **used,
        )

    def _listed(self, name: str, question: Question) -> tuple[Option, ...]:
        made: list[Option] = []
        for entry in self[name]:
            label = clean(entry.form.label.data or "")
            if label:
                code = entry.form.code.data or ""
                code = code if CODE.fullmatch(code) else _option_code(label, made)
                other = bool(entry.form.other.data) and question.kind in WITH_OTHER and name == "options"
                exclusive = bool(entry.form.exclusive.data) and question.kind == Kind.MULTIPLE and name == "options"
                made.append(Option(code, label, other, exclusive))
        return tuple(made)


_PLAIN = ("least", "most", "low", "high", "decimals", "unit", "low_label", "high_label", "longest")


def offer_provisions(field: Any, provisions: Mapping[int, Any]) -> None:
    listed = [(str(lineage), f"{one.citation} {one.heading}".strip()[:120]) for lineage, one in provisions.items()]
    field.choices = [("", _("Không")), *((code, words or code) for code, words in listed)]


def _option_code(label: str, made: Sequence[Option]) -> str:
    """A code from the words: "Đất đai" is dat_dai; a number after it where it is taken."""
    stem = slug(label).replace("-", "_")[:30].strip("_")
    stem = stem if CODE.fullmatch(stem) else f"c_{stem}"[:30].strip("_")
    used = {option.code for option in made}
    numbered = (f"{stem}_{number}" for number in range(2, len(used) + 3))
    return stem if stem not in used else next(code for code in numbered if code not in used)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _number(value: Any) -> float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _day(text: str | None) -> Any:
    return datetime.fromisoformat(text).date() if text else None


def code_for(definition: Definition, text: str, taken: str) -> str:
    """A speaking code for a question, from its first words; ``taken``: the one it has, kept where they give none."""
    stem = "_".join(slug(text).split("-")[:4])[:30].strip("_")
    used = {page.code for page in definition.pages} | {item.code for p in definition.pages for item in p.items}
    if not CODE.fullmatch(stem) or stem == "end":
        return taken
    return stem if stem not in used else fresh_code(definition, stem)
