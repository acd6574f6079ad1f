"""How people come to a survey: letters with a token, a poster with a QR code, the address alone."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.policies import Permission
from core.access import requires
from core.db import transactional
from core.i18n import gettext as _
from core.i18n import locale
from core.links import address_of, path_to
from core.mail import send_mail
from surveys import poster, queries
from surveys.forms.inviting import InviteForm
from surveys.models import Survey, SurveyState
from surveys.services import inviting
from surveys.views import blueprint
from surveys.views.building import Answer
from surveys.views.desk import OWN, own


@blueprint.route(OWN + "moi/", methods=["GET", "POST"])
@requires(Permission.SURVEY)
@transactional
def invite(survey_id: int) -> Answer:
    """The address, the poster; for a survey by invitation, the letters."""
    survey = own(survey_id)
    form = InviteForm()
    if form.validate_on_submit():
        with form.refusals():
            issued = inviting.invite(survey, form.addresses)
            for one in issued:
                _write(survey, one)
        if not form.refused:
            flash(_("Đã gửi %(n)s thư mời. Địa chỉ đã mời trước đây không nhận thư lần nữa.", n=len(issued)), "done")
            return redirect(url_for(".invite", survey_id=survey.id), 303)
    page = render_template(
        "surveys/desk/invite.html",
        survey=survey,
        form=form,
        address=_address(survey),
        invited=queries.count_invited(survey.id),
        published=survey.state != SurveyState.DRAFT,
    )
    return page, 422 if form.refused else 200


def _write(survey: Survey, issued: inviting.Issued) -> None:
    subject = _("Mời trả lời khảo sát: %(title)s", title=survey.title)
    send_mail(issued.email, subject, "survey_invitation", survey=survey, agency=survey.agency.name, token=issued.token)


@blueprint.get(OWN + "ap-phich.svg")
@requires(Permission.SURVEY)
def poster_svg(survey_id: int) -> Response:
    """A4 upright, in vectors, with the agency, the title, the code and the address."""
    survey = own(survey_id)
    return FlaskResponse(poster.svg(_poster(survey)), mimetype="image/svg+xml", headers=_named(survey, "svg"))


@blueprint.get(OWN + "ap-phich.pdf")
@requires(Permission.SURVEY)
def poster_pdf(survey_id: int) -> Response:
    """The same page to print."""
    survey = own(survey_id)
    made = poster.pdf(_poster(survey), locale())
    return FlaskResponse(made, mimetype="application/pdf", headers=_named(survey, "pdf"))


def _poster(survey: Survey) -> poster.Poster:
    return poster.lay_out(survey.title, survey.agency.name, _("Quét mã để trả lời khảo sát"), _address(survey))


def _named(survey: Survey, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="khao-sat-{survey.id}.{suffix}"'}


def _address(survey: Survey) -> str:
    return address_of(path_to("surveys.survey", survey_id=survey.id))
