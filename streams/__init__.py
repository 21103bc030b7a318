"""What flows: the topic catalog and the record-by-record services."""
