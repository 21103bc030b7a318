"""How do feeds come in over HTTP? Checks who sends, what it holds, and tells it when the record is on its topic."""
