"""A throw-away PostgreSQL server: a free port, a temporary folder, nothing kept safe, up in about two seconds."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "off",
    "timezone": "UTC",
}


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine that we could start."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def find_binaries() -> Path:
    """The folder with initdb and postgres, the newest first; raises PostgresMissing."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    if debian:
        return debian[0].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise PostgresMissing(
        "PostgreSQL is not installed: database tests on PostgreSQL cannot run (apt-get install postgresql)"
    )


@contextmanager
def running_postgres(**settings: str) -> Iterator[str]:
    """Start a server, with these settings over those above; yields the URL of its maintenance database.

    Root hands over to the user ``postgres``, for initdb refuses root.
    """
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="danban-postgres-"))
    prefix = _other_user(folder)
    try:
        _run(
            [
                *prefix,
                str(binaries / "initdb"),
                "-D",
                str(folder / "data"),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
        )
        yield from _serve(prefix, binaries, folder, CARELESS | settings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user(folder: Path) -> list[str]:
    """The command prefix that gives up root and stops the server when the test run is killed; hands the folder over."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return [setpriv, "--pdeathsig", "QUIT"] if setpriv else []
    if not setpriv:
        raise PostgresMissing("setpriv (util-linux) is missing: PostgreSQL refuses to run as root")
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissing("there is no user postgres: PostgreSQL refuses to run as root") from None
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [setpriv, "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig", "QUIT"]


def _serve(prefix: list[str], binaries: Path, folder: Path, settings: Mapping[str, str]) -> Iterator[str]:
    port = free_port()
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *prefix,
                str(binaries / "postgres"),
                "-D",
                str(folder / "data"),
                "-p",
                str(port),
                "-h",
                "127.0.0.1",
                "-k",
                "",
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    try:
        _wait(server, [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)], log)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(3)  # SIGQUIT: stop at once, there is nothing to keep
        server.wait(timeout=START_SECONDS)


def _wait(server: "subprocess.Popen[bytes]", ready: list[str], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.05)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[-1]}: {done.stdout}{done.stderr}")
