"""The `citybrain` command, settings and the city clock."""
