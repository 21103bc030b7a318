"""Which values want somebody's attention, and what became of it? Rules, the life of alerts, and their service."""
