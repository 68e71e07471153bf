"""The fast path: short requests read, answered and logged past gunicorn's own code."""
