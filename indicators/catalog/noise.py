"""Which numbers tell how loud the city is, and whether that is allowed?"""

from dataclasses import replace

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import SIMULATOR, Figure, Indicator, Sums
from indicators.noise import GB3096_2008, NoiseStat, leq

_MEASURE = "noise.level"
_PROVED_BY = ("noisemonitor", SIMULATOR)
_OWNER = "Ecology and environment bureau (生态环境局)"


def _leq(_: str, sums: Sums) -> Figure:
    level = leq(NoiseStat(sums["energy_milli"], sums["readings"]))
    details = {} if level.reason is None else {"reason": "nothing_counted"}
    return Figure(level.value, None, level.validity, details)


_HOUR = Indicator(
    id="noise.leq_db",
    name_en="Equivalent sound level, hour",
    name_zh="小时等效声级",
    question="How loud was the hour?",
    unit="dB(A)",
    direction="lower",
    entity_types=("station",),
    window="PT1H",
    formula="10 lg of the mean sound energy of the readings of the hour (never the mean of decibels), to 0.1 dB",
    editions=(GB3096_2008,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=True,
    proved_by=_PROVED_BY,
    bounds=(0, 140),
    judged=_leq,
    inputs=("energy_milli", "readings", "level_cdb_max"),
)


def _of_a_day(name: str, en: str, zh: str, question: str, hours: str) -> Indicator:
    return replace(
        _HOUR,
        id=f"noise.{name}",
        name_en=en,
        name_zh=zh,
        question=question,
        window="P1D",
        formula=f"10 lg of the mean sound energy of the readings of {hours} of the civil day, to 0.1 dB, held against the limit of "
        "the station's functional area; at least three quarters of its hours must have readings",
        judged=None,
        inputs=("energy_milli", "readings", "hours"),
    )


INDICATORS = (
    _HOUR,
    _of_a_day(
        "ld_db",
        "Level by day",
        "昼间等效声级",
        "How loud was it by day, and is that allowed?",
        "06:00 to 22:00",
    ),
    _of_a_day(
        "ln_db",
        "Level by night",
        "夜间等效声级",
        "How loud was it by night, and is that allowed?",
        "00:00 to 06:00 and 22:00 to 24:00",
    ),
    replace(
        _HOUR,
        id="noise.night_peak_db",
        name_en="Loudest moment of the night",
        name_zh="夜间突发噪声最大声级",
        question="How loud was the loudest moment of the night, and is that allowed?",
        window="P1D",
        formula="the greatest LAmax of 00:00 to 06:00 and 22:00 to 24:00 of the civil day, held against the night limit of the "
        "station's functional area + 15 dB(A)",
        proved_by=(SIMULATOR,),
        judged=None,
        inputs=("peak_cdb_max",),
    ),
    *coverage_of(
        "noise", "station", ("noise monitor", "noise monitors", "噪声监测点"), "PT1H", _MEASURE, owner=_OWNER
    ),
)
