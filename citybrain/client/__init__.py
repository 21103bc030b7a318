"""Subscribe to indicators, alerts and cases of a line, with Kafka and the schema registry alone.

    subscribe = Subscriber("127.0.0.1:19090", "http://127.0.0.1:19091/apis/ccompat/v7")
    with subscribe.alerts(area="simcity/d01", severity=2) as changes:
        for change in changes:
            print(change.record.state, change.record.title)

What a subscriber can rely on is law in docs/specs/subscribing.md.
"""

from citybrain.client.changes import Change, NotReachableError, Position, PositionLostError, SubscriptionError
from citybrain.client.records import Alert, CaseChange, Indicator
from citybrain.client.subscriber import Subscriber
from citybrain.client.subscription import Subscription

__all__ = [
    "Alert",
    "CaseChange",
    "Change",
    "Indicator",
    "NotReachableError",
    "Position",
    "PositionLostError",
    "Subscriber",
    "Subscription",
    "SubscriptionError",
]
