"""How does the judge meet the line? Decodes statistics, stamps the wall clock, encodes indicators."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import structlog

from schemas.codec import Decoder, Encoder, UndecodableError
from schemas.registry import Registry
from streams.catalog import INDICATORS, INDICATORS_CURRENT, STATISTICS, SYSTEMS, key_of
from streams.coding import encoders_of
from streams.dead_letters import DeadLetters
from streams.entities import EntityReader
from streams.folds import Output, Record, Service
from streams.judge.judge import Judge, UnjudgeableError
from streams.judge.rows import Row
from streams.keyed_state import KeyedState
from streams.published import indicator_headers, indicator_key
from streams.service_settings import ServiceSettings
from streams.standing import NewestRows, StandingRows
from streams.targets import city_targets
from streams.told import key_of_told
from streams.wall import GRACE, follows_wall

NAME = "judge"

log = structlog.get_logger(__name__)


def judge_service(settings: ServiceSettings) -> Service:
    """The judge, ready to run. Registers its schemas and reads the entity registry."""
    registry = Registry(settings.registry_url)
    decoder = Decoder(STATISTICS.record, registry.schema_of)
    encoders = encoders_of(registry, (INDICATORS, INDICATORS_CURRENT, STATISTICS))
    dead_letters = DeadLetters(registry, stage=NAME)
    targets = city_targets(settings.targets)
    entities = EntityReader(settings.bootstrap, registry)
    entities.catch_up()
    standing = StandingRows(settings.bootstrap, registry)
    standing.catch_up()

    def roster(system: str, entity_type: str, at_ms: int) -> list[dict[str, Any]]:
        # Whoever was announced before this question is expected.
        entities.catch_up()
        return entities.expected(system, entity_type, at_ms)

    def fold(state: KeyedState) -> JudgeFold:
        judge = Judge(state, roster, mode=settings.mode, zone=settings.zone, targets=targets)
        # What another process had told of the partition until now stands, too.
        standing.catch_up()
        return JudgeFold(
            judge,
            decoder,
            encoders,
            dead_letters,
            newest=standing,
            while_open=follows_wall(settings.mode),
        )

    return Service(NAME, (STATISTICS,), fold)


class JudgeFold:
    """One partition of `city.statistics.v1`."""

    def __init__(
        self,
        judge: Judge,
        decoder: Decoder,
        encoders: Mapping[str, Encoder],
        dead_letters: DeadLetters,
        *,
        newest: NewestRows,
        while_open: bool = False,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """while_open: results so far are told only of windows that are not over on the wall."""
        self._judge = judge
        self._decoder = decoder
        self._encoders = encoders
        self._dead_letters = dead_letters
        self._newest = newest
        self._while_open = while_open
        self._now_ms = now_ms

    def on_record(self, record: Record) -> Iterable[Output]:
        """Indicators of one statistic, and the parts that it hands on; what cannot be judged goes to its system's dead letters."""
        if record.value is None:
            return ()
        try:
            statistic = self._decoder.decode(record.value)
            rows = self._judge.on_statistic(statistic)
        except (UndecodableError, UnjudgeableError) as error:
            log.warning("statistic.rejected", offset=record.offset, error=str(error))
            slug = (record.key or b"").partition(b".")[0].decode("utf-8", "replace")
            reason = "undecodable" if isinstance(error, UndecodableError) else "unjudgeable"
            return (self._dead_letters.output(SYSTEMS.get(slug), record, reason, str(error)),)
        since = self._open_since(statistic["measure"])
        told = [row for row in rows if row["finality"] != "provisional" or row["window_end"] >= since]
        outputs = [*self._indicators(told, self._judge.moment_of(statistic))]
        for part in self._judge.take_handed_on():
            if part["step"] == 0 or part["window_end"] >= since:
                key = key_of(part["measure"]).encode()
                outputs.append(Output(STATISTICS.name, key, self._encoders[STATISTICS.name].encode(part)))
        if (time_told := self._judge.told_by(statistic)) is not None:
            key = key_of_told(time_told)
            outputs += [Output(INDICATORS.name, key, None, n) for n in range(INDICATORS.partitions)]
        return outputs

    def _open_since(self, measure: str) -> int:
        """Of windows that ended before it, epoch milliseconds, nothing so far is told."""
        if not self._while_open:
            return 0
        system = SYSTEMS.get(measure.partition(".")[0])
        allowed = GRACE + (system.source.out_of_orderness if system else timedelta())
        return self._now_ms() - allowed // timedelta(milliseconds=1)

    def _indicators(self, rows: Iterable[Row], moment_ms: int) -> Iterator[Output]:
        now_ms = self._now_ms()
        for row in rows:
            row["computed_at"] = now_ms
            key = indicator_key(row)
            value = self._encoders[INDICATORS.name].encode(row)
            headers = indicator_headers(row, moment_ms)
            yield Output(INDICATORS.name, key.encode(), value, headers=headers)
            if self._newest.takes(key, row):
                current = self._encoders[INDICATORS_CURRENT.name].reframe(value)
                yield Output(INDICATORS_CURRENT.name, key.encode(), current, headers=headers)
