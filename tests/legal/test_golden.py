"""The trees of the sample documents are those that were read and kept."""

import json

import pytest

from tests.legal.documents import FILES, outline
from tests.legal.golden import FOLDER, compact, golden


class TestTrees:
    @pytest.mark.parametrize("name", FILES)
    def test_are_as_they_were_kept(self, name: str) -> None:
        kept = golden(name).read_text(encoding="utf-8")
        found = compact(outline(name))
        if found != kept:
            news = [line for line in found.splitlines() if line not in set(kept.splitlines())]
            pytest.fail(f"{len(news)} lines differ, first {news[:3]}; if meant: python -m tests.legal.golden")

    def test_are_kept_for_every_document_and_no_other(self) -> None:
        assert {path.name for path in FOLDER.iterdir()} == {golden(name).name for name in FILES}

    def test_are_json(self) -> None:
        rows = json.loads(golden("02").read_text(encoding="utf-8"))
        assert sum(row[1] == "article" for row in rows) == 3
        assert sum(row[1] == "»article" for row in rows) == 19
