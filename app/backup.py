"""Back up everything (database and files) while the site serves, and restore it into an empty place.

The database is copied first, as of one moment: SQLite's own online backup, or pg_dump. Files come after it: they never
change, are written before the row that names them, and are removed an hour after their last row at the earliest, so
every file that the copied database names is there. The archive is a plain .tar; the search index is made anew from the
database. The secret key is not in it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from flask import current_app
from sqlalchemy.engine import URL, make_url

from core import clock, files
from core.db import db

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"


class BackupError(Exception):
    """Why a backup or a restore was not made; nothing was changed."""


def backup(target: Path) -> dict[str, Any]:
    """Write the archive; returns its manifest. An unfinished one never stands under the target's name."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / DATABASE
        url = _url()
        _copy_sqlite(url, copy) if url.get_backend_name() == "sqlite" else _dump_postgresql(url, copy)
        manifest = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(),
            "database": url.get_backend_name(),
            "revision": _revision(),
            "database_sha256": _sha256(copy),
        }
        stored = sorted(path for path in files.folder().rglob("*") if path.is_file() and not path.name.startswith("."))
        with tarfile.open(unfinished, "w") as archive:
            described = Path(folder) / MANIFEST
            described.write_text(json.dumps(manifest, indent=1))
            archive.add(described, MANIFEST)
            archive.add(copy, DATABASE)
            for path in stored:
                archive.add(path, f"{FILES}/{path.name}")
    unfinished.replace(target)
    return manifest | {"files": len(stored)}


def restore(source: Path) -> dict[str, Any]:
    """Put an archive into an empty database and an empty folder of files. Raises BackupError otherwise."""
    url = _url()
    _must_be_empty()
    with tempfile.TemporaryDirectory() as folder, tarfile.open(source, "r") as archive:
        manifest = _unpack(archive, Path(folder))
        if manifest["database"] != url.get_backend_name():
            raise BackupError(f"The backup is of {manifest['database']}, this database is {url.get_backend_name()}.")
        copy = Path(folder) / DATABASE
        if _sha256(copy) != manifest["database_sha256"]:
            raise BackupError("The backup is damaged: its database does not have the recorded checksum.")
        count = _put_files(Path(folder) / FILES)
        db.session.remove()
        db.engine.dispose()
        _load_sqlite(url, copy) if url.get_backend_name() == "sqlite" else _load_postgresql(url, copy)
    return manifest | {"files": count}


def _url() -> URL:
    return make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])


def _revision() -> str | None:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _must_be_empty() -> None:
    if sa.inspect(db.engine).get_table_names():
        raise BackupError("The database is not empty. Restore into a new one.")
    if files.folder().exists() and any(path.is_file() for path in files.folder().rglob("*")):
        raise BackupError("The folder of files is not empty. Restore into a new instance folder.")


def _copy_sqlite(url: URL, target: Path) -> None:
    with sqlite3.connect(str(url.database)) as source, sqlite3.connect(target) as copy:
        source.backup(copy, pages=4096, sleep=0.01)
    source.close()
    copy.close()


def _load_sqlite(url: URL, copy: Path) -> None:
    target = Path(str(url.database))
    for leftover in ("-wal", "-shm"):
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    shutil.copyfile(copy, target)


def _dump_postgresql(url: URL, target: Path) -> None:
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}", url=url)


def _load_postgresql(url: URL, copy: Path) -> None:
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
         f"--dbname={url.database}", str(copy), url=url)  # fmt: skip


def _run(program: str, *arguments: str, url: URL) -> None:
    """Run a PostgreSQL program; the password travels in the environment, never on the command line."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is missing: install the PostgreSQL client programs.")
    known = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = os.environ | {name: str(value) for name, value in known.items() if value}
    result = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if result.returncode:
        raise BackupError(f"{program} failed: {result.stderr.strip()}")


def _unpack(archive: tarfile.TarFile, folder: Path) -> dict[str, Any]:
    archive.extractall(folder, filter="data")
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise BackupError("This is no backup of Dân Bàn.") from None
    if manifest.get("format") != FORMAT:
        raise BackupError(f"The backup has format {manifest.get('format')}; this program reads format {FORMAT}.")
    return manifest


def _put_files(unpacked: Path) -> int:
    """Check every file against its name, then move it to where it belongs."""
    found = sorted(unpacked.iterdir()) if unpacked.exists() else []
    for path in found:
        if _sha256(path) != path.name:
            raise BackupError(f"The backup is damaged: file {path.name} does not have its checksum.")
    for path in found:
        target = files.path_of(path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, target)
    return len(found)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
