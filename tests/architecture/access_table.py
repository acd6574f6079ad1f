"""Write access_table.txt anew: ``.venv/bin/python -m tests.architecture.access_table``.

Read the difference before you keep it.
"""

import os
import tempfile
from pathlib import Path

from tests.architecture.checks.access import table
from tests.support.databases import make_app

PINNED = Path(__file__).with_name("access_table.txt")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DANBAN_INSTANCE"] = folder
        PINNED.write_text(table(make_app(f"sqlite:///{folder}/none.sqlite3", Path(folder))))


if __name__ == "__main__":
    main()
