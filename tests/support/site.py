"""A running site: the real server and worker in processes of their own, with their own database and folder."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.mail import Mailbox
from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass
class LiveSite:
    """``danban serve`` on a free port. ``url`` has no slash at the end."""

    database_url: str
    folder: Path
    port: int = field(default_factory=free_port)
    settings: dict[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.folder / "mail")

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def environ(self) -> dict[str, str]:
        """What the server and its commands see; settings of the developer's own shell are left out."""
        own = ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "SEARCH_ENGINE", "SECRET_KEY", "DANBAN_DEMO", "SITE_URL")
        inherited = {name: value for name, value in os.environ.items() if name not in own}
        return inherited | {
            "DATABASE_URL": self.database_url,
            "DANBAN_INSTANCE": str(self.folder / "instance"),
            "MAIL_URL": f"file://{self.folder / 'mail'}",
            "SECRET_KEY": "not a secret: tests",
            "SITE_URL": self.url,
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def danban(self, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a command of the site: ``site.danban("search", "query", "đất đai")``."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environ(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"danban {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return done

    def start(self) -> None:
        """Start and wait until the home page answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", str(self.port)],
                env=self.environ(),
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_until_it_answers()

    def wait_until_it_answers(self, path: str = "/", seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not self._answers(path):
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the site does not answer on {self.url}{path}:\n{self.log}")
            time.sleep(0.1)

    def processes(self) -> list[int]:
        """Process ids of everything that serves this site (supervisor, web, worker), the supervisor first."""
        if self._process is None:
            return []
        return [self._process.pid, *descendants(self._process.pid)]

    def stop(self) -> None:
        """As Ctrl+C does; what does not end in time is killed."""
        if self._process is None:
            return
        everything = self.processes()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            kill(everything)
            self._process.wait()
        self._process = None

    def crash(self) -> None:
        """kill -9 for all of it at once, as when the machine loses power."""
        if self._process is not None:
            kill(self.processes())
            self._process.wait()
            self._process = None

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10):  # noqa: S310  # our own http address
                return True
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise AssertionError(f"{self.url}{path} answered {error.code}:\n{self.log}") from error
            return True
        except OSError:
            return False


def descendants(pid: int) -> list[int]:
    """Children, their children and so on, parents first (Linux)."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, _read(task).split()):
            found += [child, *descendants(child)]
    return found


def kill(pids: list[int]) -> None:
    """kill -9; one that is gone already is no matter."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
