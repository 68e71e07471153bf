"""Cancellation: one token says "stop" to everything that one piece of work has started, from any thread.

Who may cancel: a client that disconnects (`web.streaming.disconnects`), a job that is cancelled or taken over
(`worker.calls`), a caller of `stream_response`. Who listens: whatever waits (`http.upstream` shuts its socket down, a
semaphore and a retry wake up, a model in this process stops between two tokens)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType

from app.errors import Cancelled, GatewayError


class CancelToken:
    """Says whether work is to stop, and why. Safe to use from several threads.

    Most requests are never cancelled, and nobody waits on their token: the event is made when somebody does."""

    __slots__ = ("_callbacks", "_event", "_lock", "_reason")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: GatewayError | None = None
        self._callbacks: list[Callable[[], None]] = []
        self._event: threading.Event | None = None

    @property
    def cancelled(self) -> bool:
        return self._reason is not None

    @property
    def reason(self) -> GatewayError | None:
        """Why the work is to stop; None if it is not."""
        return self._reason

    def cancel(self, reason: GatewayError | None = None) -> None:
        """Stops the work; the first *reason* counts. Callbacks run in the calling thread, each at most once."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason or Cancelled("the request was cancelled")
            callbacks, self._callbacks = self._callbacks, []
            if self._event is not None:
                self._event.set()
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raises the reason if the work is to stop."""
        if self._reason is not None:
            raise self._reason

    def wait(self, seconds: float) -> bool:
        """Sleeps for *seconds*, or until the token is cancelled; True if it is."""
        with self._lock:
            if self._reason is not None:
                return True
            if self._event is None:
                self._event = threading.Event()
            event = self._event
        return event.wait(seconds)

    def on_cancel(self, callback: Callable[[], None]) -> Registration:
        """Calls *callback* when the token is cancelled, at once if it is already, as long as the result is entered."""
        return Registration(self, callback)

    def _add(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if self._reason is None:
                self._callbacks.append(callback)
                return
        callback()

    def _remove(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)


class Registration:
    """A callback that is registered while this is entered."""

    __slots__ = ("_callback", "_token")

    def __init__(self, token: CancelToken, callback: Callable[[], None]) -> None:
        self._token = token
        self._callback = callback

    def __enter__(self) -> None:
        self._token._add(self._callback)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._token._remove(self._callback)
