"""How figures and moments are written: 25.948 · 47,4% · 03/11/2026 · 14:32, 03/11/2026."""

import datetime as dt

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


def init_app(app: Flask) -> None:
    app.jinja_env.filters |= {
        "number": number,
        "percent": percent,
        "date": date,
        "datetime": date_time,
        "text": html.text_to_html,
    }
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
