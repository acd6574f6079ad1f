"""Proposed groups: what says the same in other words stands together, the same in every run."""

import pytest
from flask import Flask

from accounts.models import Agency
from consultations.models import Consultation, Stance
from opinions.analysis import hook
from opinions.queries import proposals as queries
from tests.consultations.drafts import make_published
from tests.factories import make_agency
from tests.opinions.many import LETTER, Place, add, place_of, proposals_of, proposed, run

pytestmark = pytest.mark.usefixtures("app")

THEMES = [
    [f"{opening} rút ngắn thời hạn cấp thẻ bảo hiểm {closing}" for opening, closing in pairs]
    for pairs in [
        [("Đề nghị", "xuống năm ngày"), ("Theo tôi nên", "vì chờ quá lâu"), ("Mong ban soạn thảo", "cho dân đỡ khổ")]
    ]
] + [
    [
        "Ai sẽ chi trả chi phí vận chuyển người bệnh lên tuyến trên?",
        "Chi phí vận chuyển người bệnh do bên nào chịu, xin nói rõ.",
        "Cần ghi rõ chi phí vận chuyển người bệnh do quỹ trả.",
    ]
]


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency(name="Bộ Thử nghiệm")


@pytest.fixture
def consultation(agency: Agency) -> Consultation:
    return make_published(agency)


@pytest.fixture
def place(consultation: Consultation) -> Place:
    return place_of(consultation, "khoản 1 Điều 2")


@pytest.fixture
def other_place(consultation: Consultation) -> Place:
    return place_of(consultation, "Điều 1")


class TestProposals:
    def test_put_together_what_says_the_same_in_other_words(self, place: Place) -> None:
        first, second = (set(add(place, texts)) for texts in THEMES)
        add(place, ["Không có gì thêm."])
        run(place.consultation)
        assert proposed(place) == [first, second]
        row = queries.list_on_place(place.document_id, place.place)[1]
        assert any("chi phí vận chuyển" in phrase for phrase in row.phrases), row.phrases

    def test_make_a_letter_of_many_copies_one_line(self, place: Place) -> None:
        ids = add(place, [LETTER] * 12)
        run(place.consultation)
        assert proposed(place) == [set(ids)]
        (row,) = queries.list_on_place(place.document_id, place.place)
        assert (row.members, row.distinct, row.people, row.lines) == (12, 1, 12, 1)
        assert len(queries.list_lines(row.id, None).items) == 1

    def test_never_put_support_and_opposition_together_unless_asked(self, place: Place) -> None:
        pro, con = add(place, [LETTER] * 2, Stance.SUPPORT), add(place, [LETTER] * 2, Stance.OPPOSE)
        run(place.consultation)
        assert proposed(place) == [set(pro), set(con)]
        run(place.consultation, mixed=True)
        assert proposed(place) == [{*pro, *con}]

    def test_stay_on_one_place(self, place: Place, other_place: Place) -> None:
        here, there = add(place, [LETTER] * 2), add(other_place, [LETTER] * 3)
        run(place.consultation)
        assert (proposed(place), proposed(other_place)) == ([set(here)], [set(there)])

    def test_are_the_same_in_every_run_and_keep_their_numbers(self, place: Place) -> None:
        for texts in THEMES:
            add(place, texts)
        run(place.consultation)
        before = {(one.id, one.title) for one in proposals_of(place)}, proposed(place)
        run(place.consultation)
        assert ({(one.id, one.title) for one in proposals_of(place)}, proposed(place)) == before

    def test_are_named_by_no_language_model_unless_somebody_sets_one(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert hook.namer is None

        class Silent:
            def name(self, provision: str, opinions: object) -> str | None:
                raise RuntimeError(provision)

        class Poet(Silent):
            def name(self, provision: str, opinions: object) -> str | None:
                return f"Nhóm về: {provision}"

        add(place, [LETTER] * 2)
        monkeypatch.setattr(hook, "namer", Silent())
        run(place.consultation)
        assert proposals_of(place)[0].title.startswith("Tôi đề nghị giữ nguyên")
        monkeypatch.setattr(hook, "namer", Poet())
        run(place.consultation)
        assert proposals_of(place)[0].title == "Nhóm về: Thử là làm lần đầu;"
