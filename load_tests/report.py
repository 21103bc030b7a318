"""What came out? Figures, what each is held against, one table, one file of results.

An aim is printed beside its figure. Nothing passes or fails by the clock: another machine, another day, another rate.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from rich.markup import escape
from rich.table import Table


class WrongResultError(RuntimeError):
    """What came out is not what went in; a rate of it would mean nothing."""


@dataclass(frozen=True)
class Against:
    """What a figure is held against, measured in the same run."""

    what: str
    value: float


@dataclass(frozen=True)
class Aim:
    """What one would like to see: of the ratio where the figure is held against another, else of the figure itself."""

    way: Literal["at least", "below"]
    bound: float

    def is_met(self, value: float) -> bool:
        """Whether a value reaches it."""
        return value >= self.bound if self.way == "at least" else value < self.bound


@dataclass(frozen=True)
class Figure:
    """One measured number. cpu_seconds: of the measured part, for `count` items in `seconds`.

    remark: what a reader of the figure must know, printed under the table; details go to the file only.
    """

    stage: str
    what: str
    value: float
    unit: str
    count: int = 0
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    against: Against | None = None
    aim: Aim | None = None
    remark: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """The figure over what it is held against."""
        return None if self.against is None else self.value / self.against.value

    @property
    def aim_is_met(self) -> bool | None:
        """Whether the aim is reached, None where there is none."""
        if self.aim is None:
            return None
        ratio = self.ratio
        return self.aim.is_met(self.value if ratio is None else ratio)


@dataclass(frozen=True)
class Failure:
    """A stage without a figure, and why."""

    stage: str
    reason: str


def rate(stage: str, what: str, count: int, seconds: float, unit: str = "events/s", **more: Any) -> Figure:
    """A figure of `count` items in `seconds`. Raises WrongResultError when no time passed."""
    if seconds <= 0:
        raise WrongResultError(
            f"{stage}: {count:,} items in {seconds:.3f} s cannot be; was it measured at all?"
        )
    return Figure(stage, what, count / seconds, unit, count=count, seconds=seconds, **more)


def demand_equal(what: str, expected: int, found: int) -> None:
    """Raises WrongResultError unless as much came out as should."""
    if expected != found:
        raise WrongResultError(f"{what}: expected {expected:,}, found {found:,}")


def as_table(figures: Sequence[Figure], failures: Sequence[Failure]) -> Table:
    """One line a figure."""
    table = Table(title="One run on one machine: look at the ratios", title_justify="left", show_lines=False)
    for name in ("stage", "what", "measured", "per CPU-s", "peak memory", "against", "ratio", "aim"):
        right = name in {"measured", "per CPU-s", "peak memory", "ratio"}
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for figure in figures:
        table.add_row(*_cells(figure))
    for failure in failures:
        table.add_row(failure.stage, f"[bold red]no figure:[/] {escape(failure.reason)}")
    remarks = [f"{figure.stage}: {figure.remark}" for figure in figures if figure.remark]
    table.caption = escape("\n".join(remarks))
    table.caption_justify = "left"
    return table


def _cells(figure: Figure) -> list[str]:
    per_cpu = figure.count / figure.cpu_seconds if figure.count and figure.cpu_seconds else None
    against, ratio = figure.against, figure.ratio
    return [
        figure.stage,
        figure.what,
        f"{_number(figure.value)} {figure.unit}",
        "" if per_cpu is None else _number(per_cpu),
        "" if figure.peak_bytes is None else f"{figure.peak_bytes / 1024**2:,.0f} MiB",
        "" if against is None else f"{against.what}: {_number(against.value)}",
        "" if ratio is None else f"{ratio:.2f}",
        _aim_words(figure),
    ]


def _aim_words(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    mark = "[green]reached[/]" if figure.aim_is_met else "[yellow]not reached[/]"
    return f"{figure.aim.way} {_number(figure.aim.bound)} {mark}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def write_results(
    path: Path, head: dict[str, Any], figures: Sequence[Figure], failures: Sequence[Failure]
) -> None:
    """Write everything to a JSON file, its folder made where missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        **head,
        "figures": [
            {**asdict(figure), "ratio": figure.ratio, "aim_is_met": figure.aim_is_met} for figure in figures
        ],
        "failures": [asdict(failure) for failure in failures],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
