"""The job queue: how jobs wait, how workers take them, and what becomes of those of a dead worker."""
