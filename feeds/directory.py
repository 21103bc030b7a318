"""Which feeds are there, and which decoder reads each? The one list of them."""

from collections.abc import Iterable, Mapping

from feeds import beijing_air, city_gateways, cnemc_air, los_angeles_traffic, san_francisco_fire
from feeds.decoding import Feed, Item, Raw, Rejected, RejectReason, shown

FEEDS: Mapping[str, Feed] = {
    feed.name: feed
    for feed in (
        los_angeles_traffic.FEED,
        beijing_air.FEED,
        cnemc_air.FEED,
        san_francisco_fire.FEED,
        city_gateways.ROAD,
        city_gateways.AIR,
        city_gateways.DISPATCH,
    )
}


def decode(raw: Raw) -> Iterable[Item]:
    """The items of a raw record, by the decoder of its feed; one rejection where there is no such feed."""
    feed = FEEDS.get(raw.feed)
    if feed is None:
        return [Rejected(RejectReason.UNKNOWN_FEED, f"no decoder for feed {shown(raw.feed)}")]
    return feed.decode(raw)
