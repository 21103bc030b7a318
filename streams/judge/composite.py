"""How is the city, or a district, in one figure? Folds the parts of the vital-signs index, each judged elsewhere.

Every measure is judged where its statistics are, so each judge hands its part on: as a statistic of the measure
`city.vital_signs/<indicator>`, which all go to one place. A clock row of a part says that its hour is over. The
index of an hour is final when that was said of every part; until then it is told anew with every part that comes.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from indicators.validity import VALIDITIES
from indicators.vital_signs import VITAL_SIGNS, Sign, VitalSigns, VitalSignsResult, vital_signs
from streams.judge.rows import (
    FINAL,
    FINAL_NO_DATA,
    GENERATION,
    NO_DATA,
    Row,
    Rows,
    Statistic,
    Subject,
    Version,
    clock_row,
    subject_of,
)
from streams.judge.window import HOUR_MS
from streams.keyed_state import KeyedState

MEASURE = "city.vital_signs"
PREFIX = f"{MEASURE}/"
INDICATOR = "city.vital_signs_index"
KEPT_MS = 24 * HOUR_MS

_MILLIONTHS = 1_000_000
# The revision so far grows with every part that comes: a final part counts for more than any step of it, and data
# for more than "no data".
_STEP_MAX, _NO_DATA_PART, _DATA_PART = 99, 100, 101


def part_of(row: Row, declared: VitalSigns = VITAL_SIGNS) -> Statistic | None:
    """The statistic that hands a row on as a part of the index; None where it is none."""
    if row["entity_type"] not in ("area", "city") or row["indicator_id"] not in declared.by_indicator:
        return None
    sums = {"revision": row["revision"], row["validity"]: 1}
    if row["value"] is not None:
        # Values have six decimals at most, so this is exact.
        sums["value_millionths"] = round(row["value"] * _MILLIONTHS)
    generation, revision = divmod(row["revision"], GENERATION)
    final = revision >= FINAL_NO_DATA
    return {
        "measure": f"{PREFIX}{row['indicator_id']}",
        "entity_type": row["entity_type"],
        "entity_id": row["entity_id"],
        "area_id": row["area_id"],
        "window_start": row["window_start"],
        "window_end": row["window_end"],
        "step": 0 if final else revision,
        "observations": row["observations"],
        "sums": sums,
        "histogram": {},
        "ingest_time_max": None,
        "run_id": row["run_id"],
        "generation": generation,
    }


def part_is_over(indicator_id: str, hour_end: int, run_id: str) -> Statistic:
    """The clock row that says that an hour of a part is over."""
    return clock_row(f"{PREFIX}{indicator_id}", hour_end - HOUR_MS, hour_end, 0, run_id)


class CompositeJudge:
    """Everything that the index is made of, in one place. What it remembers is the parts of a day's hours."""

    def __init__(self, rows: Rows, state: KeyedState, declared: VitalSigns = VITAL_SIGNS) -> None:
        if len(declared.parts) * _DATA_PART >= FINAL_NO_DATA:
            raise ValueError(
                f"an index of {len(declared.parts)} parts does not fit into a revision: fold some of them first"
            )
        self._rows = rows
        self._state = state
        self._declared = declared
        self._run_id: str | None = None

    def on_part(self, statistic: Statistic) -> Iterable[Row]:
        """The index of the place or, with a clock row, of everywhere. Raises ValueError for a part of no index."""
        part = statistic["measure"].removeprefix(PREFIX)
        if part not in self._declared.by_indicator:
            raise ValueError(f"{part} is no part of the index: its parts are {', '.join(self._ids())}")
        self._follow(statistic["run_id"])
        if statistic["entity_type"] == "clock":
            yield from self._on_clock(part, statistic)
            return
        subject = subject_of(statistic)
        known = self._state.get(self._key(subject)) or {"area": statistic["area_id"], "parts": {}}
        before = known["parts"].get(part)
        sums = dict(statistic["sums"])
        if before is not None and sums["revision"] <= before["revision"]:
            return
        parts = {**known["parts"], part: sums}
        self._state.put(self._key(subject), {"area": statistic["area_id"], "parts": parts})
        over = subject.window_end <= self._over_until(subject.run_id)
        yield self._row(subject, parts, over=over)

    def _on_clock(self, part: str, statistic: Statistic) -> Iterator[Row]:
        run_id = statistic["run_id"]
        before = self._over_until(run_id)
        closed = self._state.get(self._closed_key(run_id)) or {}
        until = max(closed.get(part, 0), statistic["window_end"])
        self._state.put(self._closed_key(run_id), {**closed, part: until})
        now = self._over_until(run_id)
        if now == before:
            return
        for subject, parts in self._places(run_id):
            if before < subject.window_end <= now:
                yield self._row(subject, parts, over=True)
            elif subject.window_end < now - KEPT_MS:
                self._state.remove(self._key(subject))

    def _row(self, subject: Subject, parts: Mapping[str, Mapping[str, int]], *, over: bool) -> Row:
        result = vital_signs({part: _sign(sums) for part, sums in parts.items()}, self._declared)
        if not over:
            version = Version("provisional", sum(_progress(sums["revision"]) for sums in parts.values()))
        else:
            version = NO_DATA if result.validity == "no_data" else FINAL
        generation = max(sums["revision"] // GENERATION for sums in parts.values())
        version = Version(version.finality, version.revision + generation * GENERATION)
        return self._rows.data(
            INDICATOR,
            subject,
            result,
            version,
            value=result.value_float,
            validity=result.validity,
            observations=len(result.parts) - len(result.missing),
            expected=len(result.parts),
            inputs={
                f"{part}_millionths": sums["value_millionths"]
                for part, sums in sorted(parts.items())
                if "value_millionths" in sums
            },
            details=_details(result),
        )

    def _follow(self, run_id: str) -> None:
        if run_id == self._run_id:
            return
        self._run_id = run_id
        for key, _ in list(self._state.items(f"{MEASURE}|")):
            if not key.startswith(f"{MEASURE}|{run_id}|"):
                self._state.remove(key)

    def _over_until(self, run_id: str) -> int:
        closed: Mapping[str, int] = self._state.get(self._closed_key(run_id)) or {}
        return min(closed.get(part, 0) for part in self._ids())

    def _places(self, run_id: str) -> Iterator[tuple[Subject, Mapping[str, Any]]]:
        prefix = f"{MEASURE}|{run_id}|hour|"
        for key, value in list(self._state.items(prefix)):
            text, entity_type, entity_id = key[len(prefix) :].split("|", 2)
            start = int(text)
            yield (
                Subject(entity_type, entity_id, value["area"], start, start + HOUR_MS, run_id),
                value["parts"],
            )

    def _ids(self) -> Iterable[str]:
        return self._declared.by_indicator

    def _key(self, subject: Subject) -> str:
        return f"{MEASURE}|{subject.run_id}|hour|{subject.window_start}|{subject.entity_type}|{subject.entity_id}"

    def _closed_key(self, run_id: str) -> str:
        return f"{MEASURE}|{run_id}|closed"


def _progress(revision: int) -> int:
    revision %= GENERATION
    if revision < FINAL_NO_DATA:
        return min(revision, _STEP_MAX)
    return _NO_DATA_PART if revision == FINAL_NO_DATA else _DATA_PART


def _sign(sums: Mapping[str, int]) -> Sign:
    value = Fraction(sums["value_millionths"], _MILLIONTHS) if "value_millionths" in sums else None
    return Sign(value, next(validity for validity in VALIDITIES if validity in sums))


def _details(result: VitalSignsResult) -> dict[str, str]:
    """Every part with its share of the weight and its score, and what is missing."""
    details = {"covered": f"{float(result.covered):.2f}"}
    for part in result.parts:
        details[f"weight.{part.indicator}"] = f"{float(part.weight):.2f}"
        if part.score is not None:
            details[f"score.{part.indicator}"] = f"{float(part.score):.1f}"
    if result.missing:
        details["missing"] = ",".join(result.missing)
        details["reason"] = "parts_missing"
        if result.at_least is not None and result.at_most is not None:
            details["at_least"] = f"{float(result.at_least):.1f}"
            details["at_most"] = f"{float(result.at_most):.1f}"
    return details
