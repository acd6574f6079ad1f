"""The direction of imports: what setup.cfg lists, and what import-linter finds."""

import subprocess
import sys
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path


def unlisted(config: ConfigParser, packages: Iterable[str]) -> list[str]:
    """Packages that the contracts forget, and names in them that are no package."""
    roots = set(config["importlinter"]["root_packages"].split())
    layered = set(config["importlinter:contract:packages"]["layers"].replace("|", " ").split())
    there = set(packages)
    return sorted(
        [f"{name}: not in root_packages" for name in there - roots]
        + [f"{name}: in no layer" for name in there - layered]
        + [f"{name}: listed but not there" for name in (roots | layered) - there]
    )


def broken(folder: Path) -> str:
    """What import-linter says of the tree in a folder (with its setup.cfg) if a contract is broken; else nothing."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""
