"""How long outlining takes: every sample law, a law of 260 articles as .docx, and a redline of two whole laws.

Run with ``python -m benchmarks.outline`` from the top of the tree. Each figure is the best of three runs, in seconds.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from docx import Document

from legal.diff import redline
from legal.outline import outline_bytes, outline_file

FOLDER = Path(__file__).parents[1] / "demo" / "legal"


def best(work: Callable[[], object], runs: int = 3) -> float:
    """The shortest of some runs."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def peak(work: Callable[[], object]) -> float:
    """The most memory that Python held while working, in MB."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1_000_000


def large_docx(articles: int = 260) -> bytes:
    """A Word file of so many articles with five clauses of two points each."""
    document = Document()
    for number in range(1, articles + 1):
        document.add_paragraph(f"Điều {number}. Trách nhiệm của cơ quan, tổ chức thứ {number}")
        for clause in range(1, 6):
            document.add_paragraph(f"{clause}. Cơ quan, tổ chức, cá nhân có trách nhiệm thực hiện quy định sau đây:")
            document.add_paragraph("a) Thực hiện theo quy định tại khoản 2 Điều 5 của Luật này;")
            document.add_paragraph("b) Báo cáo cơ quan nhà nước có thẩm quyền.")
    with tempfile.TemporaryFile() as file:
        document.save(file)
        file.seek(0)
        return file.read()


def main() -> None:
    """Print the table."""
    print(f"{'document':<50} {'KB':>6} {'seconds':>8} {'MB':>6}  articles clauses points")
    for path in sorted(FOLDER.iterdir()):
        work = _outliner(path)
        counts = outline_file(path).counts()
        size = path.stat().st_size // 1024
        row = f"{counts['article']:>8} {counts['clause']:>7} {counts['point']:>6}"
        print(f"{path.name:<50} {size:>6} {best(work):>8.3f} {peak(work):>6.1f}  {row}")
    data = large_docx()
    seconds = best(lambda: outline_bytes(data, "luat.docx"))
    print(f"{'260 articles as .docx':<50} {len(data) // 1024:>6} {seconds:>8.3f}")
    old, new = ((FOLDER / name).read_text(encoding="utf-8") for name in sorted(_versions()))
    seconds = best(lambda: redline(old, new))
    print(f"{'redline of two whole versions':<50} {(len(old) + len(new)) // 1024:>6} {seconds:>8.3f}")


def _outliner(path: Path) -> Callable[[], object]:
    return lambda: outline_file(path)


def _versions() -> list[str]:
    return [path.name for path in FOLDER.iterdir() if path.name[:2] in ("A_", "B_")]


if __name__ == "__main__":
    main()
