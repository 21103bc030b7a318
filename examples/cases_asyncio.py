"""Which cases does a department have, and what becomes of them? With asyncio, and a group that Kafka keeps.

python examples/cases_asyncio.py Roads
"""

import asyncio
import sys

from citybrain.client import Subscriber


async def main() -> None:
    """Follow until nothing has come for five seconds."""
    subscribe = Subscriber.from_environment()
    async with subscribe.cases(departments=sys.argv[1], group="example-cases", idle_seconds=5) as changes:
        async for change in changes:
            case = change.record
            due = "" if case.next_due_at is None else f", due {case.next_due_at:%Y-%m-%d %H:%M}"
            print(f"{case.case_id} {case.change}, {case.risk}{due}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
