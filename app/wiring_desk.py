"""The drafter's desk in the app: its pages, and what of it other packages show."""

from flask import Flask, url_for

from core.i18n import gettext as _
from opinions import indexing
from opinions.views import answer_sheets, answering, assigning, exports, seeing, table_templates
from search import registry as search_registry


def init_app(app: Flask) -> None:
    for pages in (answer_sheets, answering, assigning, exports, seeing, table_templates):
        app.register_blueprint(pages.blueprint)
    search_registry.register(
        indexing.ANSWER,
        search_registry.Source(
            label=lambda: _("Trả lời của cơ quan"),
            documents=indexing.answer_documents,
            batches=indexing.answer_batches,
            cards=indexing.answer_cards,
        ),
    )


def to_administer() -> list[tuple[str, str]]:
    """(label, address) of the frames of the official table."""
    return [(_("Mẫu Bản tổng hợp"), url_for("table_templates.index"))]
