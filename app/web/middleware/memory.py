"""What large requests need of the memory of a process: few garbage collections while they are read, and in the end it is given
back to the system."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

from flask import Flask
from flask.globals import app_ctx, request_ctx

from app import allocator
from app.storage import words

LARGE = 2 * 2**20  # bytes of a body; reading it takes about ten times as many
MOST_DIGITS = 20  # of a body's length; no body is longer, and Python reads no number of more than 4,300
PAUSE = 1.0  # seconds: until then the request has ended and nothing refers to its texts
NEVER = 10**6  # collections of younger objects after which all objects are looked at


class Collections:
    """Puts off garbage collections of all objects while anybody reads a large body: one looks at each of its turns, and keeps
    all other threads waiting meanwhile. Young objects are collected as before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading = 0
        self._usual = gc.get_threshold()

    def put_off(self) -> None:
        with self._lock:
            self._reading += 1
            if self._reading == 1:
                self._usual = gc.get_threshold()
                gc.set_threshold(*self._usual[:2], NEVER)

    def resume(self) -> bool:
        """Whether nobody reads a large body any more."""
        with self._lock:
            self._reading -= 1
            if not self._reading:
                gc.set_threshold(*self._usual)
            return not self._reading


def give_back() -> None:
    """Returns what is free to the system. First goes what lies all over the memory that a long text has left, as one object
    keeps a whole block of it: objects that refer to each other, and the words that are remembered."""
    words.forget()
    gc.collect()
    allocator.give_back()


def register(app: Flask, give_back: Callable[[], None] = give_back, *, pause: float = PAUSE) -> None:
    collections = Collections()

    def end() -> None:
        if collections.resume():
            give_back()

    @app.before_request
    def put_off() -> None:
        length = request_ctx.request.environ.get("CONTENT_LENGTH", "")  # a look at a proxy costs a microsecond
        if length.isdecimal() and len(length) < MOST_DIGITS and int(length) >= LARGE:
            collections.put_off()
            app_ctx.g.collections_put_off = True

    @app.teardown_request
    def later(_error: BaseException | None) -> None:
        if app_ctx.g.pop("collections_put_off", False):
            timer = threading.Timer(pause, end)
            timer.daemon, timer.name = True, "memory"
            timer.start()
