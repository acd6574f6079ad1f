"""The published JSON Schema of a definition (draft 2020-12): ``docs/survey.schema.json`` is what ``schema()`` gives.

It describes the form. What hangs together (codes that exist, conditions that look back) is checked by surveys.checking.
"""

from typing import Any

from surveys.definition.documents import FORMAT
from surveys.definition.shape import (
    CODE,
    LONGEST_LABEL,
    LONGEST_TEXT,
    MAX_OPTIONS,
    MAX_PAGES,
    MAX_ROWS,
    Kind,
    Op,
    ScaleStyle,
)

Schema = dict[str, Any]


def _text(longest: int) -> Schema:
    return {"type": "string", "maxLength": longest}


def _list(of: str, most: int) -> Schema:
    return {"type": "array", "maxItems": most, "items": {"$ref": f"#/$defs/{of}"}}


def _object(properties: Schema, *required: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_CODE: Schema = {"type": "string", "pattern": f"^{CODE.pattern}$"}
_CONDITION: Schema = {"$ref": "#/$defs/condition"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_FLAG: Schema = {"type": "boolean"}
_DATE: Schema = {"type": "string", "format": "date"}


def schema() -> Schema:
    """The whole schema, as JSON holds it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dân Bàn: survey definition",
        **_object(
            {
                "format": {"const": FORMAT},
                "introduction": _text(LONGEST_TEXT),
                "closing": _text(LONGEST_TEXT),
                "pages": _list("page", MAX_PAGES),
            },
            "format",
        ),
        "$defs": {
            "page": _page(),
            "jump": _object({"when": _CONDITION, "to": _CODE}, "when", "to"),
            "passage": _passage(),
            "question": _question(),
            "option": _object(
                {"code": _CODE, "label": _text(LONGEST_LABEL), "other": _FLAG, "exclusive": _FLAG}, "code", "label"
            ),
            "condition": _condition(),
        },
    }


def _page() -> Schema:
    items = {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/passage"}, {"$ref": "#/$defs/question"}]}}
    jumps = {"type": "array", "items": {"$ref": "#/$defs/jump"}}
    words = {"code": _CODE, "title": _text(LONGEST_LABEL), "shuffle": _FLAG, "show_if": _CONDITION}
    return _object({**words, "items": items, "jumps": jumps}, "code")


def _passage() -> Schema:
    return _object(
        {
            "code": _CODE,
            "kind": {"enum": ["section", "explanation"]},
            "title": _text(LONGEST_LABEL),
            "text": _text(LONGEST_TEXT),
            "show_if": _CONDITION,
            "provision": _WHOLE,
        },
        "code",
        "kind",
    )


def _question() -> Schema:
    said = {name: _text(LONGEST_TEXT) for name in ("text", "help", "unit", "low_label", "high_label")}
    whole = dict.fromkeys(("least", "most", "decimals", "longest", "provision"), _WHOLE)
    return _object(
        {
            "code": _CODE,
            "kind": {"enum": [str(kind) for kind in Kind]},
            **said,
            **whole,
            "required": _FLAG,
            "show_if": _CONDITION,
            "options": _list("option", MAX_OPTIONS),
            "rows": _list("option", MAX_ROWS),
            "shuffle": _FLAG,
            "low": _NUMBER,
            "high": _NUMBER,
            "style": {"enum": [str(style) for style in ScaleStyle]},
            "labels": {"type": "array", "items": _text(LONGEST_LABEL)},
            "earliest": _DATE,
            "latest": _DATE,
            "with_commune": _FLAG,
        },
        "code",
        "kind",
        "text",
    )


def _condition() -> Schema:
    parts = {"type": "array", "items": _CONDITION}
    fact = {
        "question": _CODE,
        "op": {"enum": [str(op) for op in Op]},
        "value": {"type": ["string", "number"]},
        "row": _CODE,
    }
    return {
        "anyOf": [
            _object({"all": parts}, "all"),
            _object({"any": parts}, "any"),
            _object({"not": _CONDITION}, "not"),
            _object(fact, "question", "op"),
        ]
    }
