"""How often align is right, and how long it takes.

Run with ``python -m benchmarks.align [SEEDS]`` from the top of the tree. Versions are made from real laws by edits of
which the truth is known (renumber, split, merge, move, reword up to 40 %, add, remove); a row is right when both its
places and its kind of change are. Then two samples of the two versions of one law, read by eye. Then the time: a law of
260 articles read and aligned with an edited version of it.
"""

from __future__ import annotations

import copy
import cProfile
import pstats
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks._edits import Editor, Piece, pieces_of, settle, write
from core.text import canonical
from legal.align import Change, align
from legal.diff import measure
from legal.matching import full_text
from legal.nodes import Kind, Node, Outline
from legal.outline import outline_bytes, outline_file

FOLDER = Path(__file__).parents[1] / "demo" / "legal"
LAWS = (
    "07_luat_an_ninh_mang_24_2018.html",
    "B_vbhn_22_VPQH_BHYT.txt",
    "04_nghi_dinh_191_2026_ban_hanh_kem_quy_che.txt",
    "01_bo_luat_dan_su_91_2015_QH13.txt",
)
VERSIONS = ("A_vbhn_47_VPQH_BHYT.txt", "B_vbhn_22_VPQH_BHYT.txt")
READ_BY_EYE = Path(__file__).parents[1] / "tests" / "legal"
SAMPLES = ("alignment.tsv", "alignment_fresh.tsv")
SPARE = "03_nghi_dinh_158_2025_BHXH_phu_luc.txt"
KINDS = (Kind.ARTICLE, Kind.CLAUSE, Kind.POINT)
Row = tuple[int | None, int | None]
"""Positions of an old and a new unit in their versions."""


def judge(law: Outline, spare: Outline, seed: int, limit: int = 45) -> tuple[Counter[str], Counter[str], list[str]]:
    """Rows of a seeded edit by kind of change: how many there are, how many are answered rightly; what went wrong."""
    articles = pieces_of(law, limit)
    old_units = settle(articles)
    old = outline_bytes(write(articles).encode(), "cu.txt")
    edited = copy.deepcopy(articles)
    Editor(edited, pieces_of(spare, limit), seed).edit()
    new_units = settle(edited)
    new = outline_bytes(write(edited).encode(), "moi.txt")
    truth = _truth(old_units, new_units, _nodes(old), _nodes(new))
    answers = _answers(old, new)
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong = []
    for row, change in truth.items():
        total[change] += 1
        if answers.get(row) == change:
            right[change] += 1
        else:
            wrong.append(
                f"{_show(row, old_units, new_units)}: {change}, answered {_near(row, answers, old_units, new_units)}"
            )
    return total, right, wrong


def _nodes(outline: Outline) -> list[Node]:
    return [node for node in outline.walk() if node.kind in KINDS]


def _answers(old: Outline, new: Outline) -> dict[Row, str]:
    places = {id(node): at for version in (old, new) for at, node in enumerate(_nodes(version))}
    return {
        (places[id(p.old)] if p.old else None, places[id(p.new)] if p.new else None): p.change.value
        for p in align(old, new)
        if (kept := p.new or p.old) and kept.kind in KINDS
    }


def _truth(old: list[Piece], new: list[Piece], old_nodes: list[Node], new_nodes: list[Node]) -> dict[Row, str]:
    """What became of every unit. The reader must have found as many units as were written."""
    assert len(old) == len(old_nodes), "the old version reads otherwise than it was written"
    assert len(new) == len(new_nodes), "the new version reads otherwise than it was written"
    place = {piece.came_from[0]: at for at, piece in enumerate(old)}
    heirs = Counter(one for piece in new for one in piece.came_from)
    rows: dict[Row, str] = {}
    for at, piece in enumerate(new):
        for one in piece.came_from:
            before = place[one]
            rows[(before, at)] = _change(piece, heirs[one], old[before], old_nodes[before], new_nodes[at])
        if not piece.came_from:
            rows[(None, at)] = Change.ADDED
    rows.update({(at, None): Change.REMOVED for one, at in place.items() if not heirs[one]})
    return rows


def _change(piece: Piece, heirs: int, before: Piece, old: Node, new: Node) -> str:
    if heirs > 1:
        return Change.SPLIT
    if len(piece.came_from) > 1:
        return Change.MERGED
    if before.parent is not None and piece.parent is not None and before.parent.came_from != piece.parent.came_from:
        return Change.MOVED
    similarity = measure(canonical(full_text(old)), canonical(full_text(new))).similarity
    same_number = before.number == piece.number
    if similarity < 0.9 or (similarity < 0.9995 and same_number):
        return Change.EDITED
    return Change.SAME if same_number else Change.RENUMBERED


def _show(row: Row, old: list[Piece], new: list[Piece]) -> str:
    return " → ".join(
        "–" if at is None else f"{side[at].kind.value} {side[at].number} {side[at].text[:40]!r}"
        for at, side in zip(row, (old, new), strict=True)
    )


def _near(row: Row, answers: dict[Row, str], old: list[Piece], new: list[Piece]) -> str:
    near = [(one, change) for one, change in answers.items() if _touches(row, one)]
    return "; ".join(f"{change} {_show(one, old, new)}" for one, change in near) or "nothing"


def _touches(row: Row, one: Row) -> bool:
    return any(a is not None and a == b for a, b in zip(row, one, strict=True))


def main() -> None:
    """Print the figures."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    spare = outline_file(FOLDER / SPARE)
    all_total: Counter[str] = Counter()
    all_right: Counter[str] = Counter()
    for name in LAWS:
        law = outline_file(FOLDER / name)
        total: Counter[str] = Counter()
        right: Counter[str] = Counter()
        for seed in range(seeds):
            one_total, one_right, wrong = judge(law, spare, seed)
            total, right = total + one_total, right + one_right
            if "-v" in sys.argv:
                print("\n".join(wrong))
        print(f"{name:<50} {right.total():>6} of {total.total():>6}  {right.total() / total.total():.2%}")
        all_total, all_right = all_total + total, all_right + right
    for change in Change:
        if all_total[change]:
            share = all_right[change] / all_total[change]
            print(f"  {change.value:<12} {all_right[change]:>6} of {all_total[change]:>6}  {share:.2%}")
    print(f"all {all_right.total()} of {all_total.total()}: {all_right.total() / all_total.total():.2%} right")
    _print_samples()
    _time(outline_file(FOLDER / LAWS[-1]), spare)


def _print_samples() -> None:
    """The two versions of one law, against what people read: each row the answers that are right."""
    old, new = (outline_file(FOLDER / name) for name in VERSIONS)
    cited = ((pair.old, pair.new, pair.change.value) for pair in align(old, new))
    answers = {(a.citation if a else "-", b.citation if b else "-", change) for a, b, change in cited}
    for name in SAMPLES:
        lines = (READ_BY_EYE / name).read_text(encoding="utf-8").splitlines()
        rows = [[tuple(one.split("\t")[:3]) for one in line.split("|")] for line in lines if not line.startswith("#")]
        hard = [row for row in rows if row[0][2] != Change.SAME]
        right, hard_right = (sum(any(one in answers for one in row) for row in kind) for kind in (rows, hard))
        print(f"{name:<50} {right:>6} of {len(rows):>6}  {right / len(rows):.2%}", end="")
        print(f"   (not the same: {hard_right} of {len(hard)}, {hard_right / len(hard):.2%})")


def _time(law: Outline, spare: Outline) -> None:
    articles = pieces_of(law, 260)
    old = write_numbered(articles)
    edited = copy.deepcopy(articles)
    Editor(edited, pieces_of(spare, 45), 1).edit()
    new = write_numbered(edited)
    started = time.process_time()
    first = outline_bytes(old, "cu.txt")
    read = time.process_time()
    second = outline_bytes(new, "moi.txt")
    before = time.process_time()
    pairs = align(first, second)
    done = time.process_time()
    print(f"260 articles: outline {read - started:.2f} s of processor time,")
    print(f"  align with its next version {done - before:.2f} s, {len(pairs)} pairs")
    if "-p" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(align, first, second)
        pstats.Stats(profile).sort_stats("tottime").print_stats(12)


def write_numbered(articles: list[Piece]) -> bytes:
    """A law as the bytes of a text file, numbered from 1."""
    settle(articles)
    return write(articles).encode()


if __name__ == "__main__":
    main()
