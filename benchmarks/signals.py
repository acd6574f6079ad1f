"""How right the signals of moderation are, on comments that people have labelled.

    python benchmarks/signals.py victsd_comments.jsonl
    python benchmarks/signals.py victsd_comments.jsonl --split test

The file holds one JSON object a line with ``text``, ``toxic`` (0 or 1) and ``split``, as ViCTSD does (Nguyen et al.,
2021, arXiv 2103.10069; 10,000 comments on Vietnamese news). It may not be copied, so it is given. Our list of watched
words was chosen with these comments at hand, so its precision here flatters it; its recall shows how short it is.

"Toxic" is not "breaks a rule": the labels are for rude words. What other signals look for (personal data, repeated
texts, rate) is not labelled there, and links and capitals are not toxic by themselves. A signal that is measured below
0.5 and raises the priority all the same ends the run with 1.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.text import clean
from moderation.analysis import Signal, seen_in
from moderation.services.looking import WEIGHTS, our_words

LEAST = 0.5
LINE = "{:<16}{:>9}{:>9}{:>12}{:>9}{:>9}"


@dataclass(frozen=True)
class Measured:
    """How often a signal was seen, and how often in a toxic comment."""

    signal: Signal
    seen: int
    right: int

    @property
    def precision(self) -> float | None:
        return self.right / self.seen if self.seen else None

    @property
    def raises(self) -> bool:
        return bool(WEIGHTS.get(self.signal))


def comments(path: Path, split: str) -> Iterator[dict[str, Any]]:
    """The labelled comments of one part of the file, or of all of it."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            comment = json.loads(line)
            if split in ("all", comment["split"]):
                yield comment


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("file", type=Path, nargs="?")
    options.add_argument("--split", default="all", help="train, valid, test or all")
    given = options.parse_args()
    if given.file is None:
        print("Nothing to measure: give the file of labelled comments.")
        return
    measured, total, toxic = measure(comments(given.file, given.split))
    print(f"{total:,} comments, {toxic:,} toxic")
    print(LINE.format("signal", "seen", "toxic", "precision", "recall", "raises"))
    for one in measured:
        precision = "-" if one.precision is None else f"{one.precision:.2f}"
        recall = f"{one.right / toxic:.3f}" if toxic else "-"
        print(LINE.format(one.signal, one.seen, one.right, precision, recall, "yes" if one.raises else "no"))
    wrong = [one.signal for one in measured if one.raises and one.precision is not None and one.precision < LEAST]
    if wrong:
        sys.exit(f"Right less often than wrong, and raises the priority all the same: {', '.join(wrong)}")


def measure(labelled: Iterable[dict[str, Any]]) -> tuple[list[Measured], int, int]:
    """Every signal that a text alone can give; how many comments there were, and how many of them toxic."""
    seen: Counter[Signal] = Counter()
    right: Counter[Signal] = Counter()
    total = toxic = 0
    for comment in labelled:
        total, toxic = total + 1, toxic + comment["toxic"]
        for signal in seen_in(clean(comment["text"]), our_words()):
            seen[signal] += 1
            right[signal] += comment["toxic"]
    of_texts = (Signal.WATCHED_WORD, Signal.PERSONAL_DATA, Signal.LINK, Signal.SHOUTING, Signal.LOOK_ALIKE)
    return [Measured(signal, seen[signal], right[signal]) for signal in of_texts], total, toxic


if __name__ == "__main__":
    main()
