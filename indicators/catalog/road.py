"""Which numbers tell how congested the roads are?"""

from indicators.catalog.declaration import Indicator
from indicators.grades import LINK_GRADES, NETWORK_GRADES
from indicators.traffic import GBT33171_2016

_MEASURE = "road.travel_time"
_OWNER = "Traffic police (公安交管部门)"

INDICATORS = (
    Indicator(
        id="road.tti",
        name_en="Travel time index",
        name_zh="行程时间比",
        question="How many times longer does a trip take than in free flow?",
        unit="1",
        direction="lower",
        entity_types=("link", "area", "city"),
        window="PT5M",
        formula="sum of travel times / sum of free-flow times over the same weighted vehicles, at least 1",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(1, None),
        grades=LINK_GRADES,
    ),
    Indicator(
        id="road.dtp",
        name_en="Delay-time proportion",
        name_zh="延误时间比",
        question="Which part of the time on the road is lost to congestion?",
        unit="1",
        direction="lower",
        entity_types=("link", "area", "city"),
        window="PT5M",
        formula="(sum of travel times - sum of free-flow times) / sum of travel times, at least 0",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(0, 1),
    ),
    Indicator(
        id="road.tpi",
        name_en="Traffic performance index",
        name_zh="交通运行指数",
        question="How congested is the road network, from 0 to 10?",
        unit="1",
        direction="lower",
        entity_types=("area", "city"),
        window="PT5M",
        formula="from the network's delay-time proportion by appendix C, linear between 0, .3, .5, .6, .7, 1 "
        "-> 0, 2, 4, 6, 8, 10",
        editions=(GBT33171_2016,),
        measure=_MEASURE,
        owner_department=_OWNER,
        public=True,
        bounds=(0, 10),
        grades=NETWORK_GRADES,
    ),
)
