"""Do the declarations of the systems and of their indicators fit together?"""

import pytest

from indicators.catalog import INDICATORS
from streams.catalog import SYSTEMS

COUNTED = {
    system.source.measure: set(system.source.counted.sums)
    for system in SYSTEMS.values()
    if system.source.counted is not None
}
JUDGED = [found for found in INDICATORS.values() if found.judged is not None and found.measure in COUNTED]


@pytest.mark.parametrize("indicator", JUDGED, ids=lambda found: found.id)
def test_an_indicator_shows_inputs_that_its_system_counts(indicator):
    assert indicator.inputs
    assert set(indicator.inputs) <= COUNTED[indicator.measure]


@pytest.mark.parametrize("slug", SYSTEMS)
def test_every_system_has_indicators_and_what_it_counts_is_used(slug):
    declared = [found for found in INDICATORS.values() if found.system == slug]

    assert declared
    assert {found.measure.partition(".")[0] for found in declared} == {slug}
