"""What is windowed: SQL that opens with its question, and the runner that keeps its jobs alive."""
