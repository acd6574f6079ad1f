"""How figures and moments are written: 25.948 · 47,4% · 03/11/2026 · 14:32, 03/11/2026."""

import datetime as dt
from collections.abc import Sequence

from flask import Flask

from core import clock, html


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    """A share with one decimal; a dash when there is no whole."""
    return f"{100 * part / whole:.1f}%".replace(".", ",") if whole else "–"


def date(moment: dt.datetime | dt.date) -> str:
    """A moment as its day in Viet Nam, or a day."""
    day = clock.local(moment) if isinstance(moment, dt.datetime) else moment
    return day.strftime("%d/%m/%Y")


def date_time(moment: dt.datetime) -> str:
    return clock.local(moment).strftime("%H:%M, %d/%m/%Y")


def lengths(parts: Sequence[tuple[str, int]], gap: float, least: float = 1.2) -> list[tuple[str, str, str]]:
    """The parts of a bar 100 wide, as (name, x, width); what holds anything is ``least`` wide before it is fitted."""
    shown = [(name, count) for name, count in parts if count]
    total, room = sum(count for _, count in shown), 100 - gap * max(len(shown) - 1, 0)
    wide = [max(count / total * room, least) for _, count in shown]
    fit, x = room / (sum(wide) or 1), 0.0
    found: list[tuple[str, str, str]] = []
    for (name, _), width in zip(shown, wide, strict=True):
        found.append((name, f"{x:.2f}", f"{width * fit:.2f}"))
        x += width * fit + gap
    return found


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {
        "number": number,
        "percent": percent,
        "date": date,
        "datetime": date_time,
        "lengths": lengths,
        "text": html.text_to_html,
    }
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
