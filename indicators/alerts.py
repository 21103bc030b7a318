"""What is a rule of alerts measured by? Ours: no standard at hand defines how right it has to be."""

from indicators.standard import Edition

ALERT_OUTCOMES_V1 = Edition(
    "project",
    "alert-outcomes-1",
    None,
    None,
    "outcomes by the civil day on which they became known, each alert once with its last one",
)

ALERT_LOAD_V1 = Edition(
    "project",
    "alert-load-1",
    None,
    None,
    "after ISA-18.2 and EEMUA 191: what is told, a group within five minutes once; in time is before the next duty is asked; "
    "chatter is three times from one source in an hour, stale is a day (ours)",
)
