"""How a query was understood, in plain words: what people read above the results."""

from collections import Counter

from core.i18n import gettext as _
from search.facets import stance_labels, type_names
from search.query import Clause, Field, Filters, Group, ParsedQuery, Remark, RemarkKind
from search.understanding import Understood

__all__ = ["explain", "explain_remark", "is_plain"]


def is_plain(understood: Understood) -> bool:
    """Whether nothing was typed but words that must all occur: that needs no explanation."""
    words = understood.words
    simple = all(len(group[0].terms) == 1 for group in _without_short_forms(words)[0] if len(group) == 1)
    one_each = all(len(group) == 1 for group in words.required)
    plain = simple and one_each and not (words.excluded or words.soft)
    return plain and not (understood.filters or understood.remarks or understood.cut)


def explain(understood: Understood, *, some_words: bool = False) -> list[str]:
    """Sentences; `some_words`: what was answered holds a part of the words only."""
    words = understood.words
    if words.finds_nothing and not understood.filters and understood.typed:
        return [_("Trong “%(typed)s” không có chữ hay số nào để tìm.", typed=understood.typed[:80])]
    sentences = [*_of_words(words, some_words=some_words), *_of_filters(understood.filters)]
    if understood.cut:
        sentences.append(_("Câu tìm quá dài: chỉ đọc %(n)s ký tự đầu.", n=len(understood.typed)))
    return sentences


def explain_remark(remark: Remark) -> str:
    """Why a part of the query was left out."""
    typed = remark.typed[:60]
    match remark.kind:
        case RemarkKind.UNKNOWN_VALUE:
            return _unknown(remark)
        case RemarkKind.BAD_DATE:
            return _("Bỏ qua “%(typed)s”: ngày viết như 2026-01-31 hoặc 31/01/2026.", typed=typed)
        case RemarkKind.DATES_REVERSED:
            return _("Ngày đầu sau ngày cuối: đã đổi chỗ hai ngày.")
        case RemarkKind.BAD_NUMBER:
            return _("Bỏ qua “%(typed)s”: sau dấu hai chấm là số điều, số khoản hoặc chữ của điểm.", typed=typed)
        case RemarkKind.STAFF_ONLY:
            return _("Bỏ qua “tác-giả:”: tìm theo người góp ý chỉ dành cho cán bộ đang làm việc với dự thảo.")
        case RemarkKind.NOT_NEGATED:
            return _("Bỏ qua “%(typed)s”: dấu trừ chỉ dùng trước từ, loại, nguồn và lập trường.", typed=typed)


def _of_words(words: ParsedQuery, *, some_words: bool) -> list[str]:
    groups, shorts = _without_short_forms(words)
    single = [_text(group[0]) for group in groups if len(group) == 1 and len(group[0].terms) == 1]
    phrases = [_quoted(group[0]) for group in groups if len(group) == 1 and len(group[0].terms) > 1]
    sentences: list[str] = []
    if single:
        listed = ", ".join(single)
        sentences.append(
            _("có một phần các từ: %(words)s", words=listed) if some_words else _("có mọi từ: %(words)s", words=listed)
        )
    if shorts:
        sentences.append(_("hoặc viết tắt: %(words)s", words=", ".join(_text(clause).upper() for clause in shorts)))
    if phrases:
        sentences.append(_("có các từ liền nhau: %(phrases)s", phrases=", ".join(phrases)))
    sentences += [_("có một trong: %(words)s", words=_any_of(group)) for group in groups if len(group) > 1]
    if words.excluded:
        sentences.append(_("không có: %(words)s", words=", ".join(map(_quoted, words.excluded))))
    fillers = [_text(group[0]) for group in words.soft if not group[0].terms[0].exact.startswith("§")]
    if fillers:
        sentences.append(_("không bắt buộc có: %(words)s", words=", ".join(fillers)))
    return sentences


def _without_short_forms(words: ParsedQuery) -> tuple[list[Group], list[Clause]]:
    """The groups without acronyms that stand for several of them together, and these acronyms."""
    often = Counter(clause for group in words.required for clause in group[1:] if len(clause.terms) == 1)
    shorts = [clause for clause, number in often.items() if number > 1]
    return [tuple(clause for clause in group if clause not in shorts) for group in words.required], shorts


def _any_of(group: Group) -> str:
    return _(" hoặc ").join(_quoted(clause) if len(clause.terms) > 1 else _text(clause) for clause in group)


def _text(clause: Clause) -> str:
    return " ".join(term.exact for term in clause.terms)


def _quoted(clause: Clause) -> str:
    return f"“{_text(clause)}”"


def _of_filters(filters: Filters) -> list[str]:
    sentences: list[str] = []
    if filters.places:
        sentences.append(_("chỉ ở %(place)s", place=_place(filters)))
    for name, values in filters.only.items():
        sentences.append(f"{_names(name)}: {', '.join(_value(name, value) for value in values)}")
    for name, values in filters.never.items():
        sentences.append(f"{_('trừ')} {_names(name)}: {', '.join(_value(name, value) for value in values)}")
    if filters.author:
        sentences.append(_("người góp ý: %(name)s", name=filters.author))
    if filters.date_from:
        sentences.append(_("từ ngày %(day)s", day=filters.date_from.strftime("%d/%m/%Y")))
    if filters.date_to:
        sentences.append(_("đến hết ngày %(day)s", day=filters.date_to.strftime("%d/%m/%Y")))
    return sentences


def _place(filters: Filters) -> str:
    words = {Field.POINT: _("điểm"), Field.CLAUSE: _("khoản"), Field.ARTICLE: _("Điều")}
    return " ".join(f"{word} {filters.places[name]}" for name, word in words.items() if name in filters.places)


def _names(name: Field) -> str:
    return {Field.STANCE: _("lập trường"), Field.CHANNEL: _("nguồn"), Field.TYPE: _("loại")}[name]


def _value(name: Field, value: str) -> str:
    if name is Field.STANCE:
        return stance_labels().get(value, value).lower()
    if name is Field.TYPE:
        return str(type_names([value]).get(value, value)).lower()
    return value


def _unknown(remark: Remark) -> str:
    if remark.field is Field.STANCE:
        known = _("ủng-hộ, đề-nghị-sửa, không-đồng-ý, hỏi")
        return _("Bỏ qua “%(typed)s”: lập trường là %(known)s.", typed=remark.typed[:60], known=known)
    return _("Bỏ qua “%(typed)s”: không có giá trị này.", typed=remark.typed[:60])
