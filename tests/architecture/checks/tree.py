"""What is in the tree, as git would hand it to somebody else."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def tree_files(*endings: str, root: Path = ROOT) -> list[Path]:
    """Files that are kept or about to be (not ignored), relative to the root, sorted; endings: ``".py", ".html"``."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    paths = (Path(name) for name in sorted(set(listed)) if name)
    return [path for path in paths if (not endings or path.suffix in endings) and (root / path).is_file()]


def read(path: Path, root: Path = ROOT) -> str | None:
    """The text of a file of the tree; None if it is not text."""
    data = (root / path).read_bytes()
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


def packages(root: Path = ROOT) -> list[str]:
    """Top-level packages of the application itself: with an __init__.py, and not the tests."""
    return sorted({path.parts[0] for path in tree_files(".py", root=root) if len(path.parts) > 1} - NOT_OURS)


# Folders with Python that nothing imports: they are run.
NOT_OURS = {"benchmarks", "demo", "migrations", "scripts", "tests"}
