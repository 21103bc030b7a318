"""`python -m load_tests.job_variants bare|copy …`: the line's own job, with other tables around the same SQL.

bare: reads to the end of the topic and then finishes; what it computes goes nowhere; asked for without checkpoints.
copy: the job exactly as it is, but its statistics go to a scratch topic, so that it may run more than once.
"""

import sys
from dataclasses import replace
from unittest.mock import patch

from jobs import submit as job
from jobs.ddl import columns, source_table
from streams.catalog import STATISTICS

VARIANT_HELP = "say bare, or copy:<topic>"


def bounded_source_table(*arguments: object, **named: object) -> str:
    """The source as the job declares it, but only up to what is there now."""
    declared: str = source_table(*arguments, **named)  # type: ignore[arg-type]
    begin = "'scan.startup.mode' = 'earliest-offset'"
    if begin not in declared:
        raise RuntimeError(f"the job's source no longer says {begin}; look at jobs/ddl.py")
    return declared.replace(begin, f"{begin},\n  'scan.bounded.mode' = 'latest-offset'")


def blackhole_table(name: str, topic: object, *_: object) -> str:
    """A table of the same columns that keeps nothing."""
    body = ",\n  ".join(columns(topic.record))  # type: ignore[attr-defined]
    return f"CREATE TEMPORARY TABLE {name} (\n  {body}\n) WITH ('connector' = 'blackhole')"


def main() -> None:
    """As `jobs.submit`, in a variant."""
    variant = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    kind, _, topic = variant.partition(":")
    if kind == "bare":
        with (
            patch.object(job, "source_table", bounded_source_table),
            patch.object(job, "sink_table", blackhole_table),
        ):
            job.main()
    elif kind == "copy" and topic:
        with patch.object(job, "STATISTICS", replace(STATISTICS, name=topic)):
            job.main()
    else:
        sys.exit(VARIANT_HELP)


if __name__ == "__main__":
    main()
