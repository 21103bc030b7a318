"""Which numbers tell how well signals and guidance screens serve the traffic?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Figure, Formula, Indicator, Sums
from indicators.catalog.figures import extreme, mean, share
from indicators.rounding import as_float
from indicators.signal_control import SIGNAL_CONTROL_V1, change

_MEASURE = "signal.control"
_OWNER = "Traffic police (公安交管部门)"
_SECONDS_PER_MINUTE = 60


def _change(now: str, base: str, per: int) -> Formula:
    """One sum against what its baseline leads to expect, in a unit of which it has `per`."""

    def judged(_: str, sums: Sums) -> Figure:
        found = change(sums[now], sums[base], per)
        if found is None:
            return Figure(None, None, "no_data", {"reason": "no_baseline"})
        return Figure(as_float(found))

    return judged


_of_devices = partial(
    Indicator,
    unit="1",
    entity_types=("device", "area", "city"),
    window="PT15M",
    editions=(SIGNAL_CONTROL_V1,),
    measure=_MEASURE,
    owner_department=_OWNER,
)

INDICATORS = (
    _of_devices(
        id="signal.green_used_ratio",
        name_en="Share of green time used",
        name_zh="绿灯时间利用率",
        question="How much of the green time did traffic use?",
        direction=None,
        formula="vehicles that passed x saturation headway / green time, over the cycles of signals with a measured headway; "
        "above 1 where vehicles followed closer than that",
        public=True,
        bounds=(0, None),
        judged=mean("used_green_ms", "green_ms"),
        inputs=("used_green_ms", "green_ms"),
    ),
    _of_devices(
        id="signal.stops_per_vehicle",
        name_en="Stops per vehicle",
        name_zh="车均停车次数",
        question="How often does a vehicle stop before a signal?",
        unit="stops",
        direction="lower",
        formula="stops / vehicles that passed, over the cycles in which stops were counted",
        public=True,
        bounds=(0, None),
        judged=mean("stops", "stopping_vehicles"),
        inputs=("stops", "stopping_vehicles"),
    ),
    _of_devices(
        id="signal.stops_change_ratio",
        name_en="Stops against the base period",
        name_zh="停车次数较基期变化率",
        question="Does traffic stop more or less often than in the base period?",
        direction="lower",
        formula="stops / (vehicles that passed x stops per vehicle of the signal's base period) - 1; negative is fewer",
        public=True,
        bounds=(-1, None),
        judged=_change("compared_stops", "expected_stops_permille", 1_000),
        inputs=("compared_stops", "expected_stops_permille"),
    ),
    _of_devices(
        id="signal.throughput_change_ratio",
        name_en="Throughput against the base period",
        name_zh="通行量较基期变化率",
        question="Do more or fewer vehicles pass than in the base period?",
        direction="higher",
        formula="vehicles that passed / (flow of the signal's base period x the time of its cycles) - 1; negative is fewer; one "
        "flow stands for all hours, so hours are compared with the same hour of other days",
        public=True,
        bounds=(-1, None),
        judged=_change("compared_vehicles", "expected_vehicles_3600ths", 3_600),
        inputs=("compared_vehicles", "expected_vehicles_3600ths"),
    ),
    _of_devices(
        id="signal.queue_m",
        name_en="Longest queue",
        name_zh="最大排队长度",
        question="How far back did the queue reach?",
        unit="m",
        direction="lower",
        formula="the greatest queue length of any cycle of the window",
        public=True,
        bounds=(0, None),
        judged=extreme("queue_m_max", "queues"),
        inputs=("queue_m_max", "queues"),
    ),
    _of_devices(
        id="signal.signals_working_ratio",
        name_en="Share of signal reports in working order",
        name_zh="信号机正常率",
        question="How many of the signals run their cycles?",
        direction="higher",
        formula="reports of signals that run their cycle / reports of signals; flashing and dark ones do not",
        public=False,
        bounds=(0, 1),
        judged=share("signals_working", "signals"),
        inputs=("signals_working", "signals"),
    ),
    _of_devices(
        id="signal.screens_online_ratio",
        name_en="Share of guidance screens online",
        name_zh="诱导屏在线率",
        question="How many of the guidance screens are online?",
        direction="higher",
        formula="reports of screens that are online / reports of screens",
        public=False,
        bounds=(0, 1),
        judged=share("screens_online", "screens"),
        inputs=("screens_online", "screens"),
    ),
    _of_devices(
        id="signal.message_age_minutes",
        name_en="Age of the messages on guidance screens",
        name_zh="诱导信息发布时长",
        question="For how long have the guidance screens shown their message?",
        unit="min",
        direction="lower",
        formula="sum of the ages of the messages / reports of screens that show one",
        public=False,
        bounds=(0, None),
        judged=mean("message_age_s_sum", "messages", per=_SECONDS_PER_MINUTE),
        inputs=("message_age_s_sum", "messages"),
    ),
    *coverage_of(
        "signal",
        "device",
        ("signal or screen", "signals and screens", "信号与诱导设备"),
        "PT15M",
        _MEASURE,
        owner=_OWNER,
    ),
)
