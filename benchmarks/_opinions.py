"""Synthetic opinions on a draft, as spreadsheets bring them, with the truth kept beside them.

    python benchmarks/_opinions.py --rows 1000000 --out opinions.csv --truth truth.csv

Made of the words and phrases of the law itself. Three rows in ten are form letters and their variants (family sizes by
Zipf): as given out, with typos, without marks, with an opening or a closing of one's own, or a sentence short. The
others say one of a few things about their clause (``theme``), each in words of its own. Clauses are chosen by Zipf.
The same seed gives the same file on any machine. Truth, a line a row: row (as in the spreadsheet, the headings being
row 1), citation (empty: the whole draft, or nothing that anybody could place), stance, family (0: none), variant,
theme.
"""

import argparse
import csv
import itertools
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks._draft import LAW, first_provisions
from core.text import fold
from legal.nodes import Kind, Outline
from legal.outline import outline_file

PROVISIONS = 300
PIECE = 100_000
HEADINGS = ("Điều khoản", "Chủ thể góp ý", "Nội dung góp ý", "Lập trường", "Tỉnh, thành phố", "Số người", "Ngày nhận")
TRUTH = ("row", "citation", "stance", "family", "variant", "theme")
FORM_LETTERS = 0.3
KINDS = frozenset({Kind.ARTICLE, Kind.CLAUSE, Kind.POINT})
STANCES = ("amend", "support", "oppose", "ask")
STANCE_WORDS = {
    "amend": ("Đề nghị sửa", "Góp ý", "Đề nghị sửa đổi, bổ sung", "đề nghị sửa"),
    "support": ("Đồng ý", "Tán thành", "Nhất trí", "nhất trí"),
    "oppose": ("Không đồng ý", "Không tán thành", "không nhất trí"),
    "ask": ("Hỏi", "Đề nghị làm rõ"),
}
THEMES = {
    "amend": (
        ("rút ngắn thời hạn", "thời gian chờ quá dài", "cần quy định số ngày cụ thể"),
        ("giảm giấy tờ", "thủ tục còn nhiều bước", "nên cho nộp hồ sơ trực tuyến"),
        ("mở rộng đối tượng", "còn bỏ sót nhiều người", "nên thêm người lao động tự do"),
        ("nâng mức hưởng", "mức hiện nay chưa đủ chi trả", "cần tăng thêm theo vùng"),
    ),
    "support": (
        ("quy định hợp lý", "phù hợp với thực tế địa phương", "dễ thực hiện"),
        ("bảo vệ người nghèo", "giúp người yếu thế", "bớt gánh nặng chi phí"),
    ),
    "oppose": (
        ("tăng gánh nặng", "doanh nghiệp nhỏ không kham nổi", "nên bỏ hẳn nội dung này"),
        ("trùng với luật khác", "mâu thuẫn với quy định hiện hành", "dễ áp dụng tùy tiện"),
    ),
    "ask": (
        ("chưa rõ cơ quan chịu trách nhiệm", "ai là người quyết định", "xin giải thích thêm"),
        ("chưa rõ thời điểm áp dụng", "trường hợp chuyển tiếp xử lý thế nào", "đề nghị hướng dẫn"),
    ),
}
LINKS = (
    "Tôi cho rằng",
    "Theo tôi,",
    "Qua thực tế,",
    "Gia đình tôi thấy",
    "Ở địa phương tôi,",
    "Thực tế cho thấy",
    "Mong rằng",
)
JOINTS = ("vì", "do", "nhất là", "trong khi", "để", "bởi", "như vậy", "cho nên", "đồng thời")
OPENINGS = ("Kính gửi ban soạn thảo.", "Tôi xin góp ý như sau.", "Thưa quý cơ quan,", "Là người dân, tôi có ý kiến.")
CLOSINGS = ("Xin cảm ơn.", "Trân trọng.", "Mong được tiếp thu.", "Rất mong ban soạn thảo xem xét.")
SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
)
MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Thanh", "Quốc", "Thu", "Hồng", "Kim", "Xuân", "Gia", "Bảo")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Hà", "Hải", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam")
BODIES = (
    "Sở Y tế",
    "Bảo hiểm xã hội",
    "UBND",
    "Liên đoàn Lao động",
    "Hội Nông dân",
    "Hội Liên hiệp Phụ nữ",
    "Đoàn Luật sư",
)
PROVINCES = (
    "Hà Nội",
    "Hải Phòng",
    "Huế",
    "Đà Nẵng",
    "Cần Thơ",
    "Thành phố Hồ Chí Minh",
    "Nghệ An",
    "Lào Cai",
    "Cà Mau",
    "Gia Lai",
)
NOWHERE = ("Tờ trình", "phần giải trình", "các quy định nêu trên", "mục lục")


@dataclass(frozen=True)
class Clause:
    """A provision that opinions are about: its citation, and its words."""

    citation: str
    words: Sequence[str]


@dataclass(frozen=True)
class FormLetter:
    """A text that was given out to be sent in."""

    number: int
    clause: Clause
    stance: str
    theme: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Opinion:
    """A row of the spreadsheet, and what is true of it."""

    cells: tuple[str, ...]
    citation: str
    stance: str
    family: int
    variant: str
    theme: str


class Maker:
    """Makes opinions on the clauses of an outline; every choice comes from one seed."""

    def __init__(self, outline: Outline, seed: int = 20230131) -> None:
        self._chance = random.Random(seed)
        self._clauses = [Clause(node.citation, node.text.split()) for node in _clauses(outline.nodes)]
        self._chance.shuffle(self._clauses)
        self._clause_weights = _zipf(len(self._clauses))
        self._words = [word for clause in self._clauses for word in clause.words]
        self._letters: list[FormLetter] = []
        self._letter_weights: list[float] = []

    def opinions(self, count: int) -> Iterator[Opinion]:
        """So many opinions; about one family for each 600 of them."""
        self._letters = [self._letter(number) for number in range(1, max(3, count // 600) + 1)]
        self._letter_weights = _zipf(len(self._letters), 0.8)
        for _ in range(count):
            yield self._form_letter() if self._chance.random() < FORM_LETTERS else self._own_words()

    def _letter(self, number: int) -> FormLetter:
        clause, stance = self._clause(), self._stance()
        theme = self._chance.randrange(len(THEMES[stance]))
        sentences = [self._sentence(clause, THEMES[stance][theme]) for _ in range(self._chance.randint(3, 6))]
        return FormLetter(number, clause, stance, f"{stance}-{theme}", sentences)

    def _form_letter(self) -> Opinion:
        letter = self._chance.choices(self._letters, cum_weights=self._letter_weights)[0]
        variant = self._chance.choices(("same", "typos", "bare", "framed", "short"), (50, 15, 10, 15, 10))[0]
        sentences = list(letter.sentences)
        if variant == "framed":
            sentences = [self._chance.choice(OPENINGS), *sentences, self._chance.choice(CLOSINGS)]
        elif variant == "short":
            del sentences[self._chance.randrange(len(sentences))]
        text = " ".join(sentences)
        if variant == "typos":
            text = self._with_typos(text)
        elif variant == "bare":
            text = fold(text)
        return self._opinion(letter.clause, letter.stance, text, letter.number, variant, letter.theme)

    def _own_words(self) -> Opinion:
        clause, stance = self._clause(), self._stance()
        theme = self._chance.randrange(len(THEMES[stance]))
        said = [
            self._sentence(clause, THEMES[stance][theme]) for _ in range(self._chance.choices((1, 2, 3), (5, 3, 2))[0])
        ]
        text = " ".join(said)
        slip = self._chance.random()
        if slip < 0.1:
            text = self._with_typos(text)
        elif slip < 0.15:
            text = fold(text)
        return self._opinion(clause, stance, text, 0, "own", f"{stance}-{theme}")

    def _sentence(self, clause: Clause, theme: Sequence[str]) -> str:
        """One thing said about the clause, in some of its words and some of the law's."""
        choose = self._chance.choice
        about = self._run(clause.words, 3, 9)
        aside = self._run(self._words, 6, 16)
        return f"{choose(LINKS)} {choose(theme)} {choose(JOINTS)} {about} {choose(JOINTS)} {aside}."

    def _run(self, words: Sequence[str], least: int, most: int) -> str:
        length = self._chance.randint(least, most)
        start = self._chance.randrange(max(1, len(words) - length))
        return " ".join(words[start : start + length]).strip(" .,;:")

    def _with_typos(self, text: str) -> str:
        letters = list(text)
        for _ in range(max(1, len(letters) // 120)):
            at = self._chance.randrange(len(letters) - 1)
            if self._chance.random() < 0.5:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
            else:
                letters[at] = ""
        return "".join(letters)

    def _opinion(self, clause: Clause, stance: str, text: str, family: int, variant: str, theme: str) -> Opinion:
        written, citation = self._as_written(clause.citation)
        is_body = self._chance.random() < 0.03
        province = self._chance.choice(PROVINCES)
        cells = (
            written,
            f"{self._chance.choice(BODIES)} {province}" if is_body else self._name(),
            text,
            self._chance.choice(STANCE_WORDS[stance]),
            province,
            str(self._chance.randint(2, 500)) if self._chance.random() < 0.01 else "",
            f"{self._chance.randint(1, 28):02}/{self._chance.randint(1, 3):02}/2026",
        )
        return Opinion(cells, citation, stance, family, variant, theme)

    def _as_written(self, citation: str) -> tuple[str, str]:
        """How the clause is written in its cell, and what of it is true."""
        how = self._chance.random()
        if how < 0.02:
            return self._chance.choice(("Chung", "cả dự thảo", "Toàn bộ dự thảo")), ""
        if how < 0.03:
            return self._chance.choice(NOWHERE), ""
        if how < 0.13:
            return citation.replace("điểm ", "điểm.").replace("khoản ", "k.").replace("Điều ", "Đ."), citation
        return (fold(citation) if how < 0.18 else citation), citation

    def _name(self) -> str:
        return " ".join(self._chance.choice(part) for part in (SURNAMES, MIDDLES, MIDDLES, GIVEN))

    def _clause(self) -> Clause:
        return self._chance.choices(self._clauses, cum_weights=self._clause_weights)[0]

    def _stance(self) -> str:
        return self._chance.choices(STANCES, (45, 30, 15, 10))[0]


def _zipf(count: int, power: float = 1.0) -> list[float]:
    """Cumulative weights."""
    return list(itertools.accumulate(1 / rank**power for rank in range(1, count + 1)))


def _clauses(nodes: Sequence[Any]) -> Iterator[Any]:
    """Provisions with words enough to be spoken about."""
    for node in nodes:
        if node.kind in KINDS and not node.quoted and len(node.text.split()) >= 8:
            yield node
        if not node.quoted:
            yield from _clauses(node.children)


def outline_of(path: Path = LAW, provisions: int = PROVISIONS) -> Outline:
    """The first provisions of a law, the same that ``benchmarks._draft.first_provisions`` puts into a database."""
    return first_provisions(path, provisions) if provisions else outline_file(path)


def write(count: int, out: Path, truth: Path, outline: Outline, seed: int = 20230131) -> None:
    """Write both files, a piece of 100,000 at a time; what was begun goes on behind the last whole piece.

    A piece has its own seed and its own form letters, so that any of them can be made without those before it.
    """
    state = out.with_suffix(".made.json")
    made, sizes = json.loads(state.read_text()) if state.exists() else (0, (0, 0))
    while made < count:
        with _from(out, sizes[0]) as rows, _from(truth, sizes[1]) as facts:
            if not made:
                csv.writer(rows).writerow(HEADINGS)
                csv.writer(facts).writerow(TRUTH)
            step = min(PIECE, count - made)
            _write_piece(made, step, rows, facts, Maker(outline, seed + made // PIECE))
            made, sizes = made + step, (rows.tell(), facts.tell())
        state.write_text(json.dumps((made, sizes)))


def _write_piece(before: int, count: int, rows: IO[str], facts: IO[str], maker: Maker) -> None:
    to_rows, to_facts = csv.writer(rows), csv.writer(facts)
    for number, opinion in enumerate(maker.opinions(count), before + 2):
        to_rows.writerow(opinion.cells)
        family = opinion.family and opinion.family + before
        to_facts.writerow((number, opinion.citation, opinion.stance, family, opinion.variant, opinion.theme))


def _from(path: Path, size: int) -> IO[str]:
    """The file, open for writing behind its first ``size`` bytes; whatever stood there is gone."""
    path.touch()
    os.truncate(path, size)
    return path.open("a", encoding="utf-8", newline="")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, required=True)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--truth", type=Path, required=True)
    options.add_argument("--law", type=Path, default=LAW)
    options.add_argument("--provisions", type=int, default=PROVISIONS, help="of the law, from its beginning; 0: all")
    options.add_argument("--seed", type=int, default=20230131)
    given = options.parse_args()
    write(given.rows, given.out, given.truth, outline_of(given.law, given.provisions), given.seed)


if __name__ == "__main__":
    main()
