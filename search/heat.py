"""Where in a draft the hits are: a cell for each article. Pure; the draft's own package says what its articles are."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["STEPS", "Article", "Cell", "Division", "heat"]

STEPS = (1, 3, 10, 30, 100)  # from how many hits each step of colour begins


@dataclass(frozen=True, slots=True)
class Article:
    """An article (or, in a text without articles, a section) and the lineages of it and of all below it."""

    lineage_id: int
    label: str  # "Điều 12"
    heading: str
    lineages: frozenset[int]


@dataclass(frozen=True, slots=True)
class Division:
    """A chapter with its articles; a text without chapters is one without a title."""

    title: str
    heading: str
    articles: Sequence[Article]


@dataclass(frozen=True, slots=True)
class Cell:
    article: Article
    n: int
    chosen: bool

    @property
    def step(self) -> int:
        """0 (nothing) to 5."""
        return bisect_right(STEPS, self.n)


def heat(
    divisions: Sequence[Division], counts: Mapping[int, int], chosen: int | None
) -> list[tuple[Division, list[Cell]]]:
    """The cells of each division; `counts` are hits by lineage, `chosen` is the article looked into."""
    return [
        (division, [Cell(each, _hits(each, counts), each.lineage_id == chosen) for each in division.articles])
        for division in divisions
    ]


def _hits(article: Article, counts: Mapping[int, int]) -> int:
    return sum(counts.get(lineage, 0) for lineage in article.lineages)
