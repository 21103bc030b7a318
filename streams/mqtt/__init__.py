"""How do feeds come in from an MQTT broker? Each message becomes a raw record, and is acknowledged when it is one."""
