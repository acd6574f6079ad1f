"""What a text points at on this site."""

import re
from collections.abc import Iterator, Sequence

import pytest

from core import references
from core.references import Card, Kind, Reference

SITE = "https://danban.vi-du.vn"


@pytest.fixture(autouse=True)
def _things() -> Iterator[None]:
    def cards(ids: Sequence[int]) -> dict[int, Card]:
        return {id_: Card(f"Vật {id_}", "", "", f"/vat/{id_}/") for id_ in ids if id_ != 404}

    references.register("thing", Kind(re.compile(r"/vat/(?P<id>\d+)/"), cards))
    yield
    references._kinds.pop("thing")


class TestFinding:
    def test_takes_addresses_of_this_site_whole_or_from_the_slash(self) -> None:
        text = f"Xem {SITE}/vat/3/ và /vat/4/#x, rồi (/vat/3/)."
        assert references.find(text, SITE, limit=5) == [Reference("thing", 3), Reference("thing", 4)]

    def test_leaves_other_sites_and_other_paths_alone(self) -> None:
        text = "https://noi-khac.vn/vat/3/ x/vat/4/ /khac/5/ /vat/99999999999/"
        assert references.find(text, SITE, limit=5) == []

    def test_stops_at_the_limit(self) -> None:
        text = " ".join(f"/vat/{number}/" for number in range(1, 10_000))
        assert len(references.find(text, SITE, limit=5)) == 5


class TestCards:
    def test_are_of_public_things_alone(self) -> None:
        found = references.cards([Reference("thing", 3), Reference("thing", 404), Reference("no such kind", 1)])
        assert found == {Reference("thing", 3): Card("Vật 3", "", "", "/vat/3/")}
