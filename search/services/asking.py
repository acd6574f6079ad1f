"""One visit to the results page: what was typed and chosen, understood, asked, and answered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core import clock, slots
from core.text import slug
from search import queries
from search.addresses import Wish
from search.analysis import Acronyms, terms
from search.documents import Facet, FacetValue, place_token
from search.engines.base import SearchQuery
from search.finding import Answer, Reading, answer
from search.query import Field, Filters, Names, Remark, RemarkKind
from search.registry import sources
from search.services.acronyms import known_acronyms
from search.services.finding import Findings, exists, find
from search.understanding import Understood, understand, words_of

__all__ = ["Asked", "ask", "to_query"]

_STANCES = {
    "ung-ho": "support",
    "dong-y": "support",
    "de-nghi-sua": "amend",
    "sua": "amend",
    "sua-doi": "amend",
    "khong-dong-y": "oppose",
    "phan-doi": "oppose",
    "hoi": "ask",
}
_PLACES = {Field.ARTICLE: "dieu", Field.CLAUSE: "khoan", Field.POINT: "diem"}
_FACETS = {Field.STANCE: Facet.STANCE, Field.CHANNEL: Facet.CHANNEL, Field.TYPE: Facet.TYPE}


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish with its answer. `offered`: a text that was probably meant, and finds something."""

    wish: Wish
    understood: Understood
    answer: Answer[Findings]
    offered: str | None = None

    @property
    def findings(self) -> Findings:
        return self.answer.result


def ask(wish: Wish, *, is_staff: bool) -> Asked:
    """Search for what was typed and chosen; three searches at most, and one more for what may have been meant."""
    acronyms = known_acronyms()
    understood = _understood(wish.typed, acronyms, is_staff=is_staff)
    query = _query(wish, understood)
    answered = answer(
        understood.rest,
        search=lambda words: find(replace(query, words=words)),
        count=lambda findings: findings.total,
        vocabulary=queries.forms,
        acronyms=acronyms,
    )
    offered = None
    if answered.meant is not None and answered.reading is not Reading.RESPELT:
        only = dict(filter(lambda item: item[0] is Facet.CONSULTATION, query.only.items()))
        if exists(words_of(answered.meant, acronyms), only):
            offered = answered.meant
    return Asked(wish, understood, answered, offered)


def to_query(wish: Wish, *, is_staff: bool) -> SearchQuery:
    """The query of a wish as it stands, without second readings: for what is kept, watched and handed out."""
    understood = _understood(wish.typed, known_acronyms(), is_staff=is_staff)
    return replace(_query(wish, understood), words=understood.words, facets=())


def _understood(typed: str, acronyms: Acronyms, *, is_staff: bool) -> Understood:
    understood = understand(typed, names=_names(), acronyms=acronyms)
    if understood.filters.author and not is_staff:
        remark = Remark(RemarkKind.STAFF_ONLY, understood.filters.author, Field.AUTHOR)
        understood.filters.author = ""
        return replace(understood, remarks=(*understood.remarks, remark))
    return understood


def _query(wish: Wish, understood: Understood) -> SearchQuery:
    filters = understood.filters
    only: dict[Facet, tuple[FacetValue, ...]] = dict(wish.chosen)
    for name, values in filters.only.items():
        only[_FACETS[name]] = _both(only.get(_FACETS[name]), values)
    if wish.lineage_id is not None:
        below = slots.content("search.below", wish.lineage_id, default=(wish.lineage_id,))
        only[Facet.LINEAGE] = _both(only.get(Facet.LINEAGE), below)
    start, end = _span(wish, filters)
    return SearchQuery(
        only=only,
        never={_FACETS[name]: tuple(values) for name, values in filters.never.items()},
        places=tuple(place_token(_PLACES[name], number) for name, number in filters.places.items()),
        author=tuple(terms(filters.author)),
        date_from=start,
        date_to=end,
        facets=tuple(Facet),
        offset=wish.offset,
        limit=wish.limit,
        sort=wish.sort,
    )


def _both(one: tuple[FacetValue, ...] | None, other: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
    return tuple(other) if one is None else tuple(value for value in one if value in other)


def _span(wish: Wish, filters: Filters) -> tuple[datetime | None, datetime | None]:
    starts = [day for day in (wish.date_from, filters.date_from) if day]
    ends = [day for day in (wish.date_to, filters.date_to) if day]
    return clock.start_of(max(starts)) if starts else None, clock.end_of(min(ends)) if ends else None


# --- names -----------------------------------------------------------------------------------------------------------


def _names() -> Names:
    channels: Mapping[str, str] = slots.content("search.channels", default={})
    types = {slug(source.label()): name for name, source in sources().items()}
    return {
        Field.STANCE: _STANCES,
        Field.CHANNEL: {slug(label): value for value, label in channels.items()} | {value: value for value in channels},
        Field.TYPE: types | {name: name for name in sources()},
    }
