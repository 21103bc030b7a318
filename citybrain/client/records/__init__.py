"""The records that a subscriber is handed, typed; each is written from its schema."""

from citybrain.client.records.alert import Alert
from citybrain.client.records.case_change import CaseChange
from citybrain.client.records.indicator import Indicator

__all__ = ["Alert", "CaseChange", "Indicator"]
