"""Settings, read from the environment; a wrong one stops the start with a sentence. Listed in docs/deployment.md."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("whoosh", "tantivy", "postgres")
MAIL_SCHEMES = ("smtp", "smtps", "file")
DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
MEGABYTE = 2**20


class WrongSetting(Exception):
    """A setting that cannot work, with a sentence that says which and why."""


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The settings of the app. Raises WrongSetting."""
    instance = Path(environ.get("DANBAN_INSTANCE", ROOT / "instance")).resolve()
    engine = environ.get("SEARCH_ENGINE", "whoosh")
    if engine not in ENGINES:
        raise WrongSetting(f"SEARCH_ENGINE is {engine!r}; it can be: {', '.join(ENGINES)}.")
    database = database_url(environ.get("DATABASE_URL"), instance)
    if engine == "postgres" and not database.startswith("postgresql"):
        raise WrongSetting("SEARCH_ENGINE is 'postgres', which searches in a PostgreSQL DATABASE_URL only.")
    demo = environ.get("DANBAN_DEMO", "") == "1"
    return {
        "DANBAN_INSTANCE": str(instance),
        "DEMO": demo,
        "TEMPLATE_CACHE": environ.get("TEMPLATE_CACHE", str(instance / "templates")),
        "SQLALCHEMY_DATABASE_URI": database,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True},
        "SEARCH_ENGINE": engine,
        "REDIS_URL": _redis_url(environ.get("REDIS_URL", "")),
        "SECRET_KEY": environ.get("SECRET_KEY") or _instance_secret(instance),
        "MAIL_URL": _mail_url(environ.get("MAIL_URL"), instance),
        "MAIL_FROM": environ.get("MAIL_FROM", "khong-tra-loi@danban.invalid"),
        "SITE_URL": environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/"),
        "SESSION_COOKIE_SECURE": environ.get("SITE_URL", "").startswith("https://"),
        "REMEMBER_COOKIE_SECURE": environ.get("SITE_URL", "").startswith("https://"),
        "TRUSTED_PROXIES": _number(environ, "TRUSTED_PROXIES", 0),
        "MAX_DRAFT_MB": _number(environ, "MAX_DRAFT_MB", 50),
        "MAX_IMPORT_MB": _number(environ, "MAX_IMPORT_MB", 50),
        "MAX_ATTACHMENT_MB": _number(environ, "MAX_ATTACHMENT_MB", 20),
        "KEEP_UNSENT_DAYS": _number(environ, "KEEP_UNSENT_DAYS", 90),
    }


LETTERS_AT_ONCE = 5


def largest_request(settings: Mapping[str, Any]) -> int:
    """Bytes of the largest request that can make sense: a draft, opinions, or a submission with letters, and words."""
    largest = max(int(settings["MAX_DRAFT_MB"]), int(settings["MAX_IMPORT_MB"]))
    files = max(largest, LETTERS_AT_ONCE * int(settings["MAX_ATTACHMENT_MB"]))
    return (files + 5) * MEGABYTE


FIXED = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": 12 * 3600,
    "MAX_FORM_MEMORY_SIZE": 4 * MEGABYTE,
    "MAX_FORM_PARTS": 2000,
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
}


def database_url(given: str | None, instance: Path) -> str:
    """The address of the database: a SQLite file of the instance by default; plain postgresql:// means psycopg 3."""
    if not given:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'danban.sqlite3'}"
    scheme = urlsplit(given).scheme
    if scheme == "postgres":
        scheme, given = "postgresql", given.replace("postgres://", "postgresql://", 1)
    if scheme not in DATABASES:
        raise WrongSetting(f"DATABASE_URL begins with {scheme!r}; it can be sqlite:///file or postgresql://….")
    return given.replace("postgresql://", "postgresql+psycopg://", 1) if scheme == "postgresql" else given


def _redis_url(given: str) -> str:
    if given and urlsplit(given).scheme not in ("redis", "rediss", "unix"):
        raise WrongSetting("REDIS_URL must begin with redis://, rediss:// or unix://.")
    return given


def _mail_url(given: str | None, instance: Path) -> str:
    url = given or f"file://{instance / 'mail'}"
    if urlsplit(url).scheme not in MAIL_SCHEMES:
        raise WrongSetting("MAIL_URL must begin with smtp://, smtps:// or file:///.")
    return url


def _number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, str(default))
    if not value.isdigit():
        raise WrongSetting(f"{name} is {value!r}; it must be a whole number.")
    return int(value)


def _instance_secret(instance: Path) -> str:
    """A secret of this instance, made once and kept in a file only its owner can read."""
    path = instance / "secret-key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        secret = secrets.token_hex(32)
        file.write(secret)
    return secret
