"""Has the operator changed who is told? Looks at the file of receivers, and at what it names, while the line runs."""

import asyncio
from pathlib import Path

import structlog

from streams.deliver.receivers import Outside, ReceiversFileError, read_receivers
from streams.file_marks import FileMark, mark_of

LOOK_SECONDS = 2.0

log = structlog.get_logger("deliver")


class WatchedReceivers:
    """The receivers as they were read last. Raises ReceiversFileError at the start alone.

    outside: who is told. error: why the file as it is now cannot be used, empty where it can.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.error = ""
        self.outside = _usable(path)
        self._marks = self._look()

    async def changed(self) -> None:
        """Return when there is another file that can be used. Of one that cannot, the receivers before it stay."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            marks = self._look()
            if marks == self._marks:
                continue
            self._marks = marks
            try:
                self.outside, self.error = _usable(self._path), ""
            except ReceiversFileError as error:
                self.error = str(error)
                log.warning(
                    "receivers not taken over",
                    error=self.error,
                    remedy="mend the file; until then those of before are told",
                )
                continue
            self._marks = self._look()
            log.info("receivers changed", receivers=[receiver.name for receiver in self.outside.receivers])
            return

    def _look(self) -> dict[Path, FileMark]:
        paths = [self._path] if self._path else []
        for receiver in self.outside.receivers:
            paths += [path.expanduser() for path in (receiver.secret_file, receiver.ca_file) if path]
        return {path: mark_of(path) for path in paths}


def _usable(path: Path | None) -> Outside:
    """What the file says, when every secret in it can be read, too."""
    outside = read_receivers(path)
    for receiver in outside.receivers:
        receiver.secret()
    return outside
