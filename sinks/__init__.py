"""Where it rests: tables, views, and the writer that may repeat itself without harm."""
