"""The text fields of the site, found on its forms; and those that take no words of anybody, each with its reason."""

import sys
from collections.abc import Iterator
from pathlib import Path

from wtforms import Form, PasswordField, StringField

import app.wiring  # noqa: F401  # every form is on some page, every page in the app

LISTED = Path(__file__).with_name("stored.txt")

NO_WORDS = {
    "consultations.forms.tree.NodeForm.seen": "a fingerprint, compared and never shown",
    "consultations.forms.tree.SplitForm.whole": "a fingerprint, compared and never shown",
    "consultations.forms.tree.StepForm.seen": "a fingerprint, compared and never shown",
    "consultations.forms.versions.ChooseForm.old": "a number; nothing else is read",
    "consultations.forms.writing.GuestSendForm.draft": "a number; nothing else is read",
    "consultations.forms.writing.PersonSendForm.draft": "a number; nothing else is read",
    "consultations.forms.writing.SendForm.draft": "a number; nothing else is read",
    "forums.forms.writing.EditForm.version": "a number; nothing else is read",
    "forums.forms.writing.ReplyForm.quoted": "a number; nothing else is read",
    "forums.forms.writing.WritingForm.body": "never shown by itself: a base of forms",
    "moderation.forms.DecisionForm.decision": "one of a list",
    "opinions.forms.grouping.OnPlaceForm.do": "one of a list",
    "opinions.forms.grouping.ProposalForm.do": "one of a list",
    "surveys.forms.building.OptionForm.code": "a code; another one is made where it is none",
}
"""And ``revision`` of every form of the builder of surveys: a number; nothing else is read."""


def text_fields() -> set[str]:
    """Every field of every form that takes words: ``forums.forms.writing.TopicForm.title``."""
    found = {f"{name_of(form)}.{field}" for form in _forms(Form) for field in _words(form)}
    return {field for field in found if not field.endswith(".revision")} - NO_WORDS.keys()


def listed() -> set[str]:
    """Those that the steps of this package fill in; the test in the browser holds them to it."""
    return set(LISTED.read_text("utf-8").split())


def name_of(form: type[Form]) -> str:
    """Where a form is written down; one that was made for a file at hand goes by what it is made from."""
    while getattr(sys.modules[form.__module__], form.__name__, None) is not form:
        form = form.__bases__[0]
    return f"{form.__module__}.{form.__name__}"


def _forms(base: type[Form]) -> Iterator[type[Form]]:
    for form in base.__subclasses__():
        if not form.__module__.startswith(("wtforms", "flask_wtf", "core", "tests")):
            yield form
        yield from _forms(form)


def _words(form: type[Form]) -> Iterator[str]:
    for name in dir(form):
        kind = getattr(getattr(form, name, None), "field_class", None)
        if kind is not None and issubclass(kind, StringField) and not issubclass(kind, PasswordField):
            yield name
