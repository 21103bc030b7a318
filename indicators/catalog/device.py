"""Which numbers tell whether the city's devices are there, and whether they can be trusted?"""

from indicators.catalog.coverage import coverage_of
from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import share
from indicators.devices import DEVICES_V1

_MEASURE = "device.health"
_OWNER = "Data bureau (数据局)"


def _share(
    name: str,
    names: tuple[str, str],
    question: str,
    formula: str,
    of: tuple[str, str],
    *,
    higher: bool = False,
) -> Indicator:
    return Indicator(
        id=f"device.{name}",
        name_en=names[0],
        name_zh=names[1],
        question=question,
        unit="1",
        direction="higher" if higher else "lower",
        entity_types=("device", "area", "city"),
        window="PT15M",
        formula=formula,
        editions=(DEVICES_V1,),
        measure=_MEASURE,
        owner_department=_OWNER,
        # Who knows which devices are old or blind knows which to attack.
        public=False,
        bounds=(0, 1),
        judged=share(*of),
        inputs=of,
    )


INDICATORS = (
    _share(
        "online_ratio",
        ("Share of heartbeats online", "心跳在线占比"),
        "How often does the gateway reach the devices?",
        "heartbeats that tell of a device online / heartbeats; of a device without any the coverage tells",
        ("online", "heartbeats"),
        higher=True,
    ),
    _share(
        "frozen_ratio",
        ("Share of heartbeats frozen", "数值冻结占比"),
        "How often does a device tell the same value for longer than is plausible?",
        "heartbeats whose value has not changed for longer than is declared for the device / heartbeats that tell since when, of "
        "devices for which that is declared; exactly as long is not frozen",
        ("frozen", "frozen_known"),
    ),
    _share(
        "clock_off_ratio",
        ("Share of heartbeats with a drifting clock", "时钟漂移占比"),
        "How often is the clock of a device wrong?",
        "heartbeats whose device clock differs from the gateway's by more than the tolerance declared for the device, either way "
        "/ heartbeats that tell the device's time, of devices for which one is declared",
        ("clock_off", "clock_off_known"),
    ),
    _share(
        "battery_low_ratio",
        ("Share of heartbeats with a low battery", "低电量占比"),
        "How often is the battery of a device about to end?",
        "heartbeats with a battery below the level declared for the device / heartbeats that tell it, of devices for which one is "
        "declared",
        ("battery_low", "battery_low_known"),
    ),
    _share(
        "firmware_outdated_ratio",
        ("Share of heartbeats with outdated firmware", "固件过期占比"),
        "How often does a device run firmware that it should not?",
        "heartbeats with a build before the oldest one that is wanted for the device / heartbeats that tell it, of devices for "
        "which one is wanted",
        ("outdated", "outdated_known"),
    ),
    _share(
        "completeness_ratio",
        ("Readings delivered of those promised", "数据完整率"),
        "Which share of the promised readings came?",
        "readings delivered / readings promised, of the devices that promise any",
        ("delivered", "promised"),
        higher=True,
    ),
    _share(
        "lateness_ratio",
        ("Readings delivered later than promised", "数据迟到率"),
        "Which share of the readings that came was later than promised?",
        "readings delivered later than promised / readings delivered",
        ("delivered_late", "delivered"),
    ),
    *coverage_of("device", "device", ("device", "devices", "物联设备"), "PT15M", _MEASURE, owner=_OWNER),
)
