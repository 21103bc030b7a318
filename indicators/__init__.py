"""What does a measured number mean? Pure formulas under dated standards, exact, no I/O, no clock.

Read `catalog` for what is published, `air`, `traffic` and `emergency` for how it is computed,
and `standard` for how a civil day finds the edition that judges it.
"""
