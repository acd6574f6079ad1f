"""A visitor who fills in a submission without JavaScript, for tests of what is sent."""

import io
import re
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from consultations.models import Comment, Consultation, Contributor, Submission
from core.db import db
from moderation.models import ReviewStatus

PDF = b"%PDF-1.7\n" + b"cong van " * 50
AS_PERSON = {"kind": "individual", "consent": "y", "do": "send"}
AS_GUEST = {**AS_PERSON, "name": "Cô Ba", "email": "co.ba@vi-du.vn"}


class Sender:
    """A visitor in front of one consultation."""

    def __init__(self, client: FlaskClient, consultation: Consultation) -> None:
        self.client = client
        self.id = consultation.id
        self.path = f"/du-thao/{consultation.id}/phieu/"

    def write(self, place: int, body: str, **fields: str) -> None:
        given = {"stance": "amend", "body": body, "do": "keep", **fields}
        answer = self.client.post(f"/du-thao/{self.id}/gop-y?dieu-khoan={place}", data=given)
        assert answer.status_code == 303, answer.text

    def page(self) -> str:
        return self.client.get(self.path).text

    def post(self, **fields: Any) -> TestResponse:
        return self.client.post(self.path, data=fields, content_type="multipart/form-data")

    def send(self, **fields: Any) -> TestResponse:
        """Press the button of the page as it stands."""
        return self.post(**{**hidden(self.page()), **fields})


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the submission's form, in whatever order their attributes come."""
    form = page[page.index('id="phieu"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = attributes.get("value", "")
    return found


def letter(name: str = "cong-van.pdf", data: bytes = PDF) -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def sent(consultation: Consultation) -> list[Submission]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Submission).where(Submission.consultation_id == consultation.id)))


def status_of(comment: Comment) -> ReviewStatus:
    db.session.refresh(comment)
    return comment.status


def contributor_of(submission: Submission) -> Contributor:
    return db.session.get_one(Contributor, submission.contributor_id)
