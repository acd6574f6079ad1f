"""Who answers, of a request: the account, the token of a letter, or the token in the browser's cookie.

Both cookies hold signed tokens, so that none can be made up; the database holds hashes alone.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, g, request
from werkzeug.wrappers import Response

from accounts.models import AttemptKind
from accounts.services import attempts, network_of
from accounts.session import current_person
from core.errors import NotFound
from core.i18n import gettext as _
from core.signing import sign, unsign
from surveys.models import Door, Survey, SurveyAccess
from surveys.services import answering, inviting
from surveys.services.respondents import Respondent, by_account, by_cookie, by_invitation, new_token
from surveys.views import blueprint

COOKIE = "khao-sat"
LETTER_COOKIE = "thu-moi-{}"
KEPT = timedelta(days=365)
_LONGEST = 400


@dataclass(frozen=True)
class Visit:
    """Whoever looks at a survey. ``respondent``: None while they could not answer it (no account, no letter).

    ``guest``: what this browser answered before its owner signed in, where that is not the respondent.
    """

    survey: Survey
    respondent: Respondent | None
    guest: Respondent | None = None

    @property
    def has_answered(self) -> bool:
        return self.sent_as is not None

    @property
    def sent_as(self) -> Respondent | None:
        """As whom the visitor has sent a sheet."""
        known = (one for one in (self.respondent, self.guest) if one is not None)
        return next((one for one in known if answering.has_answered(one)), None)


def visit_to(survey: Survey) -> Visit:
    """Raises NotFound for a survey by invitation that this browser has no letter of."""
    if survey.access == SurveyAccess.INVITED:
        return Visit(survey, _invited(survey))
    person = current_person()
    token = _browser_token() if survey.access == SurveyAccess.OPEN else None
    guest = by_cookie(survey, token) if token else None
    if person is None:
        return Visit(survey, guest)
    return Visit(survey, by_account(survey, person.id), guest)


def writing_visit(survey: Survey, *, begins: bool = False) -> Visit:
    """The same for somebody who answers: what the browser began before its owner signed in becomes the account's.

    ``begins``: a browser without a token gets one with the answer.
    """
    if begins and survey.access == SurveyAccess.OPEN and current_person() is None and _browser_token() is None:
        g.new_survey_token = new_token()
    visit = visit_to(survey)
    if visit.guest is not None and visit.respondent is not None:
        answering.adopt(survey, visit.guest, visit.respondent)
    return visit


def count_beginning(survey: Survey, respondent: Respondent) -> None:
    """A browser begins a sheet that no account and no letter vouches for: so many an hour from one part of the network.

    Kept for a day under a hash of the network, apart from who took part. Raises TooManyAttempts.
    """
    if respondent.door != Door.COOKIE or answering.find_work(survey, respondent) is not None:
        return
    network = network_of(request.remote_addr)
    there = f"khao-sat/{survey.id}/{network}"
    attempts.check(AttemptKind.SURVEY_SHEET, there, network)
    attempts.record(AttemptKind.SURVEY_SHEET, there, network)


def remember_letter(response: Response, survey: Survey, token: str) -> None:
    """Keep the token of a letter in this browser, for this survey alone: it leaves the address."""
    _set(response, LETTER_COOKIE.format(survey.id), sign("surveys.letter", token), f"/khao-sat/{survey.id}/")


def _invited(survey: Survey) -> Respondent:
    token = _unsigned("surveys.letter", LETTER_COOKIE.format(survey.id))
    invitation = inviting.find_invitation(token) if token else None
    if token is None or invitation is None or invitation.survey_id != survey.id:
        raise NotFound(_("Khảo sát này chỉ dành cho người có thư mời. Hãy mở lại đường dẫn trong thư."))
    return by_invitation(survey, invitation, token)


def _browser_token() -> str | None:
    made: str | None = g.get("new_survey_token")
    return made or _unsigned("surveys.guest", COOKIE)


def _unsigned(purpose: str, name: str) -> str | None:
    cookie = request.cookies.get(name)
    token = unsign(purpose, cookie, max_age=KEPT) if cookie and len(cookie) <= _LONGEST else None
    return token if isinstance(token, str) else None


@blueprint.after_request
def _remember(response: Response) -> Response:
    if token := g.get("new_survey_token"):
        _set(response, COOKIE, sign("surveys.guest", token), "/khao-sat/")
    return response


def _set(response: Response, name: str, value: str, path: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(KEPT.total_seconds()),
        path=path,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
