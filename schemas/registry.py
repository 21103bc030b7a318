"""Which versions of a record are on the line? The one owner of the schema registry client."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel,
    Schema,
    SchemaRegistryClient,
    ServerConfig,
)
from confluent_kafka.schema_registry.error import SchemaRegistryError

from schemas.records import schema_text

COMPATIBILITY = ConfigCompatibilityLevel.FULL_TRANSITIVE
NOT_FOUND_STATUS = 404
_UNAVAILABLE_STATUS = 503

RegistryError = SchemaRegistryError
"""What the client says of a registry that failed, or that refused for another reason than those below."""


class UnknownSchemaError(LookupError):
    """The registry answers, and has no schema under this id."""


class IncompatibleSchemaError(ValueError):
    """The registry refuses a new version: readers or writers one version away would break."""


class RegistryNotReadyError(RuntimeError):
    """The registry still reads back what it had stored: what it does not know now says nothing."""


class Registry:
    """A Confluent-compatible schema registry.

    Its own failures (down, slow) come through as the client's errors: they are reasons to wait, never to reject
    a record.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = SchemaRegistryClient({"url": url, "max.retries": 5})
        self._schemas: dict[int, Mapping[str, Any]] = {}

    def demand_compatibility(self) -> None:
        """Make every subject refuse changes that break any earlier reader or writer."""
        self._client.set_config(config=ServerConfig(compatibility=COMPATIBILITY))

    def register(self, topic: str, record: str) -> int:
        """The id of the record's schema for the values of a topic, registered when new.

        Raises IncompatibleSchemaError when an earlier version stands against it, RegistryNotReadyError when the
        registry has just been started.
        """
        return self.register_text(topic, schema_text(record))

    def register_text(self, topic: str, text: str) -> int:
        """As `register`, for a schema given as JSON text."""
        try:
            return int(self._client.register_schema(f"{topic}-value", Schema(text, "AVRO")))
        except SchemaRegistryError as error:
            if error.http_status_code in {409, 422}:
                self._demand_ready(error)
                raise IncompatibleSchemaError(
                    f"{topic}: the new schema is not compatible with an earlier version: {error.error_message}"
                ) from error
            raise

    def versions(self, topic: str) -> list[int]:
        """Version numbers registered for the values of a topic; none when it is unknown."""
        try:
            return [int(version) for version in self._client.get_versions(f"{topic}-value")]
        except SchemaRegistryError as error:
            if error.http_status_code == NOT_FOUND_STATUS:
                self._demand_ready(error)
                return []
            raise

    def answers(self) -> bool:
        """Whether the registry answers now; asked once, without the client's own patience."""
        try:
            return self._get(f"{self.url}/subjects").is_success and self._is_ready()
        except httpx.HTTPError:
            return False

    def _demand_ready(self, answer: SchemaRegistryError) -> None:
        """Raise RegistryNotReadyError where the registry says of itself that it is not ready."""
        try:
            ready = self._is_ready()
        except httpx.HTTPError:
            ready = False
        if not ready:
            raise RegistryNotReadyError(f"{self.url} is not ready yet; ask again in a moment") from answer

    def _is_ready(self) -> bool:
        # Apicurio serves requests while it still reads its own journal, and says so here. Other registries do not
        # serve before, nor know this address.
        address = httpx.URL(self.url).copy_with(path="/health/ready")
        return self._get(str(address)).status_code != _UNAVAILABLE_STATUS

    def _get(self, address: str) -> httpx.Response:
        return httpx.get(address, timeout=2.0, verify=address.startswith("https://"))

    def schema_of(self, schema_id: int) -> Mapping[str, Any]:
        """The schema under an id, from memory after the first time.

        Raises UnknownSchemaError, and RegistryNotReadyError when the registry has just been started.
        """
        known = self._schemas.get(schema_id)
        if known is None:
            try:
                text = self._client.get_schema(schema_id).schema_str
            except SchemaRegistryError as error:
                if error.http_status_code == NOT_FOUND_STATUS:
                    self._demand_ready(error)
                    raise UnknownSchemaError(f"schema id {schema_id} is not in the registry") from error
                raise
            known = self._schemas[schema_id] = json.loads(text or "{}")
        return known
