"""Versions made from a real law by edits whose truth is known: renumber, split, merge, move, reword, add, remove.

Every unit keeps an identity through the edits, so that what ``legal.align`` answers can be marked right or wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from legal.nodes import Kind, Node, Outline
from legal.numbering import LETTERS

SHORTEST = 24
"""So many words a clause must have to be cut in two, or to be worth moving."""


@dataclass(eq=False)
class Piece:
    """An article, clause or point. ``came_from`` are the identities of the old units its text was made from."""

    kind: Kind
    text: str
    name: str = ""
    children: list[Piece] = field(default_factory=list)
    came_from: list[int] = field(default_factory=list)
    number: str = ""
    parent: Piece | None = None
    touched: bool = False

    def walk(self) -> Iterator[Piece]:
        """This piece and those below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def pieces_of(outline: Outline, limit: int) -> list[Piece]:
    """The first articles of a law with their clauses and points, each with an identity of its own."""
    numbers = count(1)
    articles = [node for node in outline.walk() if node.kind is Kind.ARTICLE and not node.quoted][:limit]
    return [_piece(node, numbers) for node in articles]


def _piece(node: Node, numbers: Iterator[int]) -> Piece:
    text = " ".join(node.text.split())
    made = Piece(node.kind, text, node.heading, came_from=[next(numbers)])
    wanted = {Kind.ARTICLE: Kind.CLAUSE, Kind.CLAUSE: Kind.POINT}.get(node.kind)
    for child in node.children:
        if child.kind is wanted and not child.quoted:
            made.children.append(_piece(child, numbers))
    if not made.text and not made.children:
        made.text = "Nội dung theo quy định."
    return made


def settle(articles: list[Piece]) -> list[Piece]:
    """Number everything anew and remember parents; all units in order."""
    units: list[Piece] = []
    for number, article in enumerate(articles, 1):
        _number(article, str(number), None, units)
    return units


def _number(piece: Piece, number: str, parent: Piece | None, units: list[Piece]) -> None:
    piece.number, piece.parent = number, parent
    units.append(piece)
    for at, child in enumerate(piece.children):
        _number(child, LETTERS[at % len(LETTERS)] if child.kind is Kind.POINT else str(at + 1), piece, units)


def write(articles: list[Piece]) -> str:
    """The law as plain text."""
    lines = ["LUẬT", "MẪU"]
    for article in articles:
        lines.append(f"Điều {article.number}. {article.name}".rstrip())
        if article.text:
            lines.append(article.text)
        for clause in article.children:
            lines.append(f"{clause.number}. {clause.text}")
            lines.extend(f"{point.number}) {point.text}" for point in clause.children)
    return "\n".join(lines)


class Editor:
    """Edits a law in place, seeded; ``spare`` is a law whose clauses and words come in as new ones."""

    def __init__(self, articles: list[Piece], spare: list[Piece], seed: int) -> None:
        self.articles = articles
        self._random = random.Random(seed)
        self._spare = [unit for article in spare for unit in article.walk() if unit.kind is Kind.CLAUSE]
        self._articles_to_add = [article for article in spare if article.children]
        self._words = [word for unit in self._spare for word in unit.text.split() if word.isalpha()]

    def edit(self) -> None:
        """A version's worth of edits: a few of each kind, then words changed in a third of all units."""
        size = len(self.articles)
        for work in (self.remove, self.add, self.split, self.merge, self.move, self.add_article, self.remove_article):
            for _ in range(max(1, size // (20 if "article" in work.__name__ else 8))):
                work()
        self.move_article()
        for article in self.articles:
            for unit in article.walk():
                if self._random.random() < 0.33:
                    self.reword(unit)

    def _clause(self, least: int = 0) -> tuple[Piece, int] | None:
        """An article and the place of a clause in it, one that no other edit has touched."""
        found = [
            (article, at)
            for article in self.articles
            for at, clause in enumerate(article.children)
            if len(clause.came_from) == 1
            and not clause.touched
            and len(clause.text.split()) >= least
            and len(article.children) > 1
        ]
        return self._random.choice(found) if found else None

    def remove(self) -> None:
        """A clause goes."""
        found = self._clause()
        if found:
            del found[0].children[found[1]]

    def add(self) -> None:
        """A clause of another law comes in."""
        found = self._clause()
        if found:
            found[0].children.insert(found[1], Piece(Kind.CLAUSE, self._random.choice(self._spare).text))

    def split(self) -> None:
        """A long clause without points becomes two."""
        found = self._clause(SHORTEST)
        if not found or found[0].children[found[1]].children:
            return
        article, at = found
        clause = article.children[at]
        words = clause.text.split()
        cut = self._random.randint(12, len(words) - 12)
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        article.children[at : at + 1] = [
            Piece(Kind.CLAUSE, first + ".", came_from=[*clause.came_from]),
            Piece(Kind.CLAUSE, second[:1].upper() + second[1:], came_from=[*clause.came_from]),
        ]
        self._touch(*article.children[at : at + 2])

    def merge(self) -> None:
        """Two neighbouring clauses without points become one."""
        found = self._clause(12)
        if not found:
            return
        article, at = found
        pair = article.children[at : at + 2]
        if len(pair) < 2 or any(
            one.children or len(one.came_from) != 1 or len(one.text.split()) < 12 or one.touched for one in pair
        ):
            return
        joined = Piece(
            Kind.CLAUSE, f"{pair[0].text} {pair[1].text}", came_from=[*pair[0].came_from, *pair[1].came_from]
        )
        article.children[at : at + 2] = [joined]
        self._touch(joined)

    def move(self) -> None:
        """A clause goes to another article."""
        found = self._clause(SHORTEST)
        if not found:
            return
        clause = found[0].children.pop(found[1])
        target = self._random.choice([one for one in self.articles if one is not found[0] and one.children])
        target.children.insert(self._random.randint(0, len(target.children)), clause)
        self._touch(clause)

    def add_article(self) -> None:
        """A new article: all after it are renumbered."""
        model = self._random.choice(self._articles_to_add)
        clauses = [Piece(Kind.CLAUSE, one.text) for one in model.children]
        self.articles.insert(self._random.randint(0, len(self.articles)), Piece(Kind.ARTICLE, "", model.name, clauses))

    def remove_article(self) -> None:
        """An article goes with all that stands in it."""
        free = [one for one in self.articles if not any(unit.touched for unit in one.walk())]
        if free:
            self.articles.remove(self._random.choice(free))

    def move_article(self) -> None:
        """An article goes to another place."""
        article = self.articles.pop(self._random.randrange(len(self.articles)))
        self.articles.insert(self._random.randint(0, len(self.articles)), article)

    def reword(self, unit: Piece) -> None:
        """Up to 40 % of the words become others, not the first: a sentence begins with a capital."""
        words = unit.text.split()
        share = self._random.uniform(0.03, 0.4)
        for at in self._random.sample(range(1, len(words)), int(len(words) * share)) if len(words) > 1 else ():
            words[at] = self._random.choice(self._words)
        unit.text = " ".join(words)

    @staticmethod
    def _touch(*pieces: Piece) -> None:
        for piece in pieces:
            piece.touched = True
