"""What the found can be narrowed by: every count is of everything found, with the names that people know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core import slots
from core.i18n import gettext as _
from search import queries
from search.addresses import PARAMETERS
from search.documents import Facet, FacetValue
from search.registry import sources
from search.services import ProvisionCount

__all__ = ["MOST_SHOWN", "FacetGroup", "Option", "facet_groups", "stance_labels", "type_names"]

MOST_SHOWN = 12  # of a facet, the most frequent


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: FacetValue
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One thing to narrow by. `left`: how many further values there are; `chosen`: one of them is set."""

    facet: Facet
    title: str
    parameter: str
    options: Sequence[Option]
    left: int = 0

    @property
    def chosen(self) -> Option | None:
        return next((option for option in self.options if option.chosen), None)


Counts = Mapping[FacetValue, int]


def facet_groups(
    facets: Mapping[Facet, Counts], places: Sequence[ProvisionCount], chosen: Mapping[Facet, FacetValue]
) -> list[FacetGroup]:
    """The facets that have anything to choose. What is chosen stays, even where nothing is left of it."""
    groups = [_group(facet, title(), facets.get(facet, {}), chosen.get(facet)) for facet, title in _TITLES.items()]
    groups.append(_of_places(places, chosen.get(Facet.LINEAGE)))
    return [group for group in groups if len(group.options) > 1 or group.chosen]


_TITLES: dict[Facet, Callable[[], str]] = {
    Facet.CONSULTATION: lambda: _("Đợt lấy ý kiến"),
    Facet.STANCE: lambda: _("Lập trường"),
    Facet.AUTHOR_KIND: lambda: _("Chủ thể góp ý"),
    Facet.CHANNEL: lambda: _("Nguồn gửi"),
    Facet.AGENCY: lambda: _("Cơ quan chủ trì"),
    Facet.PROVINCE: lambda: _("Tỉnh, thành phố"),
    Facet.MONTH: lambda: _("Thời gian"),
}


def _group(facet: Facet, title: str, counts: Counts, chosen: FacetValue | None) -> FacetGroup:
    values = dict(counts)
    if chosen is not None:
        values.setdefault(chosen, 0)
    ordered = _ordered(facet, values)
    shown = ordered[:MOST_SHOWN]
    if chosen is not None and chosen not in shown:
        shown.append(chosen)
    names = _NAMES[facet](shown)
    options = [Option(names[value], value, values[value], value == chosen) for value in shown if value in names]
    return FacetGroup(facet, title, PARAMETERS[facet], options, len(ordered) - len(shown))


def _ordered(facet: Facet, values: Counts) -> list[FacetValue]:
    """Months from the latest; stances as they always stand; the rest by how often."""
    if facet is Facet.MONTH:
        return sorted(values, reverse=True)
    if facet is Facet.STANCE:
        return [stance for stance in stance_labels() if stance in values]
    return sorted(values, key=lambda value: (-values[value], value))


def _of_places(places: Sequence[ProvisionCount], chosen: FacetValue | None) -> FacetGroup:
    options = [Option(row.citation, row.lineage_id, row.count, row.lineage_id == chosen) for row in places[:MOST_SHOWN]]
    left = max(len(places) - MOST_SHOWN, 0)
    return FacetGroup(Facet.LINEAGE, _("Điều khoản"), PARAMETERS[Facet.LINEAGE], options, left)


# --- names -----------------------------------------------------------------------------------------------------------

Values = Sequence[FacetValue]
NamesOf = Callable[[Values], Mapping[FacetValue, str]]


def type_names(values: Values) -> dict[FacetValue, str]:
    """What kinds of things are called."""
    return {name: source.label() for name, source in sources().items() if name in values}


def stance_labels() -> dict[str, str]:
    """In the order in which stances always stand."""
    return {
        "support": _("Ủng hộ"),
        "amend": _("Đề nghị sửa"),
        "oppose": _("Không đồng ý"),
        "ask": _("Hỏi"),
    }


def _kind_labels() -> dict[str, str]:
    return {
        "individual": _("Cá nhân"),
        "organisation": _("Tổ chức"),
        "agency": _("Cơ quan"),
    }


def _fixed(labels: Callable[[], Mapping[str, str]]) -> NamesOf:
    return lambda values: {value: labels().get(str(value), str(value)) for value in values}


def _from_slot(name: str) -> NamesOf:
    return lambda values: slots.content(name, values, default={}) if values else {}


def _channels() -> Mapping[str, str]:
    labels: Mapping[str, str] = slots.content("search.channels", default={})
    return labels


def _months(values: Values) -> Mapping[FacetValue, str]:
    return {value: _("tháng %(month)s/%(year)s", year=str(value)[:4], month=int(str(value)[5:7])) for value in values}


_NAMES: dict[Facet, NamesOf] = {
    Facet.CONSULTATION: _from_slot("search.consultations"),
    Facet.STANCE: _fixed(stance_labels),
    Facet.AUTHOR_KIND: _fixed(_kind_labels),
    Facet.CHANNEL: _fixed(_channels),
    Facet.AGENCY: queries.agency_names,
    Facet.PROVINCE: queries.province_names,
    Facet.MONTH: _months,
}
