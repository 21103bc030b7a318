"""Where does a part put its temporary files? In its home, so that kills leave nothing in /tmp."""

import shutil
from pathlib import Path


def fresh_temporary(folder: Path) -> None:
    """Empty the temporary folder of a part that does not run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
