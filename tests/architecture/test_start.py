"""What the web server loads when it starts: nothing that only a job of the worker needs."""

import subprocess
import sys

HEAVY = ("numpy", "pandas", "sklearn", "fpdf")
CODE = "import sys; from app import create_app; create_app({'WAKE_WORKER': False}); print(*sys.modules)"


def test_the_app_starts_without_the_heavy_libraries() -> None:
    loaded = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout.split()
    assert "surveys.exports.sav" in loaded  # it is there, and waits
    assert not set(HEAVY) & set(loaded)
