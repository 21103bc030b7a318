"""How do Kafka, the schema registry and Flink run on one machine, pinned and supervised?"""
