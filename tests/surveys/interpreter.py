"""A second reading of surveys, to compare the engine with: naive, recursive, straight from the JSON of a definition.

It shares no code with surveys.engine: it works on JSON, asks "is this question asked?" from scratch for each question,
and keeps no state. Slow, and plain enough to be believed.
"""

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]


class Interpreter:
    """Reads one survey (as JSON) with one set of answers."""

    def __init__(self, survey: Data, answers: Data) -> None:
        self._pages: list[Data] = list(survey.get("pages", []))
        self._answers = answers
        self._home = {
            item["code"]: (page, item)
            for page in self._pages
            for item in page.get("items", [])
            if item["kind"] not in ("section", "explanation")
        }

    def asked(self) -> list[str]:
        """The codes of all questions that are asked, in order."""
        return [code for code in self._home if self.is_asked(code)]

    def is_asked(self, code: str) -> bool:
        page, item = self._home[code]
        return self.is_visited(self._pages.index(page)) and self.true(item.get("show_if"))

    def is_visited(self, number: int) -> bool:
        """Does somebody arrive at the page, and is it shown to them?"""
        return self._arrives(number) and self.true(self._pages[number].get("show_if"))

    def _arrives(self, number: int) -> bool:
        """A page is arrived at unless a page before it that is visited leads past it."""
        return not any(self.is_visited(before) and self._leads_past(before, number) for before in range(number))

    def _leads_past(self, before: int, number: int) -> bool:
        for jump in self._pages[before].get("jumps", []):
            if self.true(jump["when"]):
                places = [place for place, page in enumerate(self._pages) if page["code"] == jump["to"]]
                return not places or places[0] > number
        return False

    def true(self, condition: Data | None) -> bool:
        if condition is None:
            return True
        if "all" in condition:
            return not [part for part in condition["all"] if not self.true(part)]
        if "any" in condition:
            return bool([part for part in condition["any"] if self.true(part)])
        if "not" in condition:
            return not self.true(condition["not"])
        return self._fact(condition)

    def _fact(self, fact: Data) -> bool:
        code = fact["question"]
        if code not in self._answers or not self.is_asked(code):
            return False
        answer, wanted, row = self._answers[code], fact.get("value"), fact.get("row")
        kind = self._home[code][1]["kind"]
        if fact["op"] == "answered":
            return row is None or row in answer["rows"]
        if fact["op"] == "chosen":
            return self._is_chosen(kind, answer, wanted, row)
        found = answer["date"] if kind == "date" else answer["number"]
        return bool({"equals": found == wanted, "at_least": found >= wanted, "at_most": found <= wanted}[fact["op"]])

    def _is_chosen(self, kind: str, answer: Data, wanted: Any, row: str | None) -> bool:
        if kind.startswith("matrix"):
            rows = answer["rows"]
            return wanted in rows.get(row, []) if row else any(wanted in columns for columns in rows.values())
        if kind == "ranking":
            return bool(answer["order"][0] == wanted)
        if kind == "multiple":
            return wanted in answer["choices"]
        if kind == "place":
            return wanted in (answer["province"], answer.get("commune"))
        return bool(answer["choice"] == wanted)
