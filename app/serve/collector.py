"""When the garbage collector runs in a process that serves for long."""

from __future__ import annotations

import gc

COLLECT_AFTER = (10_000, 10, 10)  # objects that came and did not go, and generations; Python's own 700 suit smaller programs


def exempt_existing_objects() -> None:
    """Exempts existing objects from garbage collection: scanning them again and again was 5 % of a request, and 10 % of a
    worker's call to a model."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
