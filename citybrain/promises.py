"""What did the departments promise of their feeds? The city's file, and the simulated city's own promises beside it."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from citybrain.owners import DECLARED, Owners
from feeds.directory import FEEDS
from feeds.simulated_size import Size
from feeds.simulated_systems import SIMULATED
from streams.catalog import SYSTEMS

WITHIN_SECONDS = 300
"""How old an item may be when it comes in, where its promise says nothing else."""


class PromiseFileError(ValueError):
    """The file of promises cannot be used; says where and what to write instead."""


class Promise(BaseModel):
    """What a department promised of a feed: items an hour, and how many seconds old one may be when it comes in."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    department: str = Field(min_length=1)
    items_per_hour: int = Field(gt=0)
    within_seconds: int = Field(default=WITHIN_SECONDS, gt=0)


Promises = Mapping[str, Promise]
"""By feed."""

_FILE = TypeAdapter(dict[str, Promise])


def city_promises(path: str, size: Size, owners: Owners = DECLARED) -> Promises:
    """The promises of the JSON file at `path`, feed by feed, beside those of the simulated city of a size.

    Raises PromiseFileError.
    """
    if not path:
        return simulated_promises(size, owners)
    try:
        given = _FILE.validate_json(Path(path).read_bytes())
    except (OSError, ValidationError) as error:
        raise PromiseFileError(f"the promises in {path} cannot be used: {error}") from error
    if unknown := sorted(set(given) - set(FEEDS)):
        raise PromiseFileError(
            f"the promises in {path} name no feed of this line with {', '.join(unknown)}: there are {', '.join(FEEDS)}"
        )
    return {**simulated_promises(size, owners), **given}


def simulated_promises(size: Size, owners: Owners = DECLARED) -> Promises:
    """What reports at an even pace in the simulated city is promised by whoever answers for the feed."""
    return {
        one.gateway: Promise(
            department=owners.of_feed(one.gateway),
            items_per_hour=items,
            # As soon as its windows want it.
            within_seconds=int(SYSTEMS[one.system].source.out_of_orderness.total_seconds()),
        )
        for one in SIMULATED.values()
        if (items := one.items_per_hour(size))
    }
