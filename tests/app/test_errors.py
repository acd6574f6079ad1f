"""Error pages: the right status, a sentence, and no second error behind the first."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.db import db


def test_a_page_that_fails_says_so_without_asking_the_database_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise sa.exc.OperationalError("select", {}, Exception("the database is gone"))

    monkeypatch.setattr(type(db.session()), "execute", broken)
    monkeypatch.setattr(type(db.session()), "scalars", broken)
    monkeypatch.setattr(type(db.session()), "scalar", broken)
    page = client.get("/du-thao/")
    assert page.status_code == 500
    assert "Lỗi từ phía chúng tôi" in page.text


def test_an_unknown_address_helps_on(client: FlaskClient) -> None:
    page = client.get("/khong-co/")
    assert page.status_code == 404
    assert "Không có trang này" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_request_that_no_form_can_make_is_refused_before_it_is_read(app: Flask, client: FlaskClient) -> None:
    size = app.config["MAX_CONTENT_LENGTH"] + 1
    page = client.post("/dang-nhap/", data={"email": "a@vi-du.vn"}, environ_overrides={"CONTENT_LENGTH": str(size)})
    assert page.status_code == 413
    assert "Tệp hoặc ý kiến quá lớn" in page.text
