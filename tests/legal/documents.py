"""The sample laws, each outlined once for all tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from legal.nodes import Kind, Node, Outline
from legal.outline import outline_file

FOLDER = Path(__file__).parents[2] / "demo" / "legal"
FILES = {
    "01": "01_bo_luat_dan_su_91_2015_QH13.txt",
    "02": "02_luat_51_2024_QH15_sua_doi_BHYT.txt",
    "03": "03_nghi_dinh_158_2025_BHXH_phu_luc.txt",
    "04": "04_nghi_dinh_191_2026_ban_hanh_kem_quy_che.txt",
    "05": "05_thong_tu_33_2026_BCA_bang_bieu.txt",
    "06": "06_nghi_quyet_122_NQ-CP_2026_khong_co_dieu.txt",
    "07": "07_luat_an_ninh_mang_24_2018.html",
    "08": "08_nghi_dinh_30_2020_noi_dung.md",
    "08a": "08a_nghi_dinh_30_2020_phu_luc_I.md",
    "08b": "08b_nghi_dinh_30_2020_phu_luc_III.md",
    "A": "A_vbhn_47_VPQH_BHYT.txt",
    "B": "B_vbhn_22_VPQH_BHYT.txt",
}


def path(name: str) -> Path:
    """Where a sample document lies."""
    return FOLDER / FILES[name]


@cache
def outline(name: str) -> Outline:
    """The outline of a sample document (shared: do not change it)."""
    return outline_file(path(name))


def article(name: str, number: str, *, annexed: bool = False) -> Node:
    """One Điều of the document itself, or of the regulation annexed to it."""
    document = outline(name)
    tops = [node for node in document.nodes if (node.kind is Kind.ANNEXED) is annexed]
    found = [
        node
        for top in tops
        for node in top.walk()
        if node.kind is Kind.ARTICLE and node.number == number and not node.quoted
    ]
    assert len(found) == 1, f"Điều {number}: {len(found)}"
    return found[0]


def own(node: Node, kind: Kind) -> list[Node]:
    """The provisions of a kind that belong to a node itself, quoted ones left out."""
    found: list[Node] = []
    for child in node.children:
        if not child.quoted:
            found += [child] if child.kind is kind else []
            found += own(child, kind)
    return found


def numbers(nodes: list[Node]) -> str:
    """Their numbers in one string: "a b c"."""
    return " ".join(node.number for node in nodes)
