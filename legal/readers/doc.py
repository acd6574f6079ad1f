"""Old Word files (.doc), turned into .docx by LibreOffice where it is installed.

It runs in a profile of its own that is thrown away, without network use of ours, within a time limit; macros are not
run when converting.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from legal.errors import UnreadableFile
from legal.readers.docx import read_docx
from legal.source import Source

SECONDS = 60
"""LibreOffice takes 2–10 s for a law, most of it to start."""
_PROGRAMS = ("soffice", "libreoffice")


def read_doc(data: bytes) -> Source:
    """The lines of an old Word file. Raises UnreadableFile with what to do where LibreOffice is missing or fails."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise UnreadableFile("Đây là tệp .doc kiểu cũ. Hãy mở bằng Word, chọn “Lưu thành” .docx rồi gửi lại.", "doc")
    with tempfile.TemporaryDirectory(prefix="danban-doc-") as folder:
        return read_docx(_convert(program, data, Path(folder)))


def _convert(program: str, data: bytes, folder: Path) -> bytes:
    (folder / "in.doc").write_bytes(data)
    profile = (folder / "profile").as_uri()
    command = [program, "--headless", "--norestore", f"-env:UserInstallation={profile}", "--convert-to", "docx"]
    _run([*command, "--outdir", str(folder), str(folder / "in.doc")], folder)
    made = folder / "in.docx"
    if not made.is_file():
        raise UnreadableFile(
            "Tệp .doc bị hỏng, không mở được. Hãy mở bằng Word, lưu thành .docx rồi gửi lại.", "damaged"
        )
    return made.read_bytes()


def _run(command: list[str], folder: Path) -> None:
    """Run it in a process group of its own, so that a stuck one ends with its children."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise UnreadableFile(
            "Tệp .doc mở quá lâu. Hãy mở bằng Word, lưu thành .docx rồi gửi lại.", "complex"
        ) from error
