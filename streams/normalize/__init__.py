"""What becomes an event? Decode, validate, set event time once, enrich, drop repeats; the rest is a dead letter."""
