"""All comments as JSON Lines, an object a line; first the file's own: consultation, made_at, statement, totals.

Whatever reads lines can read it, however long it is: https://jsonlines.org.
"""

import json
from typing import IO, Any

from opinions.exports import words
from opinions.exports.words import Heading
from opinions.queries.table import is_published


def write(heading: Heading, out: IO[bytes]) -> None:
    """Write the file; holds a thousand rows in memory at most."""
    head = {
        "consultation": {"id": heading.consultation_id, "title": heading.title, "agency": heading.agency},
        "made_at": heading.made_at.isoformat(),
        "statement": words.statement(heading),
        "totals": {
            "received": heading.totals.received,
            "in_table": heading.totals.in_table,
            "by_status": {str(status): count for status, count in heading.totals.by_status.items()},
        },
    }
    out.write(_dump(head))
    for row in heading.rows():
        out.write(_dump(_comment(row)))


def _comment(row: Any) -> dict[str, Any]:
    answered = is_published(row)
    return {
        "id": row.id,
        "citation": row.citation,
        "place": row.place,
        "contributor": row.contributor_name,
        "contributor_kind": str(row.contributor_kind),
        "verification": str(row.verification),
        "stance": str(row.stance),
        "body": row.body,
        "proposed_text": row.proposed_text,
        "status": str(row.status),
        "channel": str(row.channel),
        "sent_at": row.created_at.isoformat(),
        "group": row.group_id,
        "decision": str(row.decision) if answered else None,
        "reason": row.reason if answered else None,
        "resulting_text": row.resulting_text if answered else None,
    }


def _dump(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
