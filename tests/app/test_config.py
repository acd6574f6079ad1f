"""Settings: a wrong one stops the start with a sentence."""

from pathlib import Path

import pytest

from app.config import WrongSetting, database_url, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEARCH_ENGINE", "elastic"),
        ("DATABASE_URL", "mysql://nowhere/danban"),
        ("REDIS_URL", "localhost:6379"),
        ("MAIL_URL", "mail.vi-du.vn"),
        ("MAX_DRAFT_MB", "nhiều"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=name):
        from_environment({"DANBAN_INSTANCE": str(tmp_path), name: value})


def test_the_engine_of_postgresql_needs_postgresql(tmp_path: Path) -> None:
    environ = {"DANBAN_INSTANCE": str(tmp_path), "SEARCH_ENGINE": "postgres"}
    with pytest.raises(WrongSetting, match="PostgreSQL DATABASE_URL only"):
        from_environment(environ)
    settings = from_environment(environ | {"DATABASE_URL": "postgresql://u@h/d"})
    assert settings["SEARCH_ENGINE"] == "postgres"


def test_plain_postgresql_means_psycopg_3(tmp_path: Path) -> None:
    assert database_url("postgresql://u:p@h/d", tmp_path) == "postgresql+psycopg://u:p@h/d"
    assert database_url("postgres://u@h/d", tmp_path) == "postgresql+psycopg://u@h/d"


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = from_environment({"DANBAN_INSTANCE": str(tmp_path)})["SECRET_KEY"]
    assert from_environment({"DANBAN_INSTANCE": str(tmp_path)})["SECRET_KEY"] == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
