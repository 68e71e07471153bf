"""Files that people edit while we run: each keeps its last good version until a new one can be used."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from app.errors import GatewayError, ManifestError

T = TypeVar("T")

log = logging.getLogger(__name__)


class Followed(Generic[T]):
    """What a file or a folder says: the last version of it that could be used. Safe to use from several threads.

    *read* makes the value. It is given the value so far (None at first), and returns it if nothing has changed. If it raises a
    GatewayError, that is logged once and kept in `error`, and the value stays. *mark* tells cheaply whether the file may have
    changed; without it, every look reads. *changed* is called with each new value. *problems* says what is wrong with a value
    that can be used all the same. *fallback* makes the value if the first version cannot be used; without it, the error of the
    first reading is raised."""

    def __init__(
        self,
        name: str,
        read: Callable[[T | None], T],
        *,
        mark: Callable[[], Hashable] = object,
        changed: Callable[[T], None] = lambda _value: None,
        problems: Callable[[T], Iterable[object]] = lambda _value: (),
        fallback: Callable[[], T] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._read = read
        self._mark = mark
        self._changed = changed
        self._problems = problems
        self._clock = clock
        self._lock = threading.Lock()
        self._told: frozenset[str] = frozenset()
        self._marked: Hashable = None
        self._looked = clock()
        self.error: GatewayError | None = None
        try:
            self._marked = mark()
            self._value = read(None)
        except GatewayError as error:
            if fallback is None:
                raise
            self.error = error
            self._value = fallback()
        else:
            changed(self._value)
        self._tell()

    @property
    def value(self) -> T:
        return self._value

    def not_older_than(self, seconds: float) -> T:
        """The value, after a look if the last one is so many seconds ago."""
        if self._clock() - self._looked >= seconds:
            self.look()
        return self._value

    def look(self) -> bool:
        """Reads again if the file may have changed, or could not be used; True for a new value."""
        with self._lock:
            return self._look(read_all=self.error is not None)

    def reread(self) -> bool:
        """Reads again, whatever the mark says; True for a new value."""
        with self._lock:
            return self._look(read_all=True)

    def _look(self, *, read_all: bool) -> bool:
        before = self._value
        self._looked = self._clock()
        try:
            mark = self._mark()
            if mark == self._marked and not read_all:
                return False
            self._marked = mark
            self._value = self._read(before)
        except GatewayError as error:
            self.error = error
            self._tell()
            return False
        self.error = None
        if self._value is not before:
            self._changed(self._value)
        self._tell()
        return self._value is not before

    def _tell(self) -> None:
        """Logs each problem that there was not at the last look."""
        said = self._name if self.error is None else f"{self._name} not loaded, the last good version stays"
        problems = dict.fromkeys(map(str, self._problems(self._value) if self.error is None else _parts(self.error)))
        for problem in problems:
            if problem not in self._told:
                log.error("%s: %s", said, problem)
        self._told = frozenset(problems)


def _parts(error: GatewayError) -> Iterable[object]:
    return error.problems if isinstance(error, ManifestError) else [error]
