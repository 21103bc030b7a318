"""How fast is the line, and against what? `make bench`."""
