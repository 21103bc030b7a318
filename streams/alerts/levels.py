"""How grave is an alert, and how do others name that? The one mapping of levels I to IV.

Four colours as the country's Emergency Response Law (突发事件应对法) orders warnings: red is the gravest. CAP 1.2
(OASIS, section 3.2.2) has four severities for them; which stands for which is our decision, made here once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CapSeverity = Literal["Extreme", "Severe", "Moderate", "Minor"]


@dataclass(frozen=True, slots=True)
class Level:
    """One level: `number` 1 to 4, 1 the gravest; `hex` is the colour on a screen."""

    number: int
    roman: str
    colour_zh: str
    colour_en: str
    hex: str
    cap_severity: CapSeverity


LEVELS: Mapping[int, Level] = {
    level.number: level
    for level in (
        Level(1, "I", "红色", "red", "#D7263D", "Extreme"),
        Level(2, "II", "橙色", "orange", "#F46036", "Severe"),
        Level(3, "III", "黄色", "yellow", "#F2C14E", "Moderate"),
        Level(4, "IV", "蓝色", "blue", "#2E86DE", "Minor"),
    )
}
GRAVEST, MILDEST = min(LEVELS), max(LEVELS)


def level_named(word: str) -> Level:
    """The level that people mean by `2`, `II`, `orange` or `橙色`. Raises LookupError with what there is."""
    wanted = word.strip().casefold()
    for level in LEVELS.values():
        if wanted in {str(level.number), level.roman.casefold(), level.colour_en, level.colour_zh}:
            return level
    names = ", ".join(f"{level.roman} ({level.colour_en}, {level.colour_zh})" for level in LEVELS.values())
    raise LookupError(f"no level is called {word!r}; there are {names}, or the numbers 1 to 4")
