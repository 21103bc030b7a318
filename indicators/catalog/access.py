"""Which numbers tell whether gates and doors are used, whole and online?"""

from functools import partial

from indicators.access_gates import ACCESS_V1
from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Indicator, Sums
from indicators.catalog.figures import share, total
from indicators.rounding import ratio_to_float

_MEASURE = "access.gates"
_OWNER = "Public security bureau (公安局)"
_SECONDS_PER_HOUR = 3_600

_of = partial(
    Indicator,
    entity_types=("gate", "area", "city"),
    window="PT15M",
    editions=(ACCESS_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
    public=False,
)
_count = partial(_of, bounds=(0, None))


def _use(_: str, sums: Sums) -> Figure:
    if not sums["watched_s"]:
        return Figure(None, None, "no_data", {"reason": "nothing_counted"})
    return Figure(ratio_to_float(sums["passages"] * _SECONDS_PER_HOUR, sums["watched_s"]))


INDICATORS = (
    _count(
        id="access.passages",
        name_en="Passages",
        name_zh="门禁通行量",
        question="How many have passed the gates?",
        unit="passages",
        direction=None,
        formula="count of passages, in and out",
        judged=total("passages"),
        inputs=("passages",),
    ),
    _count(
        id="access.entries",
        name_en="Entries",
        name_zh="门禁进入量",
        question="How many have gone in?",
        unit="passages",
        direction=None,
        formula="count of passages inwards; a gate that does not tell in from out has none",
        judged=total("entries"),
        inputs=("entries", "passages"),
    ),
    _count(
        id="access.passages_per_gate_h",
        name_en="Use of a gate",
        name_zh="门禁使用率",
        question="How many pass one gate in an hour?",
        unit="passages/h",
        direction=None,
        formula="passages / hours for which gates have told of themselves, added up over the gates; without a status there is "
        "none",
        judged=_use,
        inputs=("passages", "watched_s"),
    ),
    _count(
        id="access.forced_doors",
        name_en="Doors forced",
        name_zh="强行开门次数",
        question="How often was a door opened by force?",
        unit="times",
        direction="lower",
        formula="count of doors opened by force",
        judged=total("forced"),
        inputs=("forced",),
    ),
    _count(
        id="access.held_doors",
        name_en="Doors held open",
        name_zh="开门超时次数",
        question="How often was a door held open for too long?",
        unit="times",
        direction="lower",
        formula="count of doors held open for longer than their controller allows",
        judged=total("held"),
        inputs=("held",),
    ),
    _of(
        id="access.online_ratio",
        name_en="Share of doors online",
        name_zh="门禁设备在线率",
        question="Which share of the doors is online by their own status?",
        unit="1",
        direction="higher",
        bounds=(0, 1),
        formula="intervals of the statuses that say online / intervals of all statuses; a door that sends none is in neither",
        judged=share("online_s", "watched_s"),
        inputs=("online_s", "watched_s"),
    ),
    *coverage_of("access", "gate", ("gate", "gates", "门禁"), "PT15M", _MEASURE, owner=_OWNER),
)
