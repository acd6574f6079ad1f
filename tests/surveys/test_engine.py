"""What is asked next, what is kept, how far there is to go; and answers of every kind, good and bad."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.checking.faults import faults, unreachable
from surveys.definition.documents import from_json, to_json
from surveys.definition.piping import fill
from surveys.definition.shape import Definition, Kind, Page, Passage, Question, ScaleStyle
from surveys.engine.path import arranged, arranged_options, problems, walk
from surveys.engine.progress import progress
from surveys.engine.rows import rows_of, rows_of_path, value_of
from surveys.engine.values import canonical, problem_of
from surveys.sentences import answer_words, problem_sentence
from tests.support.limits import SOAK
from tests.surveys.interpreter import Interpreter
from tests.surveys.making import answers_of_every_kind, chosen, every_kind, options
from tests.surveys.random_surveys import answers_to, surveys

EXAMPLES = 2_000 if SOAK else 30
hypothesis_settings = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Answered = tuple[Definition, dict[str, Any]]
answered_surveys: st.SearchStrategy[Answered] = surveys().flatmap(
    lambda definition: st.tuples(st.just(definition), answers_to(definition))
)


class TestAgainstThePlainInterpreter:
    @hypothesis_settings
    @given(answered_surveys)
    def test_the_engine_asks_exactly_the_same_questions(self, answered: Answered) -> None:
        definition, answers = answered
        path = walk(definition, answers)
        asked = Interpreter(to_json(definition), answers).asked()
        assert [question.code for question in path.questions] == asked
        assert path.kept == {code: answers[code] for code in asked if code in answers}

    @hypothesis_settings
    @given(answered_surveys)
    def test_stored_answers_are_the_given_ones(self, answered: Answered) -> None:
        definition, answers = answered
        path = walk(definition, answers)
        assert problems(path) == [problem for problem in problems(path) if problem.code == "required"]
        rows = rows_of_path(path)
        assert len({(row.question, row.sub, row.option) for row in rows}) == len(rows), "rows have a key of their own"
        assert {row.question for row in rows} == {question.code for question in path.questions}, "who saw it"
        for question in path.questions:
            own = [row for row in reversed(rows) if row.question == question.code]
            assert value_of(question, own) == path.kept.get(question.code)

    @hypothesis_settings
    @given(answered_surveys)
    def test_progress_bounds_what_is_really_still_asked(self, answered: Answered) -> None:
        definition, answers = answered
        path = walk(definition, answers)
        for number, shown in enumerate(path.pages):
            later = sum(len(page.questions) for page in path.pages[number + 1 :])
            known = {
                code: answers[code] for page in path.pages[: number + 1] for code in _codes(page) if code in answers
            }
            for seen in (answers, known):  # whether or not later pages were answered before
                told = progress(definition, seen, shown.code)
                assert told.left.shortest <= later <= told.left.longest
                assert told.percent == 100 or told.left.longest
        if path.pages:
            last = progress(definition, answers, path.pages[-1].code)
            assert last.left.shortest == 0

    @hypothesis_settings
    @given(answered_surveys)
    def test_nothing_is_called_unreachable_that_somebody_reaches(self, answered: Answered) -> None:
        definition, answers = answered
        assert {fault.code for fault in faults(definition)} <= {
            "no_question",
            "unreachable_page",
            "never_shown",
            "jump_never",
        }
        gone = {fault.item or fault.page for fault in unreachable(definition) if fault.code != "jump_never"}
        path = walk(definition, answers) if not problems(walk(definition, answers)) else None
        shown = {item.code for page in path.pages for item in page.items} if path else set()
        assert not gone & shown
        assert from_json(to_json(definition)) == definition


def _codes(page: Any) -> list[str]:
    return [question.code for question in page.questions]


class TestWay:
    def test_follows_the_answers(self) -> None:
        flat = {code: value for page in answers_of_every_kind().values() for code, value in page.items()}
        path = walk(every_kind(), flat)
        assert [page.code for page in path.pages] == ["truoc", "danh_gia", "ve_ban", "cuoi"]
        assert path.kept == flat
        assert not path.at("ve_ban") or "nps" not in _codes(path.at("ve_ban"))
        short = walk(every_kind(), {**flat, "da_den": {"choice": "no"}, "tuoi": {"number": 16}})
        assert [page.code for page in short.pages] == ["truoc", "ve_ban"]
        assert short.after("truoc") == short.pages[1]
        assert short.before("ve_ban") == short.pages[0]
        assert short.after("ve_ban") is None
        assert set(short.kept) == {"da_den", "tuoi", "nghe"}, "what is hidden now is not kept"

    def test_drawn_orders_are_the_same_each_time_and_differ_by_sheet(self) -> None:
        listed = options("a", "b", "c", "d", "e", "f", other="f")
        question = Question("q0", Kind.SINGLE, "?", options=listed, shuffle=True)
        page = Page("p", items=(Passage("x", "explanation", text="Đầu"), question, *_yes_no(1, 6)), shuffle=True)
        [shown] = walk(Definition((page,)), {}).pages
        orders = {arranged(shown, str(seed)) for seed in range(20)}
        assert len(orders) > 10
        assert all(order[0] == page.items[0] and set(order) == set(page.items) for order in orders)
        assert arranged(shown, "7") == arranged(shown, "7")
        drawn = {arranged_options(question, str(seed)) for seed in range(20)}
        assert len(drawn) > 10
        assert {order[-1].code for order in drawn} == {"f"}

    def test_pipes_show_words(self) -> None:
        question = Question("q", Kind.SINGLE, "?", options=options("a", "b", other="b"))
        words = {"q": answer_words(question, {"choice": "b", "other": "tem <b>"})}
        assert fill("Bạn nói {{q}} và {{ r }}", words.get) == "Bạn nói tem <b> và …"


def _yes_no(first: int, last: int) -> tuple[Question, ...]:
    return tuple(Question(f"q{number}", Kind.YES_NO, "?") for number in range(first, last))


SINGLE = Question("q", Kind.SINGLE, "?", options=options("a", "b", "c", other="c"))
MULTIPLE = Question("q", Kind.MULTIPLE, "?", options=options("a", "b", "c", "d", exclusive="d"), least=2, most=2)
MATRIX = Question("q", Kind.MATRIX_SINGLE, "?", required=True, rows=options("r", "s"), options=options("a", "b"))
RANKING = Question("q", Kind.RANKING, "?", options=options("a", "b", "c"))
NUMBER = Question("q", Kind.NUMBER, "?", low=0, high=100, decimals=1)
SCALE = Question("q", Kind.SCALE, "?", low=0, high=10, style=ScaleStyle.NPS)
SHORT = Question("q", Kind.SHORT_TEXT, "?", required=True)
LONG = Question("q", Kind.LONG_TEXT, "?")
DATE = Question("q", Kind.DATE, "?", earliest="2026-01-01", latest="2026-12-31")
PLACE = Question("q", Kind.PLACE, "?", required=True)
FILE = Question("q", Kind.FILE, "?")


class TestAnswers:
    @pytest.mark.parametrize(
        ("question", "value", "code"),
        [
            (SHORT, None, "required"),
            (SINGLE, {"choice": "z"}, "unknown_option"),
            (SINGLE, {"choice": ["a"]}, "malformed"),
            (SINGLE, {"choice": "a", "extra": 1}, "malformed"),
            (SINGLE, "a", "malformed"),
            (SINGLE, {"choice": "c"}, "other_empty"),
            (SINGLE, {"choice": "c", "other": "x" * 301}, "too_long"),
            (MULTIPLE, {"choices": ["a"]}, "too_few"),
            (MULTIPLE, {"choices": ["a", "b", "c"]}, "too_many"),
            (MULTIPLE, {"choices": ["a", "a"]}, "twice"),
            (MULTIPLE, {"choices": ["a", "d"]}, "not_alone"),
            (MULTIPLE, {"choices": ["a"] * 10_000}, "unknown_option"),
            (MATRIX, {"rows": {"r": ["a"]}}, "row_empty"),
            (MATRIX, {"rows": {"r": ["a", "b"], "s": ["a"]}}, "too_many"),
            (MATRIX, {"rows": {"z": ["a"]}}, "unknown_option"),
            (RANKING, {"order": ["a", "b"]}, "rank_all"),
            (NUMBER, {"number": 101}, "too_high"),
            (NUMBER, {"number": -0.5}, "too_low"),
            (NUMBER, {"number": 0.25}, "too_precise"),
            (NUMBER, {"number": float("nan")}, "no_number"),
            (NUMBER, {"number": "5"}, "no_number"),
            (NUMBER, {"number": True}, "no_number"),
            (SCALE, {"number": 2.5}, "not_whole"),
            (SCALE, {"number": 11}, "too_high"),
            (LONG, {"text": "từ " * 10_000}, "too_long"),
            (LONG, {"text": "  "}, "malformed"),
            (DATE, {"date": "31/01/2026"}, "no_date"),
            (DATE, {"date": "2025-12-31"}, "too_early"),
            (DATE, {"date": "2027-01-01"}, "too_late"),
            (PLACE, {"province": "01"}, "commune_empty"),
            (PLACE, {"province": "' or 1", "commune": "1"}, "unknown_option"),
            (FILE, {"file": "1", "name": "x"}, "malformed"),
        ],
    )
    def test_bad_ones_are_refused_with_a_sentence(self, question: Question, value: Any, code: str) -> None:
        problem = problem_of(question, value)
        assert problem is not None
        assert problem.code == code
        assert "%(" not in problem_sentence(problem)

    @pytest.mark.parametrize(
        ("question", "value"),
        [
            (LONG, None),
            (SINGLE, {"choice": "c", "other": "Khác"}),
            (MULTIPLE, {"choices": ["a", "b"]}),
            (MULTIPLE, {"choices": ["d"]}),
            (MATRIX, {"rows": {"r": ["a"], "s": ["b"]}}),
            (RANKING, {"order": ["c", "a", "b"]}),
            (NUMBER, {"number": 99.9}),
            (SCALE, {"number": 0}),
            (DATE, {"date": "2026-02-28"}),
            (PLACE, {"province": "01", "commune": "00004"}),
            (FILE, {"file": 3, "name": "x.pdf"}),
        ],
    )
    def test_good_ones_pass_and_have_words(self, question: Question, value: Any) -> None:
        assert problem_of(question, value) is None
        if value is not None:
            assert answer_words(question, value)
            assert value_of(question, rows_of(question, value)) == value

    def test_come_in_one_form(self) -> None:
        assert canonical(MULTIPLE, {"choices": ["b", "a"]}) == {"choices": ["a", "b"]}
        assert canonical(SINGLE, {"choice": "a", "other": "bỏ"}) == {"choice": "a"}
        assert chosen("q", "a").value == "a"
