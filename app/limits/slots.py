"""How many calls a backend gets at a time, over all processes and machines: never more than its limit.

Jobs and interactive requests share the slots. While interactive requests run, and for a while after, jobs leave a reserve of
slots free; otherwise jobs may have all."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from itertools import count

from app.cancellation import CancelToken
from app.errors import StoreError
from app.gil import release
from app.storage.slot_locks import Locks, locks_of

POLL_SECONDS = 0.01  # how often the first waiter looks for a slot that another process released
HOLD_SECONDS = 1.0  # so long a process may hand a slot on within itself; then other processes get their chance
KEEP_SECONDS = 0.02  # so long a slot without a waiter is kept for the next call, which is often the same job's
WISH_SECONDS = 60.0  # so long after the last interactive call the reserve stays free
RESERVED = 4  # one slot of so many is the reserve, if there are two or more


class ConcurrencyLimits:
    """The slots of all backends, shared through one database. *interactive*: for requests whose clients wait; else for jobs."""

    def __init__(self, url: str, *, interactive: bool) -> None:
        self._url = url
        self._interactive = interactive
        self._lock = threading.Lock()
        self._locks: dict[int, Locks] = {}  # by process: a forked child has its own

    def semaphore(self, backend: str, most: int) -> SlotSemaphore:
        """Lets calls to *backend* through, *most* at a time."""
        return SlotSemaphore(self._own(), backend, most, interactive=self._interactive)

    def close(self) -> None:
        """Releases what this process holds."""
        with self._lock:
            locks = self._locks.pop(os.getpid(), None)
        if locks is not None:
            locks.close()

    def _own(self) -> Locks:
        with self._lock:
            if os.getpid() not in self._locks:
                self._locks[os.getpid()] = locks_of(self._url)
            return self._locks[os.getpid()]


@dataclass(frozen=True)
class CallContext:
    """On whose behalf this thread calls: a job, and its priority."""

    key: str = ""
    priority: int = 0


call_context: ContextVar[CallContext] = ContextVar("caller", default=CallContext())  # noqa: B039  (frozen)


@dataclass(eq=False)
class _Waiter:
    call_context: CallContext
    number: int
    changed: threading.Condition
    slot: int | None = None


class SlotSemaphore:
    """The slots of one backend for the threads of this process.

    The order: the lower priority number, then the job with fewer calls in flight, then first come. So a job of many calls does
    not hold up the others, and jobs that began together end together, with no slot idle for long."""

    def __init__(self, locks: Locks, backend: str, most: int, *, interactive: bool) -> None:
        self._locks = locks
        self._backend = backend
        self._interactive = interactive
        self._all = range(most)
        self._shared = (
            range(most - max(1, most // RESERVED)) if most > 1 else self._all
        )  # what jobs may have while the reserve is kept
        self._lock = threading.RLock()
        self._line: list[_Waiter] = []
        self._scout: _Waiter | None = None  # the waiter that looks for slots that other processes release
        self._numbers = count()
        self._inside: Counter[str] = Counter()  # calls in flight by context
        self._since: dict[int, float] = {}  # when this process acquired the slots that it has
        self._kept: dict[int, float] = {}  # slots without a call, and until when they are kept
        self._keeping = threading.Condition(self._lock)
        self._keeper: threading.Thread | None = None
        self._others_first_until = 0.0
        self._calls = 0
        self._last_call = 0.0
        self._wish_over: threading.Timer | None = None

    @contextmanager
    def hold(self, cancel: CancelToken | None = None) -> Iterator[None]:
        """Holds a slot while it is entered; waits for one. Raises StoreError, and the reason of *cancel* if that is cancelled
        meanwhile."""
        cancel = cancel or CancelToken()
        with self._wished():
            who = call_context.get()
            slot = None if cancel.cancelled else self._take_at_once(who.key)
            if slot is None:
                waiter = _Waiter(who, next(self._numbers), threading.Condition(self._lock))
                with cancel.on_cancel(partial(self._wake, waiter)):
                    slot = self._take(waiter, cancel)
            try:
                yield
            finally:
                self._leave(who.key, slot)

    def _wake(self, waiter: _Waiter) -> None:
        with self._lock:
            waiter.changed.notify()

    def _take_at_once(self, key: str) -> int | None:
        """A slot that was kept, if no thread waits for one."""
        if not self._kept or self._line:
            return None
        with self._lock:
            slot = self._found_here() if not self._line else None
            if slot is not None:
                self._inside[key] += 1
            return slot

    def _take(self, me: _Waiter, cancel: CancelToken) -> int:
        with self._lock:
            self._line.append(me)
            try:
                while me.slot is None:
                    cancel.check()
                    self._wait(me)
                return me.slot
            except BaseException:
                if me.slot is not None:  # it has one already, and looked for more for the others
                    self._leave(me.call_context.key, me.slot)
                raise
            finally:
                if me in self._line:
                    self._line.remove(me)
                if self._scout is me:
                    self._scout = None
                if self._scout is None and self._line:
                    self._line[0].changed.notify()  # it looks for slots from now on

    def _wait(self, me: _Waiter) -> None:
        self._scout = self._scout or me
        if self._scout is not me:
            release()
            me.changed.wait()
            return
        while self._line and (slot := self._found()) is not None:
            self._hand_on(slot)
        if me.slot is None:
            release()
            me.changed.wait(POLL_SECONDS)

    def _found(self) -> int | None:
        """A free slot: one that was kept, or else one that no process has."""
        if (kept := self._found_here()) is not None:
            return kept
        if time.monotonic() < self._others_first_until:
            return None
        if self._interactive:
            slot_or_none = self._locks.acquire(self._backend, self._all[::-1])  # interactive calls begin with the reserve
        else:
            slot_or_none = self._locks.acquire(self._backend, self._all, self._shared)
        if slot_or_none is not None:
            self._since[slot_or_none] = time.monotonic()
        return slot_or_none

    def _found_here(self) -> int | None:
        """A slot that was kept and may still be handed on."""
        while self._kept:
            slot, _ = self._kept.popitem()
            if self._may_hand_on(slot):
                return slot
            self._give_up(slot)
        return None

    def _hand_on(self, slot: int) -> None:
        """Gives a slot of this process to the waiter that goes first."""
        first = min(self._line, key=self._rank)
        self._line.remove(first)
        self._inside[first.call_context.key] += 1
        first.slot = slot
        first.changed.notify()

    def _rank(self, each: _Waiter) -> tuple[int, int, int]:
        return each.call_context.priority, self._inside[each.call_context.key], each.number

    def _leave(self, key: str, slot: int) -> None:
        with self._lock:
            self._inside[key] -= 1
            if not self._inside[key]:
                del self._inside[key]
            if not self._line:
                self._keep(slot)
            elif self._may_hand_on(slot):
                self._hand_on(slot)
            else:
                self._others_first_until = time.monotonic() + 2 * POLL_SECONDS
                self._give_up(slot)

    def _keep(self, slot: int) -> None:
        """Keeps a slot for a moment: to release it and to acquire it again costs two round trips to the database."""
        self._others_first_until = 0.0
        now = time.monotonic()
        if now - self._since[slot] >= HOLD_SECONDS:
            self._give_up(slot)
            return
        self._kept[slot] = now + KEEP_SECONDS
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep_for_a_moment, name="places", daemon=True)
            self._keeper.start()
        elif len(self._kept) == 1:
            self._keeping.notify()

    def _keep_for_a_moment(self) -> None:
        """Releases slots that were kept in vain; ends when there has been nothing to keep for a while."""
        with self._lock:
            while self._kept or self._keeping.wait(HOLD_SECONDS) or self._kept:  # a slot may come while the wait runs out
                now = time.monotonic()
                for slot in [slot for slot, until in self._kept.items() if until <= now]:
                    del self._kept[slot]
                    self._give_up(slot)
                if self._kept:
                    self._keeping.wait(max(0.0, min(self._kept.values()) - now))
            self._keeper = None

    def _may_hand_on(self, slot: int) -> bool:
        try:
            if time.monotonic() - self._since[slot] >= HOLD_SECONDS:
                return False
            return self._interactive or slot in self._shared or not self._locks.is_reserved(self._backend)
        except StoreError:
            return False

    def _give_up(self, slot: int) -> None:
        del self._since[slot]
        with suppress(StoreError):  # then the connection is lost, and the slot with it
            self._locks.release(self._backend, slot)

    @contextmanager
    def _wished(self) -> Iterator[None]:
        """Has jobs keep the reserve free while an interactive call runs, and for a while after it."""
        if not self._interactive:
            yield
            return
        with self._lock:
            self._locks.reserve_interactive(self._backend)
            self._calls += 1
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._last_call = time.monotonic()
                if (
                    self._wish_over is None
                ):  # one timer for many calls: a thread for each would be a good part of what a call costs
                    self._stop_wishing_in(WISH_SECONDS)

    def _stop_wishing_in(self, seconds: float) -> None:
        self._wish_over = threading.Timer(seconds, self._stop_wishing)
        self._wish_over.daemon = True
        self._wish_over.start()

    def _stop_wishing(self) -> None:
        with self._lock, suppress(StoreError):
            left = self._last_call + WISH_SECONDS - time.monotonic()
            if self._calls or left > 0:
                self._stop_wishing_in(WISH_SECONDS if self._calls else left)
                return
            self._wish_over = None
            self._locks.release_reserve(self._backend)
