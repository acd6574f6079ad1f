"""The one provision that a person names in a field of a form."""

from core.errors import RuleBroken
from core.i18n import gettext as _
from opinions.imports.places import PlaceFinder, Spot
from opinions.queries import imports as queries


def find_spot(consultation_id: int, words: str) -> Spot:
    """Raises RuleBroken (field ``place``) where there is none, or where several are named."""
    finder = PlaceFinder(queries.list_provisions(consultation_id), queries.first_document(consultation_id))
    found = finder.find(" ".join(words.split()))
    if found.unplaced:
        raise RuleBroken(_("Dự thảo không có điều khoản này. Ví dụ cách ghi: khoản 2 Điều 5."), "place")
    if found.several:
        raise RuleBroken(_("Hãy ghi một điều khoản."), "place")
    return found.spot
