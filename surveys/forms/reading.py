"""What the form of a page says, as values (surveys.engine.values); and a value as the fields of that form.

A field is called "q-<code>", a part of it "q-<code>-<part>": the row of a matrix, an option that is ranked, "province",
"commune", "-other" for words beside an option. Codes hold no hyphen, so no two names are alike.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict

from core.text import clean
from surveys.definition.shape import CHOSEN_ONE, MATRICES, NUMERIC, TEXTS, Kind, Question
from surveys.engine.values import Value
from surveys.sentences import date_words, number_words

Typed: TypeAlias = MultiDict[str, str]

OTHER, PROVINCE, COMMUNE, DROP = "-other", "province", "commune", "-drop"
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"-?\d{1,15}([.,]\d{1,10})?")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def field_name(code: str, part: str = "") -> str:
    """The name of a field of a question."""
    return f"q-{code}-{part}" if part else f"q-{code}"


def carried_codes(typed: Typed) -> set[str]:
    """The questions that a form says it shows, or has fields of."""
    named = {name.split("-")[1] for name in typed if name.startswith("q-")}
    return named | set(typed.getlist("asked"))


# --- from the form ----------------------------------------------------------------------------------------------------


def read_value(question: Question, typed: Typed) -> Value | None:
    """The answer to one question (no file), None where nothing was answered; what cannot be read stays as typed."""
    if question.kind in CHOSEN_ONE:
        return _one(question, typed)
    if question.kind == Kind.MULTIPLE:
        return _several(question, typed)
    if question.kind in MATRICES:
        return _matrix(question, typed)
    if question.kind == Kind.RANKING:
        return _ranking(question, typed)
    if question.kind == Kind.PLACE:
        return _place(question, typed)
    return _written(question, _words(typed, question.code))


def _written(question: Question, words: str) -> Value | None:
    if not words:
        return None
    if question.kind in NUMERIC:
        return {"number": read_number(words)}
    if question.kind == Kind.DATE:
        return {"date": read_day(words)}
    return {"text": words}


def _words(typed: Typed, code: str, part: str = "") -> str:
    return clean(typed.get(field_name(code, part), ""))


def _one(question: Question, typed: Typed) -> Value | None:
    chosen, other = _words(typed, question.code), _words(typed, question.code, OTHER)
    asks = next((option.code for option in question.options if option.other), None)
    if not chosen and other and asks:
        chosen = asks
    if not chosen:
        return None
    return {"choice": chosen, "other": other} if other and chosen == asks else {"choice": chosen}


def _several(question: Question, typed: Typed) -> Value | None:
    chosen = [clean(code) for code in typed.getlist(field_name(question.code)) if code]
    other = _words(typed, question.code, OTHER)
    asks = next((option.code for option in question.options if option.other), None)
    if other and asks and asks not in chosen:
        chosen.append(asks)
    if not chosen:
        return None
    return {"choices": chosen, "other": other} if other and asks in chosen else {"choices": chosen}


def _matrix(question: Question, typed: Typed) -> Value | None:
    found = {row.code: typed.getlist(field_name(question.code, row.code)) for row in question.rows}
    rows = {row: chosen for row, codes in found.items() if (chosen := [clean(code) for code in codes if code])}
    return {"rows": rows} if rows else None


def _ranking(question: Question, typed: Typed) -> Value | None:
    """In the order of the ranks typed; two options with one rank come out as one of them twice, which is refused."""
    ranks = {code: _words(typed, question.code, code) for code in question.choices}
    ranked = sorted((int(rank), code) for code, rank in ranks.items() if rank.isascii() and rank.isdigit())
    if not ranked:
        return None
    if len({rank for rank, _code in ranked}) < len(ranked):
        return {"order": [ranked[0][1], ranked[0][1]]}
    return {"order": [code for _rank, code in ranked]}


def _place(question: Question, typed: Typed) -> Value | None:
    province, commune = (_words(typed, question.code, part) for part in (PROVINCE, COMMUNE))
    if not province:
        return None
    return {"province": province, "commune": commune} if commune and question.with_commune else {"province": province}


def read_number(words: str) -> Any:
    """3,5 and 3.5 are 3.5; 1.000 is a thousand; whole numbers come as int. What is no number stays as it is."""
    words = words.replace(" ", "")
    if _GROUPED.fullmatch(words):
        words = words.replace(".", "")
    elif not _PLAIN.fullmatch(words):
        return words
    number = float(words.replace(",", "."))
    return int(number) if number.is_integer() else number


def read_day(words: str) -> str:
    """31/1/2026 as "2026-01-31"; what is no date stays as it is."""
    found = _DAY.fullmatch(words)
    if found is None:
        return words
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return words


# --- to the form ------------------------------------------------------------------------------------------------------


def typed_of(answers: Mapping[str, Value], questions: Mapping[str, Question]) -> Typed:
    """The fields as they would have to be filled in to give these answers."""
    pairs = (pair for code, value in answers.items() if code in questions for pair in _fields(questions[code], value))
    return MultiDict(list(pairs))


def _fields(question: Question, value: Value) -> Iterator[tuple[str, str]]:
    code = question.code
    if "other" in value:
        yield field_name(code, OTHER), value["other"]
    if question.kind in CHOSEN_ONE:
        yield field_name(code), value["choice"]
    elif question.kind == Kind.MULTIPLE:
        yield from ((field_name(code), option) for option in value["choices"])
    elif question.kind in MATRICES:
        rows = value["rows"].items()
        yield from ((field_name(code, row), column) for row, columns in rows for column in columns)
    elif question.kind == Kind.RANKING:
        yield from ((field_name(code, option), str(rank)) for rank, option in enumerate(value["order"], start=1))
    elif question.kind == Kind.PLACE:
        yield from ((field_name(code, part), value[part]) for part in (PROVINCE, COMMUNE) if part in value)
    else:
        yield field_name(code), _written_again(question, value)


def _written_again(question: Question, value: Value) -> str:
    if question.kind in NUMERIC:
        return number_words(value["number"])
    return str(value.get("text" if question.kind in TEXTS else "date", ""))


def as_typed(question: Question, typed: Typed) -> str:
    """What somebody typed, in words to be copied: for pages that can take it no more."""
    if question.kind == Kind.DATE:
        return date_words(read_day(_words(typed, question.code)))
    labels = {option.code: option.label for option in (*question.options, *question.rows)}
    names = [name for name in typed if name == field_name(question.code) or name.startswith(f"q-{question.code}-")]
    said = []
    for name in names:
        part = name.removeprefix(field_name(question.code)).removeprefix("-")
        words = ", ".join(labels.get(text, text) for text in typed.getlist(name) if text.strip())
        if words:
            said.append(f"{labels[part]}: {words}" if part in labels else words)
    return "; ".join(said)
