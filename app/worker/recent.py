"""What model servers said a moment ago: asked once for all jobs that begin at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

KEPT_SECONDS = 2.0  # for which an answer is good for further jobs

Said = TypeVar("Said")


class RecentAnswers:
    """Answers by what was asked. While one thread asks, the others that need the same answer wait for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asking: dict[Hashable, threading.Lock] = {}
        self._answers: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, ask: Callable[[], Said], keep: Callable[[Said], bool] = lambda _: True) -> Said:
        """What *ask* returns, or returned lately for *key*; remembered if *keep* is true of it."""
        with self._lock:
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            until, answer = self._answers.get(key, (-1.0, None))
            if self._clock() >= until:
                answer = ask()
                if keep(answer):
                    self._answers[key] = self._clock() + KEPT_SECONDS, answer
            kept: Said = answer
            return kept
