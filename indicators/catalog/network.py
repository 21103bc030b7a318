"""Which numbers tell whether the city's networks carry, and whether security cases are handled in time?"""

from functools import partial

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import share, total
from indicators.networks import CASE_LEVELS, NETWORKS_V1

_MEASURE = "network.state"
_OPERATION = "Communications administration (通信管理局)"
_SECURITY = "Cyberspace administration office (网信办)"
_EVERYTHING = ("element", "area", "city")
_PLACES = ("area", "city")

# Whoever knows where a network is weak knows where to hit it: none of it is public.
_of_networks = partial(
    Indicator,
    unit="1",
    window="PT15M",
    editions=(NETWORKS_V1,),
    measure=_MEASURE,
    public=False,
    bounds=(0, 1),
)


def _opened(level: int, name_zh: str) -> Indicator:
    gravity = {1: " (the gravest)", len(CASE_LEVELS): " (the least grave)"}.get(level, "")
    return _of_networks(
        id=f"network.cases_opened_level{level}",
        name_en=f"Security cases opened, level {level}",
        name_zh=f"{name_zh}网络安全事件数",
        question=f"How many security cases of level {level} came up?",
        unit="cases",
        direction="lower",
        entity_types=_PLACES,
        formula=f"count of the security cases of level {level}{gravity} that were opened",
        bounds=(0, None),
        judged=total(f"opened_level{level}"),
        inputs=(f"opened_level{level}",),
        owner_department=_SECURITY,
    )


INDICATORS = (
    _of_networks(
        id="network.availability_ratio",
        name_en="Availability of the networks",
        name_zh="网络可用率",
        question="For which share of the time do links and base stations carry?",
        direction="higher",
        entity_types=_EVERYTHING,
        formula="seconds up / seconds observed; degraded ones are up, unobserved ones count nowhere",
        judged=share("up_s", "observed_s"),
        inputs=("up_s", "observed_s"),
        owner_department=_OPERATION,
    ),
    _of_networks(
        id="network.degraded_ratio",
        name_en="Share of the time degraded",
        name_zh="网络劣化占比",
        question="For which share of the time do links and base stations carry less than promised?",
        direction="lower",
        entity_types=_EVERYTHING,
        formula="seconds up but degraded / seconds observed; being down is not among them",
        judged=share("degraded_s", "observed_s"),
        inputs=("degraded_s", "observed_s"),
        owner_department=_OPERATION,
    ),
    *(_opened(level, name_zh) for level, name_zh in CASE_LEVELS.items()),
    _of_networks(
        id="network.handled_on_time_ratio",
        name_en="Share of security cases handled on time",
        name_zh="网络安全事件按时处置率",
        question="Which share of the closed security cases with a limit was closed within it?",
        direction="higher",
        entity_types=_PLACES,
        formula="cases that were open no longer than their limit / cases with a limit that were closed; what is still open and "
        "overdue is not among them",
        judged=share("closed_on_time", "due"),
        inputs=("closed_on_time", "due"),
        owner_department=_SECURITY,
    ),
    *coverage_of(
        "network",
        "element",
        ("network element", "network elements", "网元"),
        "PT15M",
        _MEASURE,
        owner=_OPERATION,
    ),
)
