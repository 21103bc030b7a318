"""One file a command: what it asks of the line, and how it tells a person."""
