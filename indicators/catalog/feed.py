"""Which numbers tell whether the departments' feeds deliver what was promised?"""

from functools import partial

from indicators.catalog.declaration import Indicator
from indicators.catalog.figures import share, total
from indicators.feed_delivery import FEED_DELIVERY_V1

_OWNER = "Data bureau (数据局)"

_of_an_hour = partial(
    Indicator,
    entity_types=("feed",),
    window="PT1H",
    editions=(FEED_DELIVERY_V1,),
    measure="feed.delivery",
    owner_department=_OWNER,
    public=False,
)
_ratio = partial(_of_an_hour, unit="1", bounds=(0, 1))

INDICATORS = (
    _of_an_hour(
        id="feed.items",
        name_en="Items delivered",
        name_zh="数据归集量",
        question="How much did the feed deliver?",
        unit="items",
        direction=None,
        bounds=(0, None),
        formula="items accepted + items rejected, by the city clock at which they came in; repeats do not count",
        judged=total("delivered"),
        inputs=("accepted", "rejected"),
    ),
    _ratio(
        id="feed.delivered_ratio",
        name_en="Share of the promise delivered",
        name_zh="数据归集到位率",
        question="Does the feed deliver as much as was promised?",
        direction="higher",
        formula="items delivered, at most as many as were promised / items promised for the hour",
        judged=share("kept", "promised"),
        inputs=("delivered", "promised"),
    ),
    _ratio(
        id="feed.timely_ratio",
        name_en="Share delivered in time",
        name_zh="数据归集及时率",
        question="Do its events come in as soon as was promised?",
        direction="higher",
        formula="accepted items that were no older than promised when they came in / accepted items; no data without a promise",
        judged=share("timely", "with_limit"),
        inputs=("timely", "with_limit"),
    ),
    _ratio(
        id="feed.complete_ratio",
        name_en="Share of good items",
        name_zh="数据质量合格率",
        question="Are its events whole, neither estimated nor doubted by the source itself?",
        direction="higher",
        formula="accepted items of good quality / accepted items",
        judged=share("complete", "accepted"),
        inputs=("complete", "accepted"),
    ),
    _ratio(
        id="feed.rejected_ratio",
        name_en="Share rejected",
        name_zh="数据驳回率",
        question="How much of what it delivers cannot be used?",
        direction="lower",
        formula="items rejected / items delivered",
        judged=share("rejected", "delivered"),
        inputs=("rejected", "delivered"),
    ),
)
