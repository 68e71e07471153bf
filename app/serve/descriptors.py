"""How many files a process may have open: each connection, each file and each slot of a backend is one."""

from __future__ import annotations

import logging
import resource

WANTED = 65_536
FEW = 256  # with fewer, some part of a gateway soon finds none left

log = logging.getLogger(__name__)


def raised() -> int:
    """Raises the limit on open files as far as the system lets this process, and returns it."""
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if most == resource.RLIM_INFINITY else min(WANTED, most)
    if soft == resource.RLIM_INFINITY:
        return WANTED
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    return max(soft, wanted)


def warn_if_few() -> None:
    """Says in the log if the system lets this process open so few files that a part of the gateway will miss some."""
    if (most := raised()) < FEW:
        log.warning(
            "only %d files may be open at a time: requests, jobs or documents will fail: raise the limit (ulimit -n, "
            "LimitNOFILE of systemd, --ulimit nofile of Docker) to 1024 or more",
            most,
        )
