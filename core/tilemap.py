"""The 34 provinces as tiles of one size, set roughly by direction and neighbours: a picture, not a map of borders.

Provinces by their official codes in force since 1 July 2025 (Nghị quyết 202/2025/QH15).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SHADES = 5


@dataclass(frozen=True)
class Place:
    """A short name, and where its tile stands: rows from the north, columns from the west, from 1."""

    name: str
    row: int
    column: int


@dataclass(frozen=True)
class Tile:
    """A province with its count; ``n`` None: hidden. ``shade``: 0 (nothing, hidden) to 5 (the most)."""

    code: str
    place: Place
    n: int | None
    shade: int


@dataclass(frozen=True)
class TileMap:
    """Every tile from north to south, the isles beside them, and (shade, least, greatest count) of each shade."""

    tiles: tuple[Tile, ...]
    isles: tuple[Place, ...]
    ranges: tuple[tuple[int, int, int], ...]


PROVINCES = {
    "01": Place("Hà Nội", 3, 4),
    "04": Place("Cao Bằng", 1, 4),
    "08": Place("Tuyên Quang", 1, 3),
    "11": Place("Điện Biên", 2, 1),
    "12": Place("Lai Châu", 1, 1),
    "14": Place("Sơn La", 2, 2),
    "15": Place("Lào Cai", 1, 2),
    "19": Place("Thái Nguyên", 2, 4),
    "20": Place("Lạng Sơn", 2, 5),
    "22": Place("Quảng Ninh", 3, 6),
    "24": Place("Bắc Ninh", 3, 5),
    "25": Place("Phú Thọ", 2, 3),
    "31": Place("Hải Phòng", 4, 6),
    "33": Place("Hưng Yên", 4, 5),
    "37": Place("Ninh Bình", 4, 4),
    "38": Place("Thanh Hóa", 4, 3),
    "40": Place("Nghệ An", 5, 3),
    "42": Place("Hà Tĩnh", 6, 4),
    "44": Place("Quảng Trị", 7, 4),
    "46": Place("Huế", 8, 5),
    "48": Place("Đà Nẵng", 9, 6),
    "51": Place("Quảng Ngãi", 10, 6),
    "52": Place("Gia Lai", 11, 6),
    "56": Place("Khánh Hòa", 13, 6),
    "66": Place("Đắk Lắk", 12, 6),
    "68": Place("Lâm Đồng", 13, 5),
    "75": Place("Đồng Nai", 13, 4),
    "79": Place("TP. HCM", 14, 4),
    "80": Place("Tây Ninh", 14, 3),
    "82": Place("Đồng Tháp", 15, 3),
    "86": Place("Vĩnh Long", 16, 4),
    "91": Place("An Giang", 15, 2),
    "92": Place("Cần Thơ", 16, 3),
    "96": Place("Cà Mau", 17, 2),
}
ISLES = (Place("QĐ Hoàng Sa (Đà Nẵng)", 7, 7), Place("QĐ Trường Sa (Khánh Hòa)", 12, 7))
"""Part of the provinces that they name; without a count of their own."""


def draw(counts: Mapping[str, int | None]) -> TileMap:
    """Counts by code of the province, None where hidden; what is in none of them is 0."""
    most = max((counts.get(code) or 0 for code in PROVINCES), default=0)
    found = [Tile(code, place, n := counts.get(code, 0), shade_of(n, most)) for code, place in PROVINCES.items()]
    found.sort(key=lambda tile: (tile.place.row, tile.place.column))
    return TileMap(tuple(found), ISLES, tuple(_ranges(most)))


def shade_of(n: int | None, most: int) -> int:
    """Which fifth of the greatest count a count lies in, from 1; 0 for nothing, and for what is hidden."""
    return -(-SHADES * n // most) if n and most else 0


def _ranges(most: int) -> Iterator[tuple[int, int, int]]:
    """Shades into which no whole number falls are left out."""
    for shade in range(1, SHADES + 1):
        least, greatest = (shade - 1) * most // SHADES + 1, shade * most // SHADES
        if least <= greatest:
            yield shade, least, greatest
