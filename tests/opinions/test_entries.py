"""The rows of the Word table, from opinions in its order: groups, single opinions, and the rest of a place."""

from types import SimpleNamespace
from typing import Any

from consultations.models import ContributorKind, Stance, Verification
from opinions.exports.entries import Limits, entries

LIMITS = Limits(names=3, texts=2, loose=2)
_defaults: dict[str, Any] = {
    "document_title": "Luật",
    "provision_position": 4,
    "place": 7,
    "group_id": None,
    "group_title": "Rút ngắn thời hạn",
    "stance": Stance.AMEND,
    "body": "Mười ngày là quá dài.",
    "proposed_text": "",
    "contributor_name": "Bà Năm",
    "contributor_kind": ContributorKind.INDIVIDUAL,
    "organisation_checked_at": None,
    "verification": Verification.ACCOUNT,
    "people": None,
    "response_state": None,
}


def row(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**_defaults | values)


def test_a_group_is_one_row_that_says_how_many_it_stands_for() -> None:
    rows = [row(group_id=3, contributor_name=name) for name in ("Ông Ba", "Bà Tư")]
    (entry,) = entries([*rows, row(group_id=3, stance=Stance.ASK)], LIMITS)
    assert entry.opinions == 3
    assert entry.contributors() == "Ông Ba; Bà Tư; Bà Năm"
    assert entry.content() == (
        "Rút ngắn thời hạn: 3 ý kiến (đề nghị sửa: 2; hỏi: 1).\n"
        "– Đề nghị sửa. Mười ngày là quá dài. (2 ý kiến)\n"
        "– Hỏi. Mười ngày là quá dài."
    )


def test_names_agencies_first_and_counts_those_whom_it_does_not_name() -> None:
    people = [row(group_id=3, contributor_name=f"Người {n}") for n in range(5)]
    bodies = [row(group_id=3, contributor_name="Sở Y tế", contributor_kind=ContributorKind.AGENCY)] * 2
    (entry,) = entries([*people, *bodies], LIMITS)
    assert entry.contributors() == (
        "Sở Y tế (2 ý kiến); Người 0; Người 1\nvà 3 ý kiến nữa; danh sách ở phụ lục, nhóm số 3"
    )


def test_counts_the_texts_that_it_does_not_print() -> None:
    (entry,) = entries([row(group_id=3, body=f"Lời {n}") for n in (0, 1, 2, 3, 1)], LIMITS)
    assert entry.content().split("\n")[1:] == [
        "– Đề nghị sửa. Lời 0",
        "– Đề nghị sửa. Lời 1 (2 ý kiến)",
        "– 2 ý kiến nói theo cách khác: xem phụ lục, nhóm số 3.",
    ]


def test_opinions_in_no_group_have_rows_of_their_own_up_to_a_number_and_the_rest_of_a_place_is_one() -> None:
    here = [row(group_id=3)] * 2 + [row(body=f"Lời {n}") for n in range(5)]
    found = list(entries([*here, row(place=8)], LIMITS))
    assert [(one.first.place, one.first.group_id, one.is_rest, one.opinions) for one in found] == [
        (7, 3, False, 2),
        (7, None, False, 1),
        (7, None, False, 1),
        (7, None, True, 3),
        (8, None, False, 1),
    ]
    assert found[3].contributors() == "3 ý kiến; danh sách ở phụ lục"
    assert found[3].content() == "Các ý kiến chưa được gom nhóm (đề nghị sửa: 3): xem phụ lục."
