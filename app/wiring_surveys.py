"""The surveys in the app: what of them is reviewed and searched."""

from core.i18n import gettext as _
from moderation import registry as moderation_registry
from search import registry as search_registry
from surveys import indexing, registry
from surveys.services import words


def init_app() -> None:
    for subject_type, reviewable in registry.reviewables(words.VERDICTS, words.MASKS).items():
        moderation_registry.register(subject_type, reviewable)
    search_registry.register(
        registry.WRITTEN,
        search_registry.Source(
            label=lambda: _("Lời viết trong khảo sát"),
            documents=indexing.written_documents,
            batches=indexing.written_batches,
            cards=indexing.written_cards,
        ),
    )
