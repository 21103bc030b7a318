"""What do the communities of the simulated city report? JSON, as `feeds/gateway.py` says.

A reading: `community`, `at` (ISO 8601 with its offset), `step`, and by the step
- `order_opened`: the number of an `order`, its `kind` (`repair` or `service`), how long it may be open (`limit_s`, absent without a
  deadline);
- `order_closed`: `order`, `kind`, how long it was open (`taken_s`), how long it might be (`limit_s`, absent without a
  deadline);
- `notice`: when its readers were counted: `notice`, the households it was `sent` to and those that have `read` it;
- `payments` since the report before, and those made `online`;
- `reach`, which the planning department counts: for each `service` of the declared ones, and for `all` of them at once,
  the `residents` of the community and those who live `within` 15 minutes' walk.
Nothing of residents is decoded: neither who called, nor from which flat, nor who read or paid.
"""

from feeds.gateway_fields import by_step, city_gateway, name, one_of, parts, whole

SERVICES = ("grocery", "pharmacy", "clinic", "kindergarten", "elder_care", "park", "bus_stop", "repair_shop")
"""The declared services. Ours: configuration, for a city to settle."""
ALL_SERVICES = "all"
ORDER_MAX_S = 366 * 86_400
COUNT_MAX = 1_000_000
"""More than live in any community, or pay there between two reports."""

_KIND = one_of("kind", ("repair", "service"))

FEED = city_gateway(
    "community",
    "Communities",
    "community",
    by_step(
        {
            "order_opened": {
                "order_id": name("order"),
                "kind": _KIND,
                "limit_s": whole("limit_s", 1, ORDER_MAX_S, optional=True),
            },
            "order_closed": {
                "order_id": name("order"),
                "kind": _KIND,
                "taken_s": whole("taken_s", 0, ORDER_MAX_S),
                "limit_s": whole("limit_s", 1, ORDER_MAX_S, optional=True),
            },
            "notice": {
                "notice_id": name("notice"),
                "households_sent": whole("sent", 1, COUNT_MAX),
                "households_read": whole("read", 0, COUNT_MAX),
            },
            "payments": {
                "payments": whole("payments", 0, COUNT_MAX),
                "payments_online": whole("online", 0, COUNT_MAX),
            },
            "reach": {
                "service": one_of("service", (*SERVICES, ALL_SERVICES)),
                "residents": whole("residents", 1, COUNT_MAX),
                "residents_within": whole("within", 0, COUNT_MAX),
            },
        }
    ),
    identity=("step", "order_id", "notice_id", "service"),
    completed=parts(
        ("households_read", "households_sent"),
        ("payments_online", "payments"),
        ("residents_within", "residents"),
    ),
)
