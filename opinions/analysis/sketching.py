"""The proposals of a place, worked out from what was read of it: which opinions, in what words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.text import truncate_words
from opinions.analysis import hook
from opinions.analysis.clusters import Anchor, Unit, propose, typical
from opinions.analysis.phrases import Background, key_phrases

READ_OF_PROPOSAL = 100
"""Its title, its phrases and its most typical text come from so many of its texts, those of most opinions."""
READ_OF_PLACE = 300
TITLE = 120
SHOWN_TO_NAMER = 20


@dataclass(frozen=True)
class Material:
    """Texts of a place with the comments (ids) of each, the groups that may take more, and which has a text already.

    ``provision``: its words, where somebody has put a namer.
    """

    members: Sequence[Sequence[int]]
    units: Sequence[Unit]
    anchors: Sequence[Anchor]
    homes: Sequence[int | None]
    provision: str


@dataclass
class Sketched:
    """A proposal as it was worked out: comments by id, the most typical one, and its words."""

    comments: list[int]
    typical: int
    group_id: int | None
    title: str
    phrases: list[str]


def sketch(material: Material) -> list[Sketched]:
    """The proposals of a place. Reads nothing but its argument, so that any process can do it."""
    units = material.units
    into: dict[int, list[int]] = defaultdict(list)
    free: list[int] = []
    for number, group_id in enumerate(material.homes):
        if group_id is not None and group_id not in units[number].barred:
            into[group_id].append(number)
        else:
            free.append(number)
    made: list[tuple[int | None, list[int]]] = []
    for cluster in propose([units[number] for number in free], material.anchors):
        numbers = [free[index] for index in cluster.units]
        if cluster.anchor is None:
            made.append((None, numbers))
        else:
            into[cluster.anchor] += numbers
    made += [(group_id, numbers) for group_id, numbers in sorted(into.items())]
    background = Background([unit.text for unit in units[:READ_OF_PLACE]])
    return [_sketch(numbers, group_id, material, background) for group_id, numbers in made]


def _sketch(numbers: Sequence[int], group_id: int | None, material: Material, background: Background) -> Sketched:
    members, units = material.members, material.units
    heaviest = sorted(numbers, key=lambda number: (-units[number].weight, number))[:READ_OF_PROPOSAL]
    order = typical([units[number].text for number in heaviest], [units[number].weight for number in heaviest])
    texts = [units[heaviest[at]].text for at in order]
    phrases = key_phrases(texts, background) if len(texts) > 1 else []
    return Sketched(
        comments=[comment for number in numbers for comment in members[number]],
        typical=members[heaviest[order[0]]][0],
        group_id=group_id,
        title=_named(material.provision, texts) or _title(texts, phrases),
        phrases=phrases,
    )


def _title(texts: Sequence[str], phrases: Sequence[str]) -> str:
    """The two most telling phrases; the text itself, if there is but one."""
    words = "; ".join(phrases[:2]) or truncate_words(texts[0], TITLE)
    return words[:1].upper() + words[1:]


def _named(provision: str, texts: Sequence[str]) -> str:
    """The name that a language model gives, where somebody has put one (opinions/analysis/hook.py); else empty."""
    if hook.namer is None:
        return ""
    try:
        return (hook.namer.name(provision, texts[:SHOWN_TO_NAMER]) or "").strip()[:300]
    except Exception:  # whatever it was: the machine's own words do
        return ""
