"""How right the signals of moderation are, on comments that people have labelled.

    python benchmarks/signals.py victsd_comments.jsonl
    python benchmarks/signals.py victsd_comments.jsonl --split test

The file holds one JSON object a line with ``text``, ``toxic`` (0 or 1) and ``split``, as ViCTSD does (Nguyen et al.,
2021, arXiv 2103.10069; 10,000 comments on Vietnamese news). It may not be copied, so it is given. Our list of watched
words was chosen with these comments at hand, so its precision here flatters it; its recall shows how short it is.

"Toxic" is not "breaks a rule": the labels are for rude words. What other signals look for (personal data, repeated
texts, rate) is not labelled there, and links and capitals are not toxic by themselves. A signal below 0.5 raises
nothing.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.text import clean
from moderation.analysis import Signal, seen_in
from moderation.services.looking import WEIGHTS, our_words

LINE = "{:<16}{:>9}{:>9}{:>12}{:>9}{:>9}"


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
    seen: Counter[Signal] = Counter()
    right: Counter[Signal] = Counter()
    total = toxic = 0
    for comment in comments(given.file, given.split):
        total, toxic = total + 1, toxic + comment["toxic"]
        for signal in seen_in(clean(comment["text"]), our_words()):
            seen[signal] += 1
            right[signal] += comment["toxic"]
    print(f"{total:,} comments, {toxic:,} toxic")
    print(LINE.format("signal", "seen", "toxic", "precision", "recall", "raises"))
    for signal in (Signal.WATCHED_WORD, Signal.PERSONAL_DATA, Signal.LINK, Signal.SHOUTING):
        precision = f"{right[signal] / seen[signal]:.2f}" if seen[signal] else "-"
        recall = f"{right[signal] / toxic:.3f}" if toxic else "-"
        raises = "yes" if WEIGHTS.get(signal) else "no"
        print(LINE.format(signal, seen[signal], right[signal], precision, recall, raises))


if __name__ == "__main__":
    main()
