"""How fast an engine indexes and answers: python benchmarks/search.py [N documents, 20000 by default].

Synthetic opinions of about 40 words over 300 provisions, words drawn as in real text: a few very common, a long tail.
The first run of a query reads its postings from disk (cold), later ones find them in memory (warm).
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from search.documents import SearchDocument
from search.engines.base import Engine, SearchQuery
from search.engines.whoosh import WhooshEngine

SYLLABLES = """
điều khoản đất người dân quyền sử dụng nhà nước thu hồi bồi thường đề nghị sửa bổ sung quy định này không được
phải theo pháp luật cơ quan tổ chức cá nhân hộ gia đình giá thời hạn hồ sơ thủ tục cấp giấy chứng nhận đăng ký
tài sản gắn liền với trên khi có của và các trong cho về để tại là một hoặc năm ngày tháng ủy ban nhân tỉnh xã
thửa ruộng vườn rừng biển đảo môi trường nông nghiệp công an minh bạch hòa giải thỏa đáng hợp lý quốc hội
chính phủ bộ trưởng thủy lợi khoáng sản giao thông xây dựng đô thị nông thôn thuế phí lệ tiền lương bảo hiểm
xã y tế giáo dục trẻ em phụ nữ cao tuổi khuyết tật doanh đầu tư hợp tác kinh tế vùng miền núi dân tộc thiểu số
văn hóa di tích lịch sử quê hương làng bản ấp thôn
"""
QUERIES = {
    "one common word": ["đất", "quyền", "điều", "khoản"],
    "one rare word": ["lịch", "khuyết", "ấp", "tích"],
    "three words": ["bồi thường đất", "thủ tục hồ sơ", "hộ gia đình", "giá đất năm"],
    "without marks": ["boi thuong dat", "thu tuc", "nguoi dan", "dat dai"],
    "citation": ["Khoản 2 Điều 5", "khoan 1 dieu 12", "Điều 7", "điểm đ khoản 3 Điều 9"],
    "phrase": ['"bồi thường"', '"quyền sử dụng đất"', '"ho gia dinh"', '"thu hồi"'],
    "negation, OR": ["đất -nhà", "thuế OR phí", "thu hồi -bồi", "xã HOẶC tỉnh"],
}


def documents(count: int) -> Iterator[SearchDocument]:
    chance = random.Random(7)
    syllables = SYLLABLES.split()
    weights = [1 / (rank + 3) for rank in range(len(syllables))]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        provision = chance.randrange(300)
        yield SearchDocument(
            type="comment",
            id=number + 1,
            consultation_id=1 + number % 4,
            version_id=1,
            lineage_id=provision + 1,
            citation=f"khoản {provision % 7 + 1} Điều {provision // 7 + 1}",
            title="",
            body=" ".join(chance.choices(syllables, weights, k=chance.randint(10, 70))),
            stance=chance.choice(["support", "amend", "oppose", "ask"]),
            created_at=start + timedelta(minutes=number),
            contributor=f"Người dân {number % 997}",
        )


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def measure(engine: Engine, name: str, queries: list[SearchQuery]) -> None:
    cold: list[float] = []
    warm: list[float] = []
    for query in queries:
        cold.append(engine.search(query).took_ms)
        warm.extend(engine.search(query).took_ms for _ in range(5))
    print(
        f"{name:34} cold p50 {percentile(cold, 0.5):7.1f} p95 {percentile(cold, 0.95):7.1f}   "
        f"warm p50 {percentile(warm, 0.5):7.1f} p95 {percentile(warm, 0.95):7.1f} ms"
    )


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    made = list(documents(count))
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder) / "index")
        started = time.perf_counter()
        for first in range(0, count, 5_000):
            engine.add(made[first : first + 5_000])
        took = time.perf_counter() - started
        size = sum(path.stat().st_size for path in (Path(folder) / "index").iterdir())
        print(f"{count} documents in {took:.1f} s: {count / took:.0f} documents/s, {size / 1e6:.1f} MB")
        engine.close()
        started = time.perf_counter()
        engine.count()
        print(f"open the index: {(time.perf_counter() - started) * 1000:.0f} ms")
        for name, texts in QUERIES.items():
            measure(engine, name, [SearchQuery(text=text) for text in texts])
        for name, texts in (("one provision: common word", QUERIES["one common word"]),):
            measure(engine, name, [SearchQuery(text=text, lineage_id=7) for text in texts])
        one = made[0]
        times = []
        for _ in range(10):
            started = time.perf_counter()
            engine.add([one])
            times.append((time.perf_counter() - started) * 1000)
        print(f"replace one document: p50 {percentile(times, 0.5):.0f} p95 {percentile(times, 0.95):.0f} ms")
        started = time.perf_counter()
        engine.search(SearchQuery(text="đất"))
        print(f"first query after a change: {(time.perf_counter() - started) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
