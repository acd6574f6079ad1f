"""The tiles of the provinces: each its own place, the codes those in force, shades that their key explains."""

import json
from pathlib import Path

from core import tilemap
from core.text import fold, unify_tones

UNITS = Path(__file__).resolve().parents[2] / "demo" / "units" / "units_2026-07-25.json"


def test_every_province_in_force_has_a_tile_of_its_own_and_its_name() -> None:
    units = {unit["Code"]: unit["FullName"] for unit in json.loads(UNITS.read_text(encoding="utf-8"))}
    assert tilemap.PROVINCES.keys() == units.keys()
    for code, place in tilemap.PROVINCES.items():
        short = place.name.replace("TP. HCM", "Hồ Chí Minh")
        assert fold(unify_tones(units[code])).endswith(fold(unify_tones(short))), (code, place.name)
    places = [(place.row, place.column) for place in (*tilemap.PROVINCES.values(), *tilemap.ISLES)]
    assert len(set(places)) == len(places)
    assert all(1 <= row <= 17 and 1 <= column <= 7 for row, column in places)


def test_the_key_tells_which_counts_a_shade_holds() -> None:
    drawn = tilemap.draw({"01": 118, "48": 27, "79": 141, "11": 1, "46": None, "99": 5000})
    ranges = {shade: (least, most) for shade, least, most in drawn.ranges}
    for tile in drawn.tiles:
        if tile.n:
            least, most = ranges[tile.shade]
            assert least <= tile.n <= most, tile
    assert {tile.code: tile.shade for tile in drawn.tiles if tile.code in ("79", "46", "96")} == {
        "79": 5,
        "46": 0,
        "96": 0,
    }


def test_few_counts_leave_shades_out() -> None:
    assert tilemap.draw({}).ranges == ()
    assert [(least, most) for _shade, least, most in tilemap.draw({"01": 2}).ranges] == [(1, 1), (2, 2)]
