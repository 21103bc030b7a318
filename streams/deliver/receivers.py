"""Who outside is told of alerts, of which ones, and how? Reads the operator's file; it holds no secret.

    cap:
      sender: ops.city.example
      sender_name: City operations centre
    receivers:
      - name: flood-office
        url: https://flood.example/hooks/alerts
        secret_file: /etc/citybrain/flood-office.secret    # or secret_env: FLOOD_OFFICE_SECRET
        areas: [simcity/north]
        levels: [1, 2]

Durations are written as 30s, 5m or 4h, and go by the wall clock: those who are told live by it.
"""

import fnmatch
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretBytes,
    ValidationError,
    field_validator,
    model_validator,
)

from streams.deliver.cap_desk import Sender
from streams.deliver.telling import Alert, As, is_within, outside

FILE_BYTES_MAX = 1_048_576
RECEIVERS_MAX = 100
SECRET_BYTES_MIN, SECRET_BYTES_MAX = 16, 4_096
By = Literal["group", "rule", "system", "area", "department", "entity", "alert"]
"""What alerts may be told together by: `group` is what the rule says, and the rule itself where it says nothing. Level
is none of them, because it changes while an alert lives."""
_DURATION = re.compile(r"(\d{1,6})(s|m|h)")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class ReceiversFileError(ValueError):
    """The file of receivers cannot be used; says where and what to write instead."""


def _seconds(written: object) -> float:
    match = _DURATION.fullmatch(str(written))
    if match is None:
        raise ValueError(f"{str(written)[:40]!r} is no duration: write one as 30s, 5m or 4h")
    return int(match[1]) * _UNITS[match[2]]


Seconds = Annotated[float, BeforeValidator(_seconds)]
Names = Annotated[tuple[str, ...], Field(max_length=200)]


class Receiver(BaseModel):
    """One receiver. Empty filters let everything pass; all that are given must fit.

    private: whether its address may be inside this network; only then may it be plain HTTP, too.
    drills, tests: whether it wants drills, marked as exercises, and test alerts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    url: str = Field(max_length=2_000)
    format: Literal["alertmanager", "cap"] = "alertmanager"
    secret_file: Path | None = None
    secret_env: str = ""
    ca_file: Path | None = None
    private: bool = False
    drills: bool = False
    tests: bool = False
    send_resolved: bool = True
    areas: Names = ()
    levels: tuple[Annotated[int, Field(ge=1, le=4)], ...] = ()
    systems: Names = ()
    departments: Names = ()
    rules: Names = ()
    group_by: tuple[By, ...] = ("group",)
    group_wait: Annotated[Seconds, Field(le=600)] = 30.0
    group_interval: Annotated[Seconds, Field(le=86_400)] = 300.0
    repeat_interval: Annotated[Seconds, Field(ge=60, le=30 * 86_400)] = 14_400.0
    timeout: Annotated[Seconds, Field(ge=1, le=60)] = 10.0
    attempts: int = Field(default=8, ge=1, le=20)
    max_alerts: int = Field(default=100, ge=1, le=200)
    requests_per_minute: int = Field(default=60, ge=1, le=6_000)

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.fragment:
            raise ValueError("write an address as https://host/path")
        if parts.username or parts.password:
            raise ValueError(
                "take name and password out of the address: it is shown, and requests are signed"
            )
        return url

    @model_validator(mode="after")
    def _is_safe(self) -> "Receiver":
        parts = urlsplit(self.url)
        if not self.private and parts.scheme != "https":
            raise ValueError("plain http is for `private: true` alone: write https")
        if not self.private and is_literal_inside(parts.hostname or ""):
            raise ValueError("its address is inside this network: write `private: true` where that is meant")
        if (self.secret_file is None) == (not self.secret_env):
            raise ValueError("name where its secret is: one of `secret_file` and `secret_env`")
        return self

    def wants(self, alert: Alert, line_mode: str) -> bool:
        """Whether it is to be told of an alert, as far as its filters and the modes say; levels are by the worst."""
        told_as = outside(line_mode, alert["mode"])
        return (
            (told_as is As.REAL or (told_as is As.EXERCISE and self.drills))
            and (alert["kind"] != "test" or self.tests)
            and is_within(alert["area_id"], self.areas)
            # One that was graver is still told when it has become milder, or nobody would hear the end of it.
            and (not self.levels or any(level in self.levels for level in _levels_of(alert)))
            and (not self.systems or alert["system"] in self.systems)
            and (not self.departments or alert["department"] in self.departments)
            and (not self.rules or any(fnmatch.fnmatchcase(alert["rule_id"], rule) for rule in self.rules))
        )

    def secret(self, environment: Mapping[str, str] = os.environ) -> SecretBytes:
        """What its requests are signed with; it never shows itself. Raises ReceiversFileError."""
        if self.secret_file is not None:
            try:
                with self.secret_file.expanduser().open("rb") as file:
                    found = file.read(SECRET_BYTES_MAX + 1).strip()
            except OSError as error:
                raise ReceiversFileError(f"{self.name}: its secret cannot be read: {error}") from error
        else:
            found = environment.get(self.secret_env, "").encode()
        if not SECRET_BYTES_MIN <= len(found) <= SECRET_BYTES_MAX:
            raise ReceiversFileError(
                f"{self.name}: its secret has {len(found)} bytes; {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} are "
                "needed, for example from `openssl rand -hex 32`"
            )
        return SecretBytes(found)


class _CapSection(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    # No blanks, commas, < or &: CAP 1.2, 3.2.1.
    sender: str = Field(default="", pattern=r"^[A-Za-z0-9@._:/-]{0,100}$")
    sender_name: str = Field(default="", max_length=200)


class Outside(BaseModel):
    """All that the file says: receivers, who signs CAP, and the address under which this line is seen from outside."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    receivers: tuple[Receiver, ...] = Field(default=(), max_length=RECEIVERS_MAX)
    cap: _CapSection = _CapSection()
    external_url: str = Field(default="", pattern=r"^(https?://[^\s?#]{1,500})?$")

    @model_validator(mode="after")
    def _names_are_different(self) -> "Outside":
        names = [receiver.name for receiver in self.receivers]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two receivers are called {', '.join(twice)}")
        return self

    @property
    def sender(self) -> Sender:
        """Who signs CAP messages."""
        return Sender(self.cap.sender, self.cap.sender_name)


def read_receivers(path: Path | None) -> Outside:
    """What the file says; nobody without one. Secrets are not read here. Raises ReceiversFileError."""
    if path is None:
        return Outside()
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise ReceiversFileError(f"{path} is larger than {FILE_BYTES_MAX:,} bytes")
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ReceiversFileError(f"the receivers in {path} cannot be read: {error}") from error
    try:
        return Outside.model_validate({} if written is None else written)
    except ValidationError as error:
        said = "; ".join(f"{_place(one['loc'], written)}: {_words(one)}" for one in error.errors()[:5])
        raise ReceiversFileError(f"the receivers in {path} cannot be used: {said}") from error


def is_literal_inside(host: str) -> bool:
    """Whether a host is written as an address that is not of the open internet, or as this machine's own name."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _levels_of(alert: Alert) -> tuple[int, int]:
    return alert["level"], alert["worst_level"]


def _words(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "is not known here"
    return str(error["msg"]).removeprefix("Value error, ")


def _place(loc: tuple[int | str, ...], written: Any) -> str:
    """Where in the file, with a receiver by its name."""
    parts = list(map(str, loc))
    if len(loc) > 1 and loc[0] == "receivers" and isinstance(loc[1], int):
        try:
            parts[1] = str(written["receivers"][loc[1]]["name"])[:64]
        except (LookupError, TypeError):
            parts[1] = f"number {loc[1] + 1}"
    return " ".join(parts) or "the file"
