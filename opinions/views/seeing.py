"""The desk: a whole consultation, and one provision of it, in pictures that print, each with its table."""

from typing import Any

from flask import Blueprint, render_template

from accounts.policies import Permission
from accounts.session import signed_in_person
from core import tilemap
from core.access import requires
from legal.diff import redline
from opinions.analysis.phrases import Background, key_phrases
from opinions.analysis.weighing import weigh
from opinions.exports.words import CHANNELS
from opinions.queries import desk, groups, pictures, places
from opinions.queries.pictures import About

blueprint = Blueprint("seeing", __name__, url_prefix="/tiep-thu")
MOST_WANTED, PHRASES = 10, 12


@blueprint.get("/<int:consultation_id>/toan-canh/")
@requires(Permission.ANSWER)
def consultation(consultation_id: int) -> str:
    found = desk.get_consultation(signed_in_person().id, consultation_id)
    about = About(found.id)
    survey = places.survey(found.id)
    return render_template(
        "opinions/seen.html",
        consultation=found,
        figures=survey.figures,
        stances={str(stance): n for stance, n in pictures.by_stance(about).items()},
        heat=survey.heat,
        channels=[(CHANNELS[channel], n) for channel, n in pictures.by_channel(about).items()],
        **_pictures(about),
    )


@blueprint.get("/<int:consultation_id>/<int:document_id>/<int:place>/toan-canh/")
@requires(Permission.ANSWER)
def provision(consultation_id: int, document_id: int, place: int) -> str:
    found = desk.get_consultation(signed_in_person().id, consultation_id)
    clause = desk.find_provision(found.id, document_id, place)
    about = About(found.id, (document_id, place))
    wordings = pictures.list_wordings(about)
    text = clause.text if clause else ""
    said = pictures.sample(about)
    return render_template(
        "opinions/seen_clause.html",
        consultation=found,
        provision=clause,
        document_id=document_id,
        place=place,
        here=places.get_place(found.id, document_id, place),
        groups=groups.list_groups(found.id, place=(document_id, place)),
        weighed=weigh(text, wordings) if text and wordings else (),
        wordings=[(redline(text, wording), n) for wording, n in wordings[:MOST_WANTED]],
        wanted=sum(n for _wording, n in wordings),
        phrases=key_phrases(said, Background(pictures.sample(About(found.id))), PHRASES) if len(said) > 1 else (),
        **_pictures(about),
    )


def _pictures(about: About) -> dict[str, Any]:
    """What both pages show: time, provinces, and who spoke."""
    days, step = pictures.by_day(about)
    provinces, unknown = pictures.by_province(about)
    named = [(tilemap.PROVINCES[code].name, n) for code, n in provinces.items() if code in tilemap.PROVINCES]
    return {
        "days": days,
        "step": step,
        "tiles": tilemap.draw(provinces),
        "provinces": sorted(named, key=lambda one: (-one[1], one[0])),
        "unknown": unknown,
        "bodies": pictures.list_bodies(about),
    }
