"""Where this machine keeps a Chromium. ``python -m tests.support.chromium`` prints it, and fails when there is none."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "google-chrome", "google-chrome-stable")

# Nothing but the site under test is talked to; and a container's small /dev/shm is not relied upon.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
    "--font-render-hinting=none",
)


def find_chromium() -> str | None:
    """DANBAN_CHROMIUM, then the system's own, then one that Playwright fetched (Ubuntu: its package is only a snap)."""
    if named := os.environ.get("DANBAN_CHROMIUM"):
        return named
    return next(filter(None, map(shutil.which, NAMES)), None) or _fetched_by_playwright()


def _fetched_by_playwright() -> str | None:
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def flags() -> list[str]:
    """Command-line flags; root may not use Chromium's sandbox."""
    return [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


if __name__ == "__main__":
    found = find_chromium()
    sys.stdout.write(f"Browser tests run in {found}\n" if found else "No Chromium on this machine.\n")
    sys.exit(0 if found else 1)
