"""What is a feed measured by? Ours: a promise of its department, in items an hour and seconds of age."""

from indicators.standard import Edition

FEED_DELIVERY_V1 = Edition(
    "project",
    "feed-delivery-1",
    None,
    None,
    "hours by the city clock at which items came in; a promise is declared for each feed by its department",
)
