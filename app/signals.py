"""Signals that mean something to other programs and nothing here: they open logs anew, or replace the program by itself.

Scripts send them to all alike, and what nobody handles ends a process."""

from __future__ import annotations

import signal

STRANGE = (signal.SIGUSR1, signal.SIGUSR2)


def ignore_strange() -> None:
    """From now on they change nothing in this process, nor in those that it starts."""
    for number in STRANGE:
        signal.signal(number, signal.SIG_IGN)
