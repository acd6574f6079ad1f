"""Forms: every text field is cleaned on the way in, every refusal of a service becomes a message at its field."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, request
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField

from core.db import db
from core.errors import RuleBroken
from core.i18n import gettext as _
from core.text import clean


class _Messages:
    """WTForms' own refusals in our words: it knows no Vietnamese. Fields that can say more have their own message."""

    def gettext(self, message: str) -> str:
        known = {
            "This field is required.": _("Hãy điền mục này."),
            "Not a valid choice.": _("Hãy chọn một mục trong danh sách."),
            "Not a valid date value.": _("Ngày này chưa đúng."),
            "Not a valid datetime value.": _("Ngày giờ này chưa đúng."),
            "Not a valid time value.": _("Giờ này chưa đúng."),
            "Not a valid integer value.": _("Hãy nhập một số nguyên."),
        }
        return known.get(message) or _("Nội dung mục này chưa đúng. Kiểm tra lại.")

    def ngettext(self, singular: str, _plural: str, _n: int) -> str:
        if "longer" in singular or "between" in singular:
            return _("Nội dung dài quá. Hãy rút ngắn lại.")
        return _("Nội dung ngắn quá. Hãy viết thêm.") if "at least" in singular else self.gettext(singular)


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Base of every form."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # as above
        def get_translations(self, _form: Any) -> Any:
            return _Messages()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            field_class = unbound_field.field_class
            if issubclass(field_class, StringField) and not issubclass(field_class, PasswordField):
                options["filters"] = (_clean_or_none, *options.get("filters", ()))
            return super().bind_field(form, unbound_field, options)

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Run a service; what it wrote is undone and its message put at the field if it refuses (RuleBroken)."""
        try:
            with db.session.begin_nested():
                yield
        except RuleBroken as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: RuleBroken) -> None:
        """Put a refusal where the person looks: at its field, or at the head of the form."""
        target = self._fields.get(refusal.field or "")
        if target is None:
            self.form_errors.append(refusal.message)
        else:
            target.errors = [*target.errors, refusal.message]

    @property
    def refused(self) -> bool:
        return bool(self.errors)


def _clean_or_none(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


def is_fragment() -> bool:
    """Does a script ask for a part of the page only?"""
    return has_request_context() and bool(request.headers.get("X-Fragment"))


__all__ = ["BaseForm", "Field", "is_fragment"]
