"""Has somebody written a file anew? What there is to see of it without reading it."""

from pathlib import Path

FileMark = tuple[int, int, int] | None
"""Time of the last write, size and inode; None where there is no file."""


def mark_of(path: Path) -> FileMark:
    """What changes when a file is written."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
