"""How every engine filters, counts and pages."""

from collections import Counter
from datetime import timedelta

import pytest

from search.analysis import terms
from search.documents import Facet
from search.engines.base import Engine, Sort
from tests.search.asking import START, add_noise, ask, document, found


@pytest.fixture(autouse=True)
def _noise(engine: Engine) -> None:
    add_noise(engine)


class TestFilters:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add(
            [
                document(1, "đất đai", consultation_id=1, lineage_id=10, stance="support"),
                document(2, "đất đai", consultation_id=1, lineage_id=11, stance="oppose", citation="Điều 11"),
                document(3, "đất đai", consultation_id=2, lineage_id=20, stance="support", citation="Điều 20"),
                document(4, "đất đai", consultation_id=2, lineage_id=None, stance=None, citation=""),
                document(1, "đất đai", type="provision", consultation_id=1, lineage_id=10, citation="Điều 10"),
            ]
        )

    def test_by_consultation(self, engine: Engine) -> None:
        assert sorted(found(engine, "đất", consultations=(1,))) == [1, 1, 2]
        assert sorted(found(engine, "đất", consultations=(1, 2))) == [1, 1, 2, 3, 4]

    def test_an_empty_choice_lets_nothing_through(self, engine: Engine) -> None:
        assert found(engine, "đất", consultations=()) == []
        assert found(engine, "đất", types=()) == []

    def test_by_provision_stance_and_type(self, engine: Engine) -> None:
        assert found(engine, "đất", lineages=(11,)) == [2]
        assert sorted(found(engine, "đất", stances=("support",))) == [1, 3]
        assert found(engine, "đất", types=("provision",)) == [1]
        assert sorted(found(engine, "đất", types=("comment",), lineages=(10,))) == [1]

    def test_by_date_from_included_to_excluded(self, engine: Engine) -> None:
        second, fourth = START + timedelta(hours=2), START + timedelta(hours=4)
        assert sorted(found(engine, "đất", date_from=second, date_to=fourth)) == [2, 3]

    def test_filters_alone_are_a_search_newest_first(self, engine: Engine) -> None:
        assert found(engine, "", consultations=(2,)) == [4, 3]
        assert found(engine, "", consultations=(2,), sort=Sort.OLDEST) == [3, 4]

    def test_by_steps_of_the_citation(self, engine: Engine) -> None:
        engine.add([document(7, "đất đai", citation="điểm đ khoản 2 Điều 12a")])
        assert found(engine, "đất", places=("dieu:12a", "khoan:2", "diem:đ")) == [7]
        assert found(engine, "đất", places=("diem:d",)) == found(engine, "đất", places=("dieu:12",)) == []

    def test_by_words_of_the_author_s_name_alone(self, engine: Engine) -> None:
        engine.add(
            [document(7, "của bà Lan", contributor="Trần Văn Núi"), document(8, "ông Núi", contributor="Bà Lan")]
        )
        assert found(engine, "", author=tuple(terms("lan"))) == [8]
        assert found(engine, "", author=tuple(terms("Núi trần"))) == [7]
        assert found(engine, "", author=tuple(terms("Nùi"))) == []

    def test_without_what_is_unwanted(self, engine: Engine) -> None:
        assert sorted(found(engine, "đất", never={Facet.STANCE: ("support",)})) == [1, 2, 4]
        assert sorted(found(engine, "đất", never={Facet.LINEAGE: (10, 20)})) == [2, 4]


class TestCounts:
    """Facets are exact over everything found, whatever the page: compared with counting one by one."""

    CHANNELS = ("web", "letter", None)
    KINDS = ("individual", "organisation")

    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        self.documents = [
            document(
                id_,
                "đất rừng" if id_ % 3 else "đất",
                lineage_id=id_ % 7 or None,
                citation=f"Điều {id_ % 7}",
                stance=("support", "oppose", None)[id_ % 3],
                channel=self.CHANNELS[id_ % 3],
                agency_id=id_ % 2 + 40,
                province="01" if id_ % 5 else None,
                author_kind=self.KINDS[id_ % 2],
                created_at=START + timedelta(days=id_),
            )
            for id_ in range(1, 121)
        ]
        engine.add(self.documents)

    @pytest.mark.parametrize("facet", list(Facet))
    def test_count_everything_found(self, engine: Engine, facet: Facet) -> None:
        result = ask(engine, "rừng", limit=3, facets=(facet,))
        right = Counter(each.facets[facet] for each in self.documents if "rừng" in each.body)
        del right[None]
        assert (len(result.hits), result.total) == (3, 80)
        assert result.facets == {facet: dict(right)}

    def test_all_at_once_and_without_a_page(self, engine: Engine) -> None:
        result = ask(engine, "", facets=tuple(Facet), limit=0, never={Facet.CONSULTATION: (9,)})
        assert (result.hits, result.total) == ((), 120)
        for facet in Facet:
            right = Counter(each.facets[facet] for each in self.documents)
            del right[None]
            assert result.facets[facet] == dict(right), facet

    def test_follow_filters_and_what_is_left_out(self, engine: Engine) -> None:
        hidden = frozenset(("comment", id_) for id_ in range(1, 60)) | {("provision", 60), ("comment", 5000)}
        result = ask(engine, "đất", stances=("oppose",), without=hidden, facets=(Facet.LINEAGE, Facet.STANCE))
        left = [each for each in self.documents if each.stance == "oppose" and each.id >= 60]
        assert result.total == len(left)
        assert {hit.key for hit in result.hits} <= {each.key for each in left}
        assert result.facets[Facet.STANCE] == {"oppose": len(left)}
        assert sum(result.facets[Facet.LINEAGE].values()) == sum(each.lineage_id is not None for each in left)

    def test_of_nothing_found_are_empty(self, engine: Engine) -> None:
        assert ask(engine, "xyz", facets=(Facet.TYPE,)).facets == {Facet.TYPE: {}}
        assert ask(engine, "!!!", facets=(Facet.TYPE,)).facets == {Facet.TYPE: {}}


class TestPaging:
    @pytest.fixture(autouse=True)
    def _documents(self, engine: Engine) -> None:
        engine.add([document(id_, "đất " * (1 + id_ % 7) + "nhà " * (id_ % 5)) for id_ in range(1, 301)])

    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("text", ["đất", "đất nhà", ""])
    def test_pages_hold_everything_once(self, engine: Engine, sort: Sort, text: str) -> None:
        pages = [found(engine, text, sort=sort, offset=at, limit=70, consultations=(1,)) for at in range(0, 350, 70)]
        ids = [id_ for page in pages for id_ in page]
        total = ask(engine, text, consultations=(1,)).total
        assert len(ids) == len(set(ids)) == total > 200

    def test_by_time(self, engine: Engine) -> None:
        assert found(engine, "đất", sort=Sort.NEWEST, limit=3) == [300, 299, 298]
        assert found(engine, "đất", sort=Sort.OLDEST, limit=3, offset=1) == [2, 3, 4]

    def test_past_the_end_is_empty(self, engine: Engine) -> None:
        result = ask(engine, "đất", offset=10_000)
        assert (result.hits, result.total) == ((), 300)
