"""What the words of a spreadsheet mean: places, stances, days, bodies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from consultations.models import Channel, ContributorKind, Stance
from core.text import fold
from legal.nodes import Kind, Node
from legal.outline import outline_bytes
from opinions.imports import values
from opinions.imports.places import PlaceFinder
from opinions.queries.units import Units
from tests.consultations.drafts import SMALL


@dataclass(frozen=True)
class Provision:
    """A row as the finder takes it."""

    document_id: int
    id: int
    parent_id: int | None
    lineage_id: int
    kind: Kind
    number: str
    citation: str


def provisions(nodes: list[Node], parent: int | None = None, start: int = 1) -> Iterator[Provision]:
    for node in nodes:
        yield Provision(7, start, parent, start + 100, node.kind, node.number, node.citation)
        below = list(provisions(node.children, start, start + 1))
        yield from below
        start += 1 + len(below)


@pytest.fixture(scope="module")
def rows() -> list[Provision]:
    return list(provisions(outline_bytes(SMALL.encode(), "du-thao.txt").nodes))


@pytest.fixture(scope="module")
def finder(rows: list[Provision]) -> PlaceFinder:
    return PlaceFinder(rows, 7)


@pytest.mark.parametrize(
    ("given", "citation", "several"),
    [
        ("điểm a khoản 2 Điều 2", "điểm a khoản 2 Điều 2", False),
        ("Đ.2 k.2", "khoản 2 Điều 2", False),
        ("khoan 2 dieu 2", "khoản 2 Điều 2", False),
        ("Khoản 2, Điều 2", "khoản 2 Điều 2", False),
        ("Điều 2.2", "Điều 2", False),
        ("2.2.đ", "điểm đ khoản 2 Điều 2", False),
        ("Điều 4. Hiệu lực", "Điều 4", False),
        ("Điều 2-4", "Điều 2", True),
        ("Điều 1, 2 và 4", "Điều 1", True),
        ("Điều 1 và Điều 4", "Điều 1", True),
        ("các khoản 1, 2 Điều 2", "khoản 1 Điều 2", True),
    ],
)
def test_places_are_found(finder: PlaceFinder, rows: list[Provision], given: str, citation: str, several: bool) -> None:
    found = finder.find(given)
    there = next(row for row in rows if row.citation == citation)
    assert (found.spot.provision_id, found.spot.place) == (there.id, there.lineage_id)
    assert (found.unplaced, found.several) == (False, several)


@pytest.mark.parametrize("given", ["Chung", "cả dự thảo", "Toàn bộ dự thảo Luật", "Góp ý chung", "CHUNG"])
def test_the_whole_draft_is_a_place(finder: PlaceFinder, given: str) -> None:
    found = finder.find(given)
    assert (found.unplaced, found.spot.place, found.spot.document_id) == (False, 0, 7)


@pytest.mark.parametrize("given", ["Điều 99", "khoản 9 Điều 2", "Tờ trình", "Phụ lục I", "?", ""])
def test_what_is_not_there_is_unplaced(finder: PlaceFinder, given: str) -> None:
    assert finder.find(given).unplaced


def test_an_opinion_may_begin_with_its_place(finder: PlaceFinder) -> None:
    assert not finder.find_in_body("Tại khoản 2 Điều 2: đề nghị bỏ").unplaced
    assert finder.find_in_body("Đề nghị bỏ như ở Điều 2").unplaced


@pytest.mark.parametrize(
    ("told", "stance"),
    [
        ("Tán thành", Stance.SUPPORT),
        ("Đồng ý", Stance.SUPPORT),
        ("Cơ bản nhất trí", Stance.SUPPORT),
        ("Nhất trí, đề nghị bổ sung", Stance.AMEND),
        ("Đồng ý một phần", Stance.AMEND),
        ("đề nghị sửa", Stance.AMEND),
        ("Góp ý", Stance.AMEND),
        ("Không đồng ý", Stance.OPPOSE),
        ("khong nhat tri", Stance.OPPOSE),
        ("Đề nghị làm rõ", Stance.ASK),
        ("Xyz", None),
    ],
)
def test_stances(told: str, stance: Stance | None) -> None:
    assert values.stance(told) == stance


@pytest.mark.parametrize(
    ("body", "stance"),
    [
        ("Nhất trí với dự thảo.", Stance.SUPPORT),
        ("Cơ bản nhất trí. Đề nghị sửa khoản 2.", Stance.AMEND),
        ("Không đồng ý với quy định này", Stance.OPPOSE),
        ("Quy định này còn chung chung", Stance.AMEND),
    ],
)
def test_without_a_stance_the_opinion_speaks(body: str, stance: Stance) -> None:
    assert values.stance_of_body(body) == stance


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("05/03/2026", date(2026, 3, 5)),
        ("5-3-2026", date(2026, 3, 5)),
        ("2026-03-05 10:00", date(2026, 3, 5)),
        ("ngày 5 tháng 3 năm 2026", date(2026, 3, 5)),
        ("46086", date(2026, 3, 5)),
        ("31/02/2026", None),
        ("hôm qua", None),
    ],
)
def test_days(told: str, day: date | None) -> None:
    assert values.day(told) == day


@pytest.mark.parametrize(
    ("told", "count"), [("500", 500), ("1.200 người", 1200), ("3.0", 3), ("nhiều", None), ("0", None)]
)
def test_numbers_of_people(told: str, count: int | None) -> None:
    assert values.people(told) == count


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Sở Tư pháp tỉnh Lào Cai", ContributorKind.AGENCY),
        ("UBND phường Ba Đình", ContributorKind.AGENCY),
        ("Hiệp hội Doanh nghiệp", ContributorKind.ORGANISATION),
        ("Đoàn Văn Hậu", ContributorKind.INDIVIDUAL),
        ("Vũ Thị Lan", ContributorKind.INDIVIDUAL),
        ("Trương Bá Hội", ContributorKind.INDIVIDUAL),
        ("vu thi lan", ContributorKind.INDIVIDUAL),
        ("Bảo hiểm xã hội Huế", ContributorKind.AGENCY),
    ],
)
def test_who_speaks_is_told_by_the_name(name: str, kind: ContributorKind) -> None:
    assert values.kind_of_name(name) == kind


def test_channels() -> None:
    told = ("Công văn", "Hội nghị", "phiếu giấy", "Điện thoại", "Email", "Cổng TTĐT", "VNeID", "chim bồ câu")
    assert [values.channel(one) for one in told] == [
        Channel.LETTER, Channel.MEETING, Channel.PAPER, Channel.PHONE,
        Channel.EMAIL, Channel.PORTAL, Channel.VNEID, None,
    ]  # fmt: skip


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    is_province: bool
    province: str | None = None


def test_a_commune_is_found_in_its_province_and_a_name_of_many_in_none() -> None:
    units = Units(
        [
            Place("01", "Ủy ban nhân dân thành phố Hà Nội", True),
            Place("46", "Ủy ban nhân dân thành phố Huế", True),
            Place("11", "Ủy ban nhân dân xã Tân Thành", False, "01"),
            Place("12", "Ủy ban nhân dân xã Tân Thành", False, "46"),
            Place("13", "Ủy ban nhân dân phường Ba Đình", False, "01"),
        ]
    )
    assert units.find("TP. Hà Nội", "Tân Thành") == "11"
    assert units.find("huế", "Xã Tân Thành") == "12"
    assert units.find("", "Tân Thành") is None
    assert units.find("", "P. Ba Đình") == "13"
    assert units.find(fold("Thành phố Hà Nội")) == "01"
    assert units.find("Atlantis") is None
