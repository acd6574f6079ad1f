"""What a drafter should look at: gaps, repeated and disordered numbers, articles without text."""

from __future__ import annotations

from legal.nodes import Kind, Node, OutlineWarning
from legal.numbering import Order, follows, order, point_order

_NAMES = {
    Kind.PART: "Phần",
    Kind.CHAPTER: "Chương",
    Kind.SECTION: "Mục",
    Kind.SUBSECTION: "Tiểu mục",
    Kind.ARTICLE: "Điều",
    Kind.CLAUSE: "khoản",
    Kind.POINT: "điểm",
    Kind.HEADING: "mục",
    Kind.APPENDIX: "Phụ lục",
}


def check(nodes: list[Node]) -> list[OutlineWarning]:
    """Warnings about the numbers of the document's own provisions; quoted text and appendices are not judged."""
    warnings: list[OutlineWarning] = []
    _check_scope(nodes, warnings)
    for node in nodes:
        if node.kind is Kind.ANNEXED:
            _check_scope(node.children, warnings)
    if not any(
        node.kind in (Kind.ARTICLE, Kind.HEADING, Kind.CLAUSE, Kind.APPENDIX) for top in nodes for node in top.walk()
    ):
        warnings.append(
            OutlineWarning(
                "no_provisions", "", "Không tìm thấy Điều, khoản hay mục nào; toàn bộ nội dung được giữ thành đoạn văn."
            )
        )
    return warnings


def _check_scope(nodes: list[Node], warnings: list[OutlineWarning]) -> None:
    articles: list[Node] = []
    chapters: list[Node] = []
    _walk(nodes, articles, chapters, warnings)
    _sequence(articles, warnings)
    if not any(node.kind is Kind.PART for node in nodes):
        _sequence(chapters, warnings)


def _walk(nodes: list[Node], articles: list[Node], chapters: list[Node], warnings: list[OutlineWarning]) -> None:
    groups: dict[Kind, list[Node]] = {}
    for node in nodes:
        if node.quoted or node.kind in (Kind.ANNEXED, Kind.APPENDIX):
            continue
        if node.kind is Kind.ARTICLE:
            articles.append(node)
            _check_empty(node, warnings)
        elif node.kind is Kind.CHAPTER:
            chapters.append(node)
        elif node.kind in _NAMES:
            groups.setdefault(node.kind, []).append(node)
        _walk(node.children, articles, chapters, warnings)
    for group in groups.values():
        _sequence(group, warnings)


def _check_empty(node: Node, warnings: list[OutlineWarning]) -> None:
    if not node.text and not node.children and not node.heading:
        warnings.append(
            OutlineWarning("empty_article", node.citation, f"{node.citation} không có nội dung.", node.line)
        )


def _sequence(nodes: list[Node], warnings: list[OutlineWarning]) -> None:
    before: Order | None = None
    last = ""
    for node in nodes:
        letters = node.kind is Kind.POINT
        here = point_order(node.number) if letters else order(node.number)
        if here is None:
            continue
        if not follows(before, here, letters=letters):
            warnings.append(_complain(node, before, here, last))
        if before is None or here > before:
            before, last = here, node.number


def _complain(node: Node, before: Order | None, here: Order, last: str) -> OutlineWarning:
    name = _NAMES[node.kind]
    if before is None:
        text = f"{_cap(name)} đầu tiên mang số {node.number}; hãy kiểm tra xem có thiếu {name} đứng trước không."
        return OutlineWarning("gap", node.citation, text, node.line)
    if here == before:
        text = f"Số {name} {node.number} lặp lại."
        return OutlineWarning("duplicate", node.citation, text, node.line)
    if here < before:
        text = f"{_cap(name)} {node.number} đứng sau {name} {last}: thứ tự không liên tục."
        return OutlineWarning("out_of_order", node.citation, text, node.line)
    text = f"Sau {name} {last} là {name} {node.number}: có thể thiếu {name} ở giữa."
    return OutlineWarning("gap", node.citation, text, node.line)


def _cap(name: str) -> str:
    return name[:1].upper() + name[1:]
