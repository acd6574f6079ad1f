"""A visitor in front of one consultation, for tests of what is written and not sent."""

from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from consultations.models import Consultation, DraftComment

TEXT = "Người thử được thử trong ba ngày."


class Writer:
    """A visitor in front of one consultation."""

    def __init__(self, client: FlaskClient, consultation: Consultation) -> None:
        self.client = client
        self.id = consultation.id

    def get(self, place: object, **options: Any) -> TestResponse:
        return self.client.get(f"/du-thao/{self.id}/gop-y?dieu-khoan={place}", **options)

    def post(self, place: object, *, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        given = {"stance": "amend", "body": "Ba ngày ngắn quá.", "do": "keep", **fields}
        return self.client.post(f"/du-thao/{self.id}/gop-y?dieu-khoan={place}", data=given, headers=headers or {})

    def review(self) -> str:
        return self.client.get(f"/du-thao/{self.id}/phieu/").text


def mine(session: Session, body: str | None = None) -> list[DraftComment]:
    """Kept comments but for those of strangers."""
    strangers = ("Lời của người lạ.", "Ý kiến của người khác.")
    session.expire_all()
    return list(session.scalars(sa.select(DraftComment).where(DraftComment.body.not_in(strangers))))
