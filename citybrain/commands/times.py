"""Which moment does a person mean by a time on the command line?"""

import time
from datetime import UTC, datetime, tzinfo

from feeds.recording import RecordingError


def moment_of(text: str, option: str, zone: tzinfo = UTC) -> int:
    """Epoch milliseconds of an ISO 8601 time, in `zone` where it names no offset, or of `now`. Raises RecordingError."""
    if text == "now":
        return time.time_ns() // 1_000_000
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RecordingError(
            f"{option} {text} is not a time.", "Write it like 2017-01-03T08:00+08:00."
        ) from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)
