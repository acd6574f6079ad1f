"""How every engine takes up changes: all or nothing, seen at once, by every process."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.analysis import terms
from search.documents import Facet, SearchDocument
from search.engines.base import Engine, IndexBusy, SearchQuery
from search.query import Clause, ParsedQuery
from tests.search.asking import NOISE, add_noise, ask, document, found
from tests.search.conftest import MakeEngine


@pytest.fixture(autouse=True)
def _noise(engine: Engine) -> None:
    add_noise(engine)


class TestChanges:
    def test_starts_empty_and_counts(self, engine: Engine) -> None:
        assert engine.count() == 2
        assert set(engine.fingerprints()) == {("comment", NOISE), ("comment", NOISE + 1)}

    def test_adding_again_replaces(self, engine: Engine) -> None:
        for body in ("thửa ruộng", "mảnh vườn"):
            assert engine.add([document(1, body), document(2, "cánh rừng")]) == 2
        assert found(engine, "ruộng") == []
        assert found(engine, "vườn") == [1]
        assert engine.count() == 4

    def test_the_last_of_a_key_counts_within_one_call(self, engine: Engine) -> None:
        assert engine.add([document(1, "cũ"), document(1, "mới")]) == 1
        assert (found(engine, "cũ"), found(engine, "mới")) == ([], [1])

    def test_keys_are_type_and_id(self, engine: Engine) -> None:
        engine.add([document(1, "vườn"), document(1, "vườn", type="provision")])
        engine.delete("provision", [1])
        assert [hit.type for hit in ask(engine, "vườn").hits] == ["comment"]

    def test_what_is_deleted_is_neither_found_nor_counted(self, engine: Engine) -> None:
        engine.add([document(id_, "bí mật", lineage_id=4) for id_ in range(1, 21)])
        assert ask(engine, "mật").total == 20
        engine.delete("comment", range(1, 20))
        result = ask(engine, "mật")
        assert ([hit.id for hit in result.hits], result.total) == ([20], 1)
        assert result.facets == {Facet.LINEAGE: {4: 1}}
        assert (found(engine, "-đất", lineages=(4,)), found(engine, "", lineages=(4,))) == ([20], [20])
        assert set(engine.fingerprints()) == {("comment", id_) for id_ in (20, NOISE, NOISE + 1)}
        engine.add([document(50, "bí mật khác", lineage_id=4)])
        assert sorted(found(engine, "mật")) == [20, 50]

    def test_deleting_the_unknown_is_no_error(self, engine: Engine) -> None:
        engine.delete("comment", [12345])
        engine.delete("nonsense", [])
        assert engine.count() == 2

    def test_nothing_is_added_when_one_of_them_fails(self, engine: Engine) -> None:
        def failing() -> Iterator[SearchDocument]:
            yield document(1, "vườn")
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError, match="went away"):
            engine.add(failing())
        assert engine.count() == 2
        assert engine.add([document(2, "vườn")]) == 1

    def test_many_small_changes_keep_the_truth(self, engine: Engine) -> None:
        for id_ in range(1, 41):
            engine.add([document(id_, f"vườn số {id_}"), document(500, f"bản {id_}")])
            engine.delete("comment", [id_ - 3])
        assert sorted(found(engine, "vườn", limit=100)) == [38, 39, 40]
        assert found(engine, "bản 40") == [500]
        assert engine.count() == 6
        engine.check()

    def test_clear_empties(self, engine: Engine) -> None:
        engine.clear()
        assert (engine.count(), found(engine, "lương")) == (0, [])
        engine.add([document(1, "vườn")])
        assert found(engine, "vườn") == [1]

    def test_another_engine_on_the_same_place_sees_changes(self, engine: Engine, make_engine: MakeEngine) -> None:
        other = make_engine()
        assert found(other, "vườn") == []
        engine.add([document(1, "vườn")])
        assert found(other, "vườn") == [1]
        other.delete("comment", [1])
        assert found(engine, "vườn") == []
        engine.clear()
        assert other.count() == 0

    def test_fingerprints_tell_what_changed(self, engine: Engine) -> None:
        before, after = document(1, "vườn"), document(1, "vườn", stance="ask")
        engine.add([before])
        assert engine.fingerprints()["comment", 1] == before.fingerprint != after.fingerprint
        engine.add([after])
        assert engine.fingerprints()["comment", 1] == after.fingerprint

    def test_the_holder_of_the_lock_may_write_and_nobody_else(
        self, engine: Engine, make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in ("whoosh.files", "tantivy.files", "postgres.table"):
            monkeypatch.setattr(f"search.engines.{module}.LOCK_SECONDS", 0.2)
        with engine.writing():
            engine.add([document(1, "vườn")])
            with pytest.raises(IndexBusy):
                make_engine().add([document(2, "vườn")])
        assert make_engine().add([document(3, "vườn")]) == 1
        assert sorted(found(engine, "vườn")) == [1, 3]


class TestOddDocuments:
    def test_empty_texts_and_signs(self, engine: Engine) -> None:
        engine.add([document(1, ""), document(2, "👍 …"), document(3, "\x00 zwj\u200b")])
        assert engine.count() == 5
        assert sorted(found(engine, "", consultations=(1,))) == [1, 2, 3]
        engine.check()

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.text(max_size=20))
    def test_any_text_can_be_added(self, engine: Engine, body: str, text: str) -> None:
        engine.add([document(1, body)])
        ask(engine, text)
        assert found(engine, "", consultations=(1,)) == [1]
        for word in terms(body)[:3]:
            row = ParsedQuery(required=((Clause((word,)),),))
            assert engine.search(SearchQuery(words=row, only={Facet.CONSULTATION: (1,)})).total == 1
