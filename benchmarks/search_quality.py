"""How well searches find what was judged by hand: python benchmarks/search_quality.py [--each] [--engine NAME].

Prints nDCG@10 and recall@50 over tests/data/search (its README says how it was made), per class of query, for our
engines and for what stands at hand without them: SQLite FTS5 with `unicode61 remove_diacritics 2`, and Whoosh as it
comes, each asked for all words and for any. All index the same texts: name, citation and text of a provision, and the
names of what it stands under. `--each` prints every query.
"""

import argparse
import csv
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log2
from pathlib import Path
from statistics import mean
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from whoosh import fields, index
from whoosh.qparser.default import MultifieldParser
from whoosh.qparser.syntax import AndGroup, OrGroup

from app.factory import create_app
from core.db import db
from legal.nodes import Node
from search.analysis import pairs, terms
from search.documents import SearchDocument
from search.engines.base import Engine, SearchQuery, SearchResult
from search.engines.postgres import PostgresEngine
from search.engines.tantivy import TantivyEngine
from search.engines.whoosh import WhooshEngine
from search.finding import answer
from search.query import ParsedQuery
from tests.legal.documents import outline
from tests.support.postgres import running_postgres

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "search"
TITLES = {
    "01": "Bộ luật Dân sự",
    "03": "Nghị định quy định chi tiết Luật Bảo hiểm xã hội về bảo hiểm xã hội bắt buộc",
    "04": "Nghị định ban hành Quy chế làm việc của Chính phủ",
    "06": "Nghị quyết phiên họp Chính phủ thường kỳ tháng 4 năm 2026",
    "07": "Luật An ninh mạng",
    "08": "Nghị định về công tác văn thư",
    "B": "Luật Bảo hiểm y tế",
}
DEPTH = 50
ENGINES = ("whoosh", "tantivy", "postgres")
Place = tuple[str, str]
Search = Callable[[str], list[int]]


class Provision(NamedTuple):
    document: str
    citation: str
    heading: str
    text: str
    context: str


class Query(NamedTuple):
    id: str
    kind: str
    text: str


def provisions() -> list[Provision]:
    found: list[Provision] = []

    def walk(nodes: list[Node], document: str, above: tuple[str, ...]) -> None:
        for node in nodes:
            if node.heading or node.text:
                found.append(Provision(document, node.citation, node.heading, node.text, ". ".join(above)))
            walk(node.children, document, (*above, node.heading) if node.heading else above)

    for document, title in TITLES.items():
        walk(outline(document).nodes, document, (title,))
    return found


def queries() -> list[Query]:
    with (DATA / "queries.tsv").open() as file:
        return [Query(*row) for row in list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]]


def judgements() -> dict[str, dict[Place, int]]:
    grades: dict[str, dict[Place, int]] = defaultdict(dict)
    with (DATA / "judgements.tsv").open() as file:
        for query, document, citation, grade in list(csv.reader(file, delimiter="\t"))[1:]:
            grades[query][document, citation] = int(grade)
    return grades


# --- ours ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    exact: str
    folded: str
    count: int


def vocabulary(texts: Iterable[str]) -> Callable[[Collection[str]], list[Word]]:
    """The words and pairs of the texts, as the site keeps them in its database."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts:
        row = terms(text)
        counts.update({(each.exact, each.folded) for each in [*row, *pairs(row)]})
    by_folded: dict[str, list[Word]] = defaultdict(list)
    for (exact, folded), count in counts.items():
        by_folded[folded].append(Word(exact, folded, count))
    return lambda wanted: [word for folded in wanted for word in by_folded.get(folded, ())]


def ours(engine: Engine, made: list[Provision]) -> Search:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    numbers = {document: number for number, document in enumerate(TITLES, 1)}
    engine.clear()
    engine.add(
        SearchDocument(
            type="provision",
            id=number,
            consultation_id=numbers[each.document],
            version_id=numbers[each.document],
            lineage_id=number,
            citation=each.citation,
            title=each.heading,
            body=each.text,
            context=each.context,
            created_at=now,
        )
        for number, each in enumerate(made)
    )
    known = vocabulary(f"{each.heading}\n{each.text}" for each in made)

    def ask(words: ParsedQuery) -> SearchResult:
        return engine.search(SearchQuery(words=words, limit=DEPTH, facets=()))

    def search(text: str) -> list[int]:
        found = answer(text, search=ask, count=lambda result: result.total, vocabulary=known)
        hits = [hit.id for hit in found.result.hits]
        return list(dict.fromkeys([*hits, *(hit.id for hit in found.more.hits)] if found.more else hits))[:DEPTH]

    return search


# --- what stands at hand ---------------------------------------------------------------------------------------------


def fts5(made: list[Provision], *, any_word: bool) -> Search:
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE t USING fts5(heading, citation, body, context, tokenize='unicode61 remove_diacritics 2')"
    )
    database.executemany(
        "INSERT INTO t(rowid, heading, citation, body, context) VALUES (?, ?, ?, ?, ?)",
        [(n + 1, each.heading, each.citation, each.text, each.context) for n, each in enumerate(made)],
    )

    def search(text: str) -> list[int]:
        match = _for_fts5(text, " OR " if any_word else " ")
        rows = database.execute("SELECT rowid - 1 FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (match, DEPTH))
        return [row[0] for row in rows]

    return search


def _for_fts5(text: str, between: str) -> str:
    """Its own language where the query speaks it (phrases, OR), every other word quoted."""
    parts: list[str] = []
    for number, piece in enumerate(text.split('"')):
        words = [piece] if number % 2 else piece.replace("?", " ").replace(",", " ").split()
        parts += [word if word == "OR" else f'"{word}"' for word in words if word.strip()]
    return between.join(parts).replace(f"{between}OR{between}", " OR ")


def stock_whoosh(made: list[Provision], folder: str, *, any_word: bool) -> Search:
    schema = fields.Schema(
        number=fields.STORED, heading=fields.TEXT, citation=fields.TEXT, body=fields.TEXT, context=fields.TEXT
    )
    made_index = index.create_in(folder, schema)
    writer = made_index.writer()
    for number, each in enumerate(made):
        writer.add_document(
            number=number, heading=each.heading, citation=each.citation, body=each.text, context=each.context
        )
    writer.commit()
    searcher = made_index.searcher()
    group = OrGroup if any_word else AndGroup
    parser = MultifieldParser(["heading", "citation", "body", "context"], schema, group=group)
    return lambda text: [hit["number"] for hit in searcher.search(parser.parse(text), limit=DEPTH)]


# --- how good it is --------------------------------------------------------------------------------------------------


def ndcg(found: list[int], grades: dict[int, int]) -> float:
    def gain(values: Iterable[int]) -> float:
        return sum((2.0**value - 1) / log2(place + 2) for place, value in enumerate(values))

    best = gain(sorted(grades.values(), reverse=True)[:10])
    return gain(grades.get(number, 0) for number in found[:10]) / best


def recall(found: list[int], grades: dict[int, int]) -> float:
    wanted = {number for number, grade in grades.items() if grade > 1}
    return len(wanted & set(found)) / len(wanted)


def measure(name: str, search: Search, made: list[Provision], *, each: bool) -> None:
    numbers = {(one.document, one.citation): number for number, one in enumerate(made)}
    graded = judgements()
    figures: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries():
        grades = {numbers[place]: grade for place, grade in graded[query.id].items()}
        found = search(query.text)
        figure = (ndcg(found, grades), recall(found, grades))
        figures[query.kind].append(figure)
        figures["all"].append(figure)
        if each:
            top = "; ".join(f"{made[n].document} {made[n].citation}={grades.get(n, 0)}" for n in found[:5])
            print(f"  {query.id} {figure[0]:.2f} {figure[1]:.2f} {query.text}: {top}")
    row = " ".join(
        f"{mean(a for a, _ in figures[kind]):5.2f}/{mean(b for _, b in figures[kind]):.2f}" for kind in kinds()
    )
    print(f"{name:24} {row}")


def kinds() -> list[str]:
    return [*dict.fromkeys(query.kind for query in queries()), "all"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--each", action="store_true")
    arguments.add_argument("--engine", action="append", choices=ENGINES)
    arguments.add_argument("--only-ours", action="store_true")
    chosen = arguments.parse_args()
    made = provisions()
    print(f"{len(made)} provisions, {len(queries())} queries; nDCG@10/recall@50")
    print(f"{'':24} " + " ".join(f"{kind:>10}" for kind in kinds()))
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen.engine or ENGINES:
            with opened_engine(name, Path(folder) / name) as engine:
                measure(f"Dân Bàn, {name}", ours(engine, made), made, each=chosen.each)
    if chosen.only_ours:
        return
    for any_word in (False, True):
        suffix = "any word" if any_word else "all words"
        measure(f"FTS5, {suffix}", fts5(made, any_word=any_word), made, each=chosen.each)
        with tempfile.TemporaryDirectory() as folder:
            search = stock_whoosh(made, folder, any_word=any_word)
            measure(f"stock Whoosh, {suffix}", search, made, each=chosen.each)


@contextmanager
def opened_engine(name: str, folder: Path) -> Iterator[Engine]:
    """An engine of its own; PostgreSQL is started for it."""
    if name != "postgres":
        made = TantivyEngine(folder) if name == "tantivy" else WhooshEngine(folder)
        yield made
        made.close()
        return
    with running_postgres() as server:
        url = server.replace("postgresql://", "postgresql+psycopg://")
        app = create_app({"SQLALCHEMY_DATABASE_URI": url, "DANBAN_INSTANCE": str(folder), "WAKE_WORKER": False})
        with app.app_context():
            yield PostgresEngine("search_entry_1")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
