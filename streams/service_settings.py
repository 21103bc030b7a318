"""Where does a service work, and for which city? One typed object, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceSettings:
    """Where a service works and for which city and mode of run.

    `home` is a folder for what Faust writes; `targets` is the file of what the city has set, `case_kinds` that of its
    kinds of cases, `operations` the folder of its modes, shifts and combinations; each is empty for the defaults.
    `systems` are those of the line with commas between, empty for all.
    """

    bootstrap: str
    registry_url: str
    zone: str
    mode: str
    home: str
    targets: str = ""
    case_kinds: str = ""
    systems: str = ""
    operations: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "ServiceSettings":
        """Read CITYBRAIN_*. Raises SystemExit naming what is not set."""
        needed = ("CITYBRAIN_KAFKA_BOOTSTRAP", "CITYBRAIN_REGISTRY_URL")
        missing = [name for name in needed if not environment.get(name)]
        if missing:
            raise SystemExit(f"{' and '.join(missing)} must be set, for example by the `citybrain` command.")
        return cls(
            bootstrap=environment["CITYBRAIN_KAFKA_BOOTSTRAP"],
            registry_url=environment["CITYBRAIN_REGISTRY_URL"],
            zone=environment.get("CITYBRAIN_ZONE", "Asia/Shanghai"),
            mode=environment.get("CITYBRAIN_MODE", "live"),
            home=environment.get("CITYBRAIN_HOME", ".citybrain"),
            targets=environment.get("CITYBRAIN_TARGETS", ""),
            case_kinds=environment.get("CITYBRAIN_CASE_KINDS", ""),
            systems=environment.get("CITYBRAIN_SYSTEMS", ""),
            operations=environment.get("CITYBRAIN_OPERATIONS", ""),
        )
