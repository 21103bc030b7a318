"""What has this city set itself? Reads the file of its own values, baselines and due years."""

from collections.abc import Mapping
from pathlib import Path

import orjson

from indicators.targets import TARGETS, CityTarget
from indicators.targets.configuration import configured


class TargetFileError(ValueError):
    """The file of targets cannot be used; says why and what to write instead."""


def city_targets(path: str) -> Mapping[str, CityTarget]:
    """The shipped targets with what the JSON file at `path` sets; without a path the shipped ones.

    Raises TargetFileError.
    """
    if not path:
        return TARGETS
    try:
        chosen = orjson.loads(Path(path).read_bytes())
        if not isinstance(chosen, dict):
            raise TargetFileError(f'{path} holds no object: write {{"values": {{…}}}}')
        return configured(TARGETS, chosen)
    except (OSError, LookupError, ValueError) as error:
        reason = error.args[0] if isinstance(error, LookupError) else error
        raise TargetFileError(f"the city's targets in {path} cannot be used: {reason}") from error
