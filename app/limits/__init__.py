"""Limits: how many calls a backend takes at a time, and what the holder of a key may spend."""
