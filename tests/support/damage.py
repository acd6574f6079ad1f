"""Damage to files of a running site, as a bad disk or a careless copy does it."""

from pathlib import Path


def put_in_place(path: Path, content: bytes) -> None:
    """Another file under the same name. Whoever has mapped the old one keeps it whole: cutting it would kill them."""
    other = path.with_name(f"{path.name}.other")
    other.write_bytes(content)
    other.replace(path)
