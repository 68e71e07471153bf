"""The fast path: short requests are read, answered and logged past gunicorn's own code.

It uses internals of gunicorn's worker, so it is on only for versions of gunicorn that it was tested with. Without it
the gateway is slower (a factor of 1.9 on `/v1`), and otherwise the same."""

from __future__ import annotations

import logging

import gunicorn

TESTED = ((27, 0), (27, 1))  # gunicorn's versions, from the first to before the second

log = logging.getLogger(__name__)


def is_on(wanted: str, version: tuple[int, ...] = gunicorn.version_info) -> bool:
    """Whether the fast path is used: if FAST_PATH, *wanted*, is `on`, and gunicorn's *version* is a tested one."""
    if wanted != "on":
        log.info("the fast path is off: FAST_PATH=%s", wanted)
        return False
    if not TESTED[0] <= version[:2] < TESTED[1]:
        log.warning("the fast path is off: it was not tested with gunicorn %s", ".".join(map(str, version)))
        return False
    return True
