"""What one event is: one `.avsc` a record, the codec for it, and the registry that guards its versions."""
