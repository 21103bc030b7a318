"""Where is everything, and how does this line behave? One typed object, from the environment and the home folder."""

from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from feeds.simulated_size import SizeName
from stack.flink_conf import CHECKPOINT_SECONDS
from stack.ports import DEFAULT_BASE, Ports
from streams.catalog import System, systems_named

OPTIONAL_PARTS = ("cases", "situations", "alerts", "deliver")
"""What a line that only counts can do without: whom nobody on duty looks at, and nobody outside follows."""


class Mode(StrEnum):
    """What a line's results may be used for. Only a live line feeds public outputs."""

    LIVE = "live"
    REPLAY = "replay"
    SIMULATED = "simulated"
    DRILL = "drill"


class Settings(BaseSettings):
    """Settings of one line. Every name can be given in the environment as CITYBRAIN_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="CITYBRAIN_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".citybrain"), description="Folder of all state of this line.")
    base_port: int = Field(default=DEFAULT_BASE, ge=1024, le=65_000, description="First of its ports.")
    mode: Mode = Field(default=Mode.SIMULATED, description="Stamped on every result.")
    zone: str = Field(default="Asia/Shanghai", description="Civil time of the city.")
    recordings: Path = Field(default=Path("../shared/data"), description="Where the public recordings are.")
    simulated_city: SizeName = Field(
        default=SizeName.LARGE, description="How large the simulated city is that `up` starts."
    )
    systems: str = Field(
        default="", description="The systems that this line has, with commas between; empty for all."
    )
    without: str = Field(
        default="",
        description="Parts that this line does without, with commas between: cases, situations, alerts, deliver.",
    )
    normalizers: int = Field(
        default=1, ge=1, le=32, description="Normalizer processes; they share the raw topics' partitions."
    )
    checkpoint_seconds: int = Field(
        default=CHECKPOINT_SECONDS, ge=1, le=600, description="How often the jobs write down where they are."
    )
    restate_seconds: int = Field(
        default=300, ge=5, le=86_400, description="How often the line looks for late events to restate."
    )
    targets: str = Field(
        default="", description="File of what the city has set itself; empty for the defaults."
    )
    operations: str = Field(
        default="", description="Folder of the city's modes, shifts and combinations; empty for the shipped."
    )
    promises: str = Field(
        default="", description="File of what departments promised of their feeds; empty for none of theirs."
    )
    case_kinds: str = Field(
        default="", description="File of the city's kinds of cases; empty for the shipped ones."
    )
    reference: Path = Field(
        default=Path("reference/simcity"), description="Folder of the city's reference data."
    )
    rules: Path = Field(default=Path("rules"), description="Folder of the rules by which alerts are raised.")
    ingest_tokens: str = Field(
        default="", description="File of those who may send over HTTP; empty for no endpoint."
    )
    ingest_host: str = Field(
        default="127.0.0.1",
        description="Where that endpoint listens; beyond this machine with a certificate alone.",
    )
    ingest_certificate: str = Field(
        default="", description="Its TLS certificate with its chain, PEM; empty for plain HTTP."
    )
    ingest_key: str = Field(
        default="", description="The private key of that certificate, PEM; empty where one file has both."
    )
    mqtt: str = Field(default="", description="An MQTT broker (mqtt://…) to read from; empty for none.")
    mqtt_topics: str = Field(default="", description="File that says which topics of it are which feed.")
    receivers: str = Field(
        default="", description="File of those outside who are told of alerts; empty for none."
    )
    kafka_bootstrap: str = Field(default="", description="A Kafka cluster; empty for this machine's own.")
    registry_url: str = Field(default="", description="A schema registry; empty for this machine's own.")
    flink_rest_url: str = Field(default="", description="A Flink cluster; empty for this machine's own.")
    store_url: str = Field(default="", description="The store process; empty for this machine's own.")
    clickhouse_dsn: str = Field(
        default="", description="A ClickHouse server (clickhouse://…) to use as the store."
    )

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"CITYBRAIN_ZONE={name!r} is not a time zone; try Asia/Shanghai") from error
        return name

    @field_validator("systems")
    @classmethod
    def _systems_exist(cls, text: str) -> str:
        try:
            systems_named(text)
        except LookupError as error:
            raise ValueError(f"CITYBRAIN_SYSTEMS names {error.args[0]}") from error
        return text

    @field_validator("without")
    @classmethod
    def _may_be_left_out(cls, text: str) -> str:
        unknown = sorted(_named(text) - {*OPTIONAL_PARTS})
        if unknown:
            raise ValueError(
                f"CITYBRAIN_WITHOUT names {', '.join(unknown)}; a line can do without {', '.join(OPTIONAL_PARTS)}"
            )
        return text

    @field_validator("home", "recordings", "reference", "rules")
    @classmethod
    def _expand(cls, path: Path) -> Path:
        return path.expanduser()

    @property
    def civil_zone(self) -> ZoneInfo:
        """Civil time of the city."""
        return ZoneInfo(self.zone)

    @property
    def ports(self) -> Ports:
        """The ports of this line's parts on this machine."""
        return Ports.from_base(self.base_port)

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap address."""
        return self.kafka_bootstrap or self.ports.kafka_address

    @property
    def registry(self) -> str:
        """Address of the schema registry's Confluent API."""
        return self.registry_url or self.ports.registry_url

    @property
    def chosen(self) -> tuple[System, ...]:
        """The systems of this line, in the order of the catalog."""
        return systems_named(self.systems)

    @property
    def left_out(self) -> frozenset[str]:
        """The parts that this line does without."""
        return _named(self.without)

    @property
    def flink(self) -> str:
        """Address of Flink's REST API."""
        return self.flink_rest_url or self.ports.flink_url

    @property
    def store(self) -> str:
        """Address of the store: the DSN of a server where one is given, else the store process."""
        return self.clickhouse_dsn or self.store_url or self.ports.store_url

    def for_parts(self) -> dict[str, str]:
        """These settings as environment variables, for the parts that are processes of their own."""
        resolved = {
            **self.model_dump(),
            "home": self.home.resolve(),
            "reference": self.reference.resolve(),
            "rules": self.rules.resolve() if self.rules.is_dir() else self.rules,
            **{
                name: _absolute(getattr(self, name))
                for name in (
                    *("targets", "case_kinds", "operations", "promises", "mqtt_topics", "receivers"),
                    *("ingest_tokens", "ingest_certificate", "ingest_key"),
                )
            },
            "kafka_bootstrap": self.kafka,
            "registry_url": self.registry,
            "flink_rest_url": self.flink,
            "store_url": self.store_url or self.ports.store_url,
        }
        return {f"CITYBRAIN_{name.upper()}": str(value) for name, value in resolved.items()}


def _named(text: str) -> frozenset[str]:
    return frozenset(name for part in text.split(",") if (name := part.strip()))


def _absolute(path: str) -> str:
    """A file as parts find it, which run in another folder; empty where there is none."""
    return str(Path(path).expanduser().resolve()) if path else ""
