"""What is open, until when, and who has it? Follows everything with a deadline, from its opening to its close."""
