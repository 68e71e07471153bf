"""Gives the memory of large requests back to the system: the C library keeps it for a next one, which may never come."""

from __future__ import annotations

import ctypes
import gc
import threading
from collections.abc import Callable

from flask import Flask, request

LARGE = 2 * 2**20  # bytes of a body; reading it takes about ten times as many
PAUSE = 1.0  # seconds: until then the request has ended and nothing refers to its texts


def give_back() -> None:
    """Returns what is free to the system; does nothing if the C library has no way to do so (musl, macOS).

    Objects that refer to each other are collected first: one of them keeps a whole block of memory."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def register(app: Flask, give_back: Callable[[], None] = give_back, *, pause: float = PAUSE) -> None:
    @app.teardown_request
    def later(_error: BaseException | None) -> None:
        if (request.content_length or 0) >= LARGE:
            timer = threading.Timer(pause, give_back)
            timer.daemon, timer.name = True, "memory"
            timer.start()
