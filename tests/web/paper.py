"""The official table as it comes down: read back, and printed."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from docx import Document

from tests.support.missing import skip_or_fail

LEAST_BYTES = 6_000
"""A blank page at 60 dots an inch makes a picture of about a thousand bytes."""


@dataclass(frozen=True)
class Row:
    """A row of the table: the provision, who, what they said, what was answered."""

    place: str
    contributor: str
    content: str
    answer: str


def rows_of_word(path: Path) -> list[Row]:
    """The rows of the one table with four columns; a merged cell counts in every row it covers."""
    tables = [table for table in Document(str(path)).tables if len(table.columns) == 4]
    assert len(tables) == 1
    return [Row(*(cell.text for cell in row.cells)) for row in tables[0].rows[1:]]


def rows_of_excel(path: Path) -> list[Row]:
    """The rows of the first sheet."""
    book = openpyxl.load_workbook(path, read_only=True)
    rows = book.worksheets[0].iter_rows(min_row=2, max_col=4, values_only=True)
    return [Row(*(str(cell or "") for cell in row)) for row in rows]


def printed(path: Path, folder: Path) -> list[Path]:
    """The pages of a Word file as pictures, through LibreOffice and pdftoppm, in order."""
    for tool, package in (("soffice", "libreoffice-writer-nogui"), ("pdftoppm", "poppler-utils")):
        if shutil.which(tool) is None:
            skip_or_fail(f"{tool} is not installed: the Word table cannot be looked at (apt-get install {package})")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path))
    pages = folder / "page"
    _run("pdftoppm", "-r", "60", "-gray", "-png", str(folder / f"{path.stem}.pdf"), str(pages))
    return sorted(folder.glob("page-*.png"))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
