"""Configuration of backends: the built-in ones, and backends.json."""
