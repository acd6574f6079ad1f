"""``danban legal …`` as scripts call it: no database, exit codes, what stands on which stream."""

import json
from pathlib import Path

from click.testing import CliRunner
from lxml import etree

from app.cli.legal import legal
from legal.akn import NAMESPACE

OLD = "LUẬT\nMẪU\nĐiều 1. Một\n1. Cơ quan lập kế hoạch hằng năm.\n2. Cơ quan báo cáo Chính phủ.\nĐiều 2. Hai\nHết."
NEW = OLD.replace("hằng năm", "ba năm một lần").replace(
    "Điều 2. Hai\nHết.", "Điều 2. Hai\nHết.\nĐiều 3. Mới\nThêm vào."
)


def files(folder: Path) -> tuple[str, str]:
    old, new = folder / "cu.txt", folder / "moi.txt"
    old.write_text(OLD, encoding="utf-8")
    new.write_text(NEW, encoding="utf-8")
    return str(old), str(new)


class TestOutline:
    def test_shows_the_tree_and_the_counts(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(legal, ["outline", files(tmp_path)[0]])
        assert "Điều 1. Một" in result.stdout
        assert "Số lượng: Điều 2, Khoản 2" in result.stdout

    def test_gives_the_agreed_json(self, tmp_path: Path) -> None:
        data = json.loads(CliRunner().invoke(legal, ["outline", files(tmp_path)[0], "--json"]).stdout)
        assert list(data) == ["title", "counts", "warnings", "set_aside", "nodes"]
        assert (data["title"], data["counts"]["article"], data["counts"]["clause"]) == ("LUẬT MẪU", 2, 2)


class TestDiff:
    def test_gives_every_pair_as_json(self, tmp_path: Path) -> None:
        rows = json.loads(CliRunner().invoke(legal, ["diff", *files(tmp_path), "--json"]).stdout)
        changed = {(row["old"], row["new"]): row["change"] for row in rows if row["change"] != "same"}
        assert changed == {
            ("Điều 1", "Điều 1"): "edited",
            ("khoản 1 Điều 1", "khoản 1 Điều 1"): "edited",
            (None, "Điều 3"): "added",
        }

    def test_tells_what_changed_in_words(self, tmp_path: Path) -> None:
        lines = CliRunner().invoke(legal, ["diff", *files(tmp_path)]).stdout.splitlines()
        assert "thêm: Điều 3" in lines
        assert any(line.startswith("sửa: khoản 1 Điều 1 (giống ") for line in lines)
        assert lines[-1] == "Số lượng: giữ nguyên 3, sửa 2, thêm 1"


class TestAkn:
    def test_writes_a_bill(self, tmp_path: Path) -> None:
        root = etree.fromstring(CliRunner().invoke(legal, ["akn", files(tmp_path)[0]]).stdout_bytes)
        assert root.tag == f"{{{NAMESPACE}}}akomaNtoso"
        assert len(root.findall(f".//{{{NAMESPACE}}}article")) == 2


class TestUnreadableFiles:
    def test_end_with_a_sentence_and_a_code(self, tmp_path: Path) -> None:
        (tmp_path / "trong.txt").write_text("")
        for arguments in (["outline", "trong.txt"], ["akn", "khong-co.docx"], ["diff", "trong.txt", "khong-co.docx"]):
            named = [str(tmp_path / one) if "." in one else one for one in arguments]
            result = CliRunner().invoke(legal, named)
            assert result.exit_code == 2
            assert result.stdout == ""
            assert result.stderr.startswith("danban: Tệp trống") or "Không mở được tệp" in result.stderr
