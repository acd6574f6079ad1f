"""Signals advise: those that are mostly wrong raise nothing, a page explains each, and the measure is held to."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from accounts.models import Role
from benchmarks import signals as benchmark
from moderation.analysis import Signal
from moderation.services import looking
from moderation.signals import signal_words
from tests.consultations.drafts import make_published
from tests.consultations.sending import refuse, say
from tests.factories import case_of, make_agency, make_person, make_staff

RAISING = {
    Signal.REPEATED: "Nội dung từng bị từ chối",
    Signal.PERSONAL_DATA: "Gọi cho tôi số 0912345678",
    Signal.WATCHED_WORD: "Đúng là một lũ khốn nạn",
}
ADVISING = {
    Signal.LINK: "Xem thêm ở https://example.com/trang",
    Signal.LOOK_ALIKE: "Trường hợp này kh\u043eng đúng với quy định",
    Signal.SHOUTING: "TÔI KHÔNG ĐỒNG Ý VỚI ĐIỀU NÀY MỘT CHÚT NÀO CẢ",
}


@pytest.mark.usefixtures("app")
class TestPriority:
    @pytest.mark.parametrize("signal", RAISING)
    def test_is_raised_by_signals_that_are_mostly_right(self, signal: Signal) -> None:
        consultation = make_published(make_agency())
        if signal == Signal.REPEATED:
            refuse(consultation, say(consultation, "Điều 1", RAISING[signal]))
        case = case_of(say(consultation, "Điều 1", RAISING[signal]))
        assert (case.signals, case.rank) == ([signal.value], -looking.WEIGHTS[signal])
        assert case.rank < 0

    @pytest.mark.parametrize("signal", ADVISING)
    def test_is_not_raised_by_those_that_are_mostly_wrong(self, signal: Signal) -> None:
        case = case_of(say(make_published(make_agency()), "Điều 1", ADVISING[signal]))
        assert (case.signals, case.rank) == ([signal.value], 0)

    def test_is_not_raised_by_how_much_somebody_sends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(looking, "TEXTS_AN_HOUR", 1)
        consultation, author = make_published(make_agency()), make_person()
        say(consultation, "Điều 1", "Một ý", person=author)
        case = case_of(say(consultation, "Điều 1", "Ý khác", person=author))
        assert (case.signals, case.rank) == ([Signal.RATE.value], 0)

    def test_is_settled_for_every_signal(self) -> None:
        """A new signal is measured, and stands above, before it raises anything."""
        assert set(looking.WEIGHTS) == set(RAISING)
        assert {*RAISING, *ADVISING, Signal.RATE, Signal.REPORTED} == set(Signal)


def test_a_page_explains_every_signal(login: Callable[..., FlaskClient]) -> None:
    page = login(make_staff(Role.MODERATOR, make_agency())).get("/kiem-duyet/dau-hieu/").text
    for signal, words in signal_words().items():
        row = page.split(f">{words.name}<")[1].split("</tr>")[0]
        raises = signal in looking.WEIGHTS or signal == Signal.REPORTED
        assert words.text.split(".")[0] in row
        assert ("đưa lên trước" in row) == raises


class TestTheMeasure:
    def write(self, folder: Path, *labelled: tuple[str, int]) -> Path:
        path = folder / "labelled.jsonl"
        lines = [json.dumps({"text": text, "toxic": toxic, "split": "test"}) for text, toxic in labelled]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    def test_counts_how_often_each_signal_was_right(self, tmp_path: Path) -> None:
        words = RAISING[Signal.WATCHED_WORD]
        file = self.write(tmp_path, (words, 1), (words, 0), (words, 1), (ADVISING[Signal.LINK], 0), ("Tôi đồng ý", 1))
        measured, total, toxic = benchmark.measure(benchmark.comments(file, "all"))
        precision = {one.signal: one.precision for one in measured}
        assert (total, toxic) == (5, 3)
        assert precision[Signal.WATCHED_WORD] == pytest.approx(2 / 3)
        assert (precision[Signal.LINK], precision[Signal.SHOUTING]) == (0, None)

    def test_ends_with_a_sentence_when_a_signal_that_raises_is_mostly_wrong(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = RAISING[Signal.WATCHED_WORD]
        file = self.write(tmp_path, (words, 1), (words, 0), (words, 0))
        monkeypatch.setattr("sys.argv", ["signals.py", str(file)])
        with pytest.raises(SystemExit, match="watched_word"):
            benchmark.main()
