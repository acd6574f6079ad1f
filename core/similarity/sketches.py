"""Short sketches of many texts, by which near-duplicates find each other without comparing all with all.

A text is the set of its shingles: runs of two syllables, without marks, case and punctuation, each as a 32-bit hash.
MinHash keeps, for each of 64 hash functions, the smallest value over that set; two texts agree in one of them with the
probability of their Jaccard similarity (Broder 1997, "On the resemblance and containment of documents"). Four at a time
make a band: texts equal in one of the 16 are worth comparing (locality-sensitive hashing, Indyk and Motwani 1998).

What a text stands or falls with is kept beside the shingles: each "không" and each number of days, đồng and the like
(a stake), with the syllables around it. Two texts that differ in one are not the same, however alike they look.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BANDS", "Ragged", "Sketches", "shingles", "sketch", "stack", "take"]

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint32]
Codes = NDArray[np.uint64]

BANDS = 16
ROWS = 4
"""At a Jaccard similarity of 0.5 two texts meet in a band with probability 0.64, at 0.7 with 0.99, at 0.2 with 0.03."""
AT_ONCE = 1_000
"""Texts sketched together: what they need stays in the cache of the processor (measured best of 250 to 5,000)."""
NOT = "khong"
NOT_IN_SHORT = ("ko", "kg", "khg")
UNITS = frozenset(
    ("ngay", "thang", "nam", "tuan", "gio", "lan", "dong", "nghin", "trieu", "ty", "phan", "met", "km", "ha", "m2")
)

_IS_NOT, _IS_NUMBER, _IS_UNIT = (1 << 32, 1 << 33, 1 << 34)

_random = np.random.default_rng(1997)  # the same functions in every run and on every machine
_FACTORS = _random.integers(0, 2**63, BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_OFFSETS = _random.integers(0, 2**63, BANDS * ROWS, dtype=np.uint64)
_ORDER = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Ragged:
    """A list of hashes for each text: text i has ``values[starts[i]:starts[i + 1]]``."""

    starts: Ints
    values: Hashes

    def sizes(self) -> Ints:
        return np.diff(self.starts)

    def of(self, texts: Ints) -> tuple[Ints, Hashes]:
        """The hashes of these texts one after another, and for each the number of its text in the list."""
        sizes = self.starts[texts + 1] - self.starts[texts]
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        places = np.arange(total) + np.repeat(self.starts[texts] - ends + sizes, sizes)
        return np.repeat(np.arange(len(texts)), sizes), self.values[places]


@dataclass(frozen=True)
class Sketches:
    """``bands``: a row of 16 numbers for each text; its shingles, sorted; its stakes: where, and what stands there."""

    bands: Hashes
    shingles: Ragged
    contexts: Ragged
    stakes: Ragged

    def __len__(self) -> int:
        return len(self.bands)


class _Codes(dict[str, int]):
    """The 32-bit code of a syllable, with a bit above it that says what it is; worked out once."""

    def __missing__(self, syllable: str) -> int:
        code = zlib.crc32((NOT if syllable in NOT_IN_SHORT else syllable).encode())
        if syllable == NOT or syllable in NOT_IN_SHORT:
            code |= _IS_NOT
        elif syllable.isdigit():
            code |= _IS_NUMBER
        elif syllable in UNITS:
            code |= _IS_UNIT
        self[syllable] = code
        return code


def sketch(texts: Sequence[Sequence[str]]) -> Sketches:
    """Sketches of texts given as syllables. A text without any is like no other."""
    known = _Codes()
    return stack([_sketch(texts[at : at + AT_ONCE], known, at) for at in range(0, max(len(texts), 1), AT_ONCE)])


def stack(parts: Sequence[Sketches]) -> Sketches:
    """Sketches that were made in parts, as one."""
    return Sketches(
        np.concatenate([part.bands for part in parts]),
        _chain([part.shingles for part in parts]),
        _chain([part.contexts for part in parts]),
        _chain([part.stakes for part in parts]),
    )


def take(sketches: Sketches, texts: Ints) -> Sketches:
    """The sketches of some of the texts, in the order given."""
    return Sketches(
        sketches.bands[texts],
        *(
            Ragged(np.concatenate([[0], np.cumsum(ragged.sizes()[texts])]).astype(np.int64), ragged.of(texts)[1])
            for ragged in (sketches.shingles, sketches.contexts, sketches.stakes)
        ),
    )


def _chain(parts: Sequence[Ragged]) -> Ragged:
    ends = np.cumsum([0, *(part.starts[-1] for part in parts)])
    starts = [part.starts[1:] + end for part, end in zip(parts, ends, strict=False)]
    return Ragged(np.concatenate([[0], *starts]).astype(np.int64), np.concatenate([part.values for part in parts]))


def shingles(texts: Sequence[Sequence[str]]) -> Ragged:
    """The shingles alone."""
    read = _read(texts, _Codes(), 0)
    return _distinct(read.owners, _pair(read.before, read.words), len(texts))


@dataclass(frozen=True)
class _Read:
    """Syllables of many texts one after another: their codes with flags, without, that of the one before, the text."""

    codes: Codes
    words: Codes
    before: Codes
    owners: Ints


def _read(texts: Sequence[Sequence[str]], known: _Codes, first: int) -> _Read:
    flat: list[int] = []
    for number, text in enumerate(texts, first):
        flat.extend([known[syllable] for syllable in text] if text else [zlib.crc32(b"\0%d" % number)])
    codes = np.array(flat, dtype=np.uint64)
    lengths = np.array([len(text) or 1 for text in texts], dtype=np.int64)
    words = codes & _LOW
    before = np.zeros_like(words)
    before[1:] = words[:-1]
    before[np.cumsum(lengths) - lengths] = 0
    return _Read(codes, words, before, np.repeat(np.arange(len(texts)), lengths))


def _sketch(texts: Sequence[Sequence[str]], known: _Codes, first: int) -> Sketches:
    read = _read(texts, known, first)
    found = _distinct(read.owners, _pair(read.before, read.words), len(texts))
    return Sketches(_bands(found), found, *_stakes(read, len(texts)))


def _pair(left: Codes, right: Codes) -> Codes:
    """The 32-bit hash of two syllables in this order; 0 on the left: the second begins its text."""
    return (((left * _ORDER) ^ (right * _MIX)) * _ORDER) >> _HALF


def _distinct(owners: Ints, hashes: Codes, texts: int) -> Ragged:
    """The hashes of each text, sorted, each once."""
    keys = np.unique((owners.astype(np.uint64) << _HALF) | hashes)
    counts = np.bincount((keys >> _HALF).astype(np.int64), minlength=texts)
    return Ragged(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), keys.astype(np.uint32))


def _stakes(read: _Read, texts: int) -> tuple[Ragged, Ragged]:
    """Where a text says "không" or a number of something: the pair of syllables around it, and the same with it."""
    following = np.zeros_like(read.codes)
    following[:-1] = read.codes[1:]
    following[:-1][read.owners[1:] != read.owners[:-1]] = 0
    counted = ((read.codes & np.uint64(_IS_NUMBER)) != 0) & ((following & np.uint64(_IS_UNIT)) != 0)
    at = np.flatnonzero(((read.codes & np.uint64(_IS_NOT)) != 0) | counted)
    around = _pair(read.before[at], following[at] & _LOW)
    counts = np.bincount(read.owners[at], minlength=texts)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Ragged(starts, around.astype(np.uint32)), Ragged(starts, _pair(around, read.words[at]).astype(np.uint32))


def _bands(shingles: Ragged) -> Hashes:
    bands = np.zeros((len(shingles.starts) - 1, BANDS), dtype=np.uint32)
    if not len(bands):
        return bands
    wide = shingles.values.astype(np.uint64)
    for band in range(BANDS):
        key = np.zeros(len(bands), dtype=np.uint64)
        for row in range(band * ROWS, (band + 1) * ROWS):
            values = (wide * _FACTORS[row] + _OFFSETS[row]) >> _HALF
            key = (key ^ np.minimum.reduceat(values, shingles.starts[:-1])) * _ORDER
        bands[:, band] = (key >> _HALF).astype(np.uint32)
    return bands
