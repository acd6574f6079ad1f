"""Definitions: in and out of JSON, and every fault found where it is."""

import dataclasses
import json
from typing import Any

import fastjsonschema
import pytest

from consultations.models import Stance
from surveys.checking.faults import faults
from surveys.checking.versions import changed_meanings, comparable_codes
from surveys.definition.documents import LARGEST, WrongDocument, dumps, from_json, loads, to_json
from surveys.definition.schema import schema
from surveys.definition.shape import (
    END,
    STANCES,
    AllOf,
    AnyOf,
    Definition,
    Fact,
    Jump,
    Kind,
    Not,
    Op,
    Page,
    Passage,
    Question,
)
from surveys.sentences import document_sentence, fault_place, fault_sentence
from tests.architecture.checks.tree import ROOT
from tests.surveys.making import chosen, every_kind, options


def yes_no(code: str, **more: Any) -> Question:
    return Question(code, Kind.YES_NO, "Có không?", **more)


def found(*pages: Page) -> list[tuple[str, str, str]]:
    """(code, page, item) of every fault; each has a sentence of its own."""
    definition = Definition(pages)
    there = faults(definition)
    for fault in there:
        assert "(" + fault.code + ")" not in fault_sentence(fault), fault
        assert "%(" not in fault_sentence(fault)
        assert fault_place(definition, fault)
    return [(fault.code, fault.page, fault.item) for fault in there]


class TestJson:
    def test_carries_a_definition_out_and_in(self) -> None:
        definition = every_kind(provision=7)
        assert loads(dumps(definition)) == definition
        assert {question.kind for question in definition.questions} == set(Kind)

    def test_is_what_the_published_schema_describes(self) -> None:
        published = json.loads((ROOT / "docs" / "survey.schema.json").read_text())
        assert published == schema(), "write docs/survey.schema.json anew"
        check = fastjsonschema.compile({**published, "$schema": "http://json-schema.org/draft-07/schema#"})
        check(to_json(every_kind(provision=7)))
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            check({**to_json(every_kind()), "colour": "red"})

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"format": 2}, "format"),
            ({"colour": "red"}, "colour"),
            ({"pages": {}}, "pages"),
            ({"pages": [{"code": 5}]}, "pages[0].code"),
            (
                {"pages": [{"code": "a", "items": [{"code": "q", "kind": "riddle", "text": ""}]}]},
                "pages[0].items[0].kind",
            ),
            ({"pages": [{"code": "a", "items": [{"code": "q", "kind": "number", "text": "", "low": True}]}]}, "low"),
            ({"pages": [{"code": "a", "show_if": {"not": {}}}]}, "pages[0].show_if.not.question"),
        ],
    )
    def test_refuses_what_is_no_definition_and_says_where(self, change: dict[str, Any], place: str) -> None:
        with pytest.raises(WrongDocument) as wrong:
            from_json({"format": 1, **change})
        assert wrong.value.place.endswith(place)
        assert place in document_sentence(wrong.value)

    def test_refuses_a_bottomless_condition(self) -> None:
        deep: dict[str, Any] = {"question": "q", "op": "answered"}
        for _level in range(3_000):
            deep = {"not": deep}
        with pytest.raises(WrongDocument):
            from_json({"format": 1, "pages": [{"code": "a", "show_if": deep}]})
        with pytest.raises(WrongDocument):
            loads("[" * 100_000)
        with pytest.raises(WrongDocument):
            loads(" " * (LARGEST + 1))


class TestFaults:
    def test_a_sound_survey_has_none(self) -> None:
        assert faults(every_kind(provision=7), provisions={7}) == []

    def test_the_stances_are_those_of_comments(self) -> None:
        assert tuple(stance.value for stance in Stance) == STANCES

    def test_codes_are_unique_and_well_formed(self) -> None:
        assert found(Page("a", items=(yes_no("q"), yes_no("q"), yes_no("Hỏi"), yes_no(END)))) == [
            ("duplicate_code", "a", "q"),
            ("bad_code", "a", "Hỏi"),
            ("bad_code", "a", END),
        ]

    def test_two_hundred_questions_are_the_most(self) -> None:
        most = tuple(yes_no(f"q{n}") for n in range(200))
        assert found(Page("a", items=most)) == []
        assert found(Page("a", items=(*most, yes_no("more")))) == [("too_many_questions", "", "")]

    @pytest.mark.parametrize(
        ("question", "code"),
        [
            (Question("q", Kind.SINGLE, "?", options=options("a")), "number_of_options"),
            (Question("q", Kind.SINGLE, "?", options=options("a", "a")), "duplicate_code"),
            (Question("q", Kind.SINGLE, " ", options=options("a", "b")), "no_text"),
            (Question("q", Kind.SINGLE, "?", options=options("a", "b", exclusive="a")), "no_exclusive"),
            (Question("q", Kind.RANKING, "?", options=options("a", "b", other="a")), "one_other"),
            (Question("q", Kind.MULTIPLE, "?", options=options("a", "b"), least=3), "bad_count"),
            (Question("q", Kind.MULTIPLE, "?", options=options("a", "b"), least=2, most=1), "bad_count"),
            (Question("q", Kind.SCALE, "?", low=1, high=1), "bad_scale"),
            (Question("q", Kind.SCALE, "?", low=1, high=5), "no_style"),
            (Question("q", Kind.NUMBER, "?", low=2, high=1), "low_above_high"),
            (Question("q", Kind.NUMBER, "?", options=options("a", "b")), "misplaced"),
            (Question("q", Kind.DATE, "?", earliest="2026-02-30"), "bad_date"),
            (Question("q", Kind.DATE, "?", earliest="2026-03-01", latest="2026-02-01"), "early_after_late"),
            (Question("q", Kind.LONG_TEXT, "?", longest=10**6), "bad_limit"),
            (Question("q", Kind.STANCE, "?"), "no_provision"),
            (Question("q", Kind.MATRIX_SINGLE, "?", options=options("a", "b")), "number_of_options"),
        ],
    )
    def test_in_a_question_are_told(self, question: Question, code: str) -> None:
        assert found(Page("a", items=(yes_no("noise"), question))) == [(code, "a", "q")]

    def test_conditions_look_back_at_what_is_there(self) -> None:
        first = Page("a", items=(yes_no("q1", show_if=chosen("q2", "yes")), yes_no("q2", show_if=chosen("q3", "yes"))))
        second = Page("b", items=(yes_no("q3", show_if=chosen("q1", "yes")), yes_no("q4", show_if=chosen("qx", "yes"))))
        third = Page("c", items=(yes_no("q5", show_if=chosen("q5", "yes")), yes_no("q6", show_if=chosen("q7", "yes"))))
        assert found(first, second, third, Page("d", items=(yes_no("q7"),))) == [
            ("circular", "a", "q1"),
            ("circular", "a", "q2"),
            ("unknown_question", "b", "q4"),
            ("circular", "c", "q5"),
            ("forward", "c", "q6"),
        ]

    def test_on_a_shuffled_page_nothing_comes_before_another(self) -> None:
        items = (yes_no("q1"), yes_no("q2", show_if=chosen("q1", "yes")))
        assert found(Page("a", items=items, shuffle=True)) == [("forward", "a", "q2")]

    @pytest.mark.parametrize(
        ("fact", "code"),
        [
            (chosen("q", "maybe"), "unknown_option"),
            (chosen("q", "yes", "row"), "unknown_row"),
            (Fact("q", Op.AT_LEAST, 3), "misfit"),
            (AnyOf(()), "empty_condition"),
            (AllOf((chosen("q", "yes"),) * 41), "condition_too_large"),
        ],
    )
    def test_in_a_condition_are_told(self, fact: Any, code: str) -> None:
        assert (code, "b", "") in found(Page("a", items=(yes_no("q"),)), Page("b", items=(yes_no("r"),), show_if=fact))

    def test_jumps_lead_on_and_never_back(self) -> None:
        first = Page("a", items=(yes_no("q"),), jumps=(Jump(chosen("q", "yes"), "z"), Jump(chosen("q", "no"), "b")))
        second = Page("b", items=(yes_no("r"),), jumps=(Jump(chosen("r", "yes"), "a"),))
        assert found(first, second) == [("unknown_page", "a", ""), ("jump_back", "b", "")]

    def test_pipes_show_earlier_answers_that_are_words(self) -> None:
        matrix = Question("m", Kind.MATRIX_SINGLE, "?", rows=options("r"), options=options("a", "b"))
        items = (matrix, Passage("p", "explanation", text="{{m}} {{ q }}"), yes_no("q"))
        assert found(Page("a", items=items)) == [("not_piped", "a", "p"), ("forward", "a", "p")]


class TestReach:
    def test_a_page_that_everybody_jumps_over_is_found(self) -> None:
        first = Page(
            "a",
            items=(yes_no("q", required=True),),
            jumps=(Jump(chosen("q", "yes"), "c"), Jump(chosen("q", "no"), END)),
        )
        pages = (first, Page("b", items=(yes_no("r"),)), Page("c", items=(yes_no("s"),)))
        assert found(*pages) == [("unreachable_page", "b", "")]
        optional = dataclasses.replace(first, items=(yes_no("q"),))
        assert found(optional, *pages[1:]) == []

    def test_a_question_with_a_condition_that_cannot_hold_is_found(self) -> None:
        both = AllOf((chosen("q", "yes"), chosen("q", "no")))
        hidden = yes_no("t", show_if=chosen("s", "yes"))
        first = Page("a", items=(yes_no("q"), yes_no("s", show_if=both), hidden))
        assert found(first) == [("never_shown", "a", "s"), ("never_shown", "a", "t")]

    def test_numbers_choices_and_dates_are_told_apart(self) -> None:
        number = Question("n", Kind.NUMBER, "?", low=0, high=10)
        several = Question("m", Kind.MULTIPLE, "?", options=options("a", "b", "c"), most=2)
        day = Question("d", Kind.DATE, "?", latest="2026-01-31")
        conditions = {
            "over": Fact("n", Op.AT_LEAST, 11),
            "between": AllOf((Fact("n", Op.AT_LEAST, 3), Not(Fact("n", Op.AT_LEAST, 4)))),
            "three": AllOf((chosen("m", "a"), chosen("m", "b"), chosen("m", "c"))),
            "two": AllOf((chosen("m", "a"), chosen("m", "b"), Not(chosen("m", "c")))),
            "late": Fact("d", Op.AT_LEAST, "2026-02-01"),
            "early": Fact("d", Op.AT_MOST, "1990-01-01"),
        }
        later = tuple(yes_no(code, show_if=condition) for code, condition in conditions.items())
        assert [
            item for _code, _page, item in found(Page("a", items=(number, several, day)), Page("b", items=later))
        ] == [
            "over",
            "three",
            "late",
        ]

    def test_two_hundred_questions_that_hang_on_each_other_are_decided(self) -> None:
        chain = [yes_no("q0"), *(yes_no(f"q{n}", show_if=chosen(f"q{n - 1}", "yes")) for n in range(1, 198))]
        all_of_many = yes_no("last", show_if=AllOf(tuple(chosen(f"q{n}", "yes") for n in range(160, 198))))
        none = yes_no("none", show_if=AllOf((chosen("q0", "no"), chosen("q197", "yes"))))
        assert found(Page("a", items=(*chain, all_of_many, none))) == [("never_shown", "a", "none")]


class TestVersions:
    def test_a_kept_code_keeps_its_meaning(self) -> None:
        old = Definition((Page("a", items=(Question("q", Kind.SINGLE, "?", options=options("a", "b")), yes_no("r"))),))
        more = Question("q", Kind.SINGLE, "Hỏi lại?", options=options("a", "b", "c"))
        fewer = Question("q", Kind.SINGLE, "?", options=options("a", "c"))
        good = Definition((Page("a", items=(more, yes_no("s"))),))
        bad = Definition((Page("a", items=(fewer, Question("r", Kind.NUMBER, "?"))),))
        assert changed_meanings(old, good) == []
        assert comparable_codes(old, good) == ["q"]
        assert [(fault.item, fault.part) for fault in changed_meanings(old, bad)] == [("q", "options"), ("r", "kind")]
