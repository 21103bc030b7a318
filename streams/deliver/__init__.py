"""How do those hear of it who have no Kafka? Webhooks, CAP, server-sent events and public data."""
