"""How many calls a backend gets at a time, over all processes and machines: never more than its limit.

Jobs and interactive requests share the slots. While interactive requests run, and for a while after, jobs leave a reserve of
slots free; otherwise jobs may have all."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from math import inf

from app.cancellation import CancelToken
from app.errors import StoreError
from app.gil import release
from app.storage.slot_locks import Locks, Wishes, locks_of

POLL_SECONDS = 0.01  # between two questions for slots that other processes released, while calls wait
LOOK_SECONDS = 0.05  # between two looks at what other processes wish
HOLD_SECONDS = 1.0  # so long a process may hand a slot on within itself while another process waits for one
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
    """On whose behalf this thread calls: a job, and its priority. *failed* is told why an attempt failed that is repeated."""

    key: str = ""
    priority: int = 0
    failed: Callable[[str], None] | None = field(default=None, compare=False)


call_context: ContextVar[CallContext] = ContextVar("caller", default=CallContext())  # noqa: B039  (frozen)
_to_report: ContextVar[list[Callable[[], None]] | None] = ContextVar("to_report", default=None)


@contextmanager
def storing() -> Iterator[None]:
    """The answer to a call that is made meanwhile is stored when it is left; until then it counts as not stored."""
    stored: list[Callable[[], None]] = []
    token = _to_report.set(stored)
    try:
        yield
    finally:
        _to_report.reset(token)
        for report in stored:
            report()


class _Waiter:
    """A call that waits. A lock wakes its thread once; with an event, it would wait again for the lock of the event."""

    def __init__(self, call_context: CallContext, number: int) -> None:
        self.call_context = call_context
        self.number = number
        self.slot: int | None = None
        self.error: StoreError | None = None
        self._sleeps = threading.Lock()
        self._sleeps.acquire()

    def wait(self) -> None:
        self._sleeps.acquire()

    def wake(self) -> None:
        """Ends the wait, or one that has not begun yet."""
        with suppress(RuntimeError):  # it was woken already, e.g. by a cancellation
            self._sleeps.release()


@dataclass(frozen=True)
class _Errand:
    """What is to be asked of the database, all at once."""

    surplus: tuple[int, ...] = ()  # slots to release
    free: tuple[int, ...] = ()  # slots that may be free
    missing: int = 0  # how many of them to acquire
    look: bool = False
    want: bool | None = None  # whether this process waits for slots, if that has changed
    stop_wishing: bool = False

    def __bool__(self) -> bool:
        return self != _NOTHING


_NOTHING = _Errand()


class SlotSemaphore:
    """The slots of one backend for the threads of this process.

    The order: the lower priority number, then the job with fewer calls in flight, then first come. So a job of many calls does
    not hold up the others, and jobs that began together end together, with no slot idle for long.

    No call begins while as many answers as there are slots are not stored yet. So a worker that is killed has twice as many
    calls to make again as there are slots, at most, however slow the database is.

    One thread asks the database, for all calls that wait, and never while it holds the lock of this object. A slot stays with
    the process and goes from call to call, until no call needs it or another process waits for one."""

    def __init__(self, locks: Locks, backend: str, most: int, *, interactive: bool) -> None:
        self._locks = locks
        self._backend = backend
        self._interactive = interactive
        self._all = range(most)
        self._shared = (
            range(most - max(1, most // RESERVED)) if most > 1 else self._all
        )  # what jobs may have while the reserve is kept
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._looks_again_at = inf  # when the thread looks by itself what there is to do
        self._line: list[_Waiter] = []
        self._numbers = count()
        self._inside: Counter[str] = Counter()  # calls in flight by context
        self._unstored = 0  # answers that are not stored yet
        self._since: dict[int, float] = {}  # when this process acquired the slots that it has
        self._kept: dict[int, float] = {}  # slots without a call, and until when they are kept
        self._surplus: list[int] = []  # slots that the thread is to release
        self._others_first: dict[int, float] = {}  # slots that were given up, and until when only others may have them
        self._ask_at = self._look_at = 0.0
        self._wishes = Wishes(reserved=True, wanted=True)  # until the first look
        self._wanting = False
        self._wishing = threading.Lock()
        self._reserved = False  # whether this process reserves the backend
        self._calls = 0
        self._last_call = 0.0

    @contextmanager
    def hold(self, cancel: CancelToken | None = None) -> Iterator[None]:
        """Holds a slot while it is entered; waits for one. Raises StoreError, and the reason of *cancel* if that is cancelled
        meanwhile."""
        with self._wished():
            who = call_context.get()
            slot = self._take(who, cancel or CancelToken())
            answered = False
            try:
                yield
                answered = True
            finally:
                self._leave(who.key, slot, _to_report.get() if answered else None)

    def _take(self, who: CallContext, cancel: CancelToken) -> int:
        cancel.check()
        with self._changed:
            if not self._line and self._may_begin() and (slot := self._kept_slot()) is not None:
                self._inside[who.key] += 1
                return slot
            me = _Waiter(who, next(self._numbers))
            self._line.append(me)
            if len(self._line) == 1:  # else the thread knows already that calls wait
                self._wake()
        release()
        try:
            with cancel.on_cancel(me.wake):
                me.wait()
        finally:
            if me.slot is None:
                self._leave_line(me)
        if me.slot is not None:
            return me.slot
        cancel.check()
        raise me.error or StoreError("no slot was given")

    def _leave_line(self, me: _Waiter) -> None:
        with self._changed:
            if me in self._line:
                self._line.remove(me)

    def _kept_slot(self) -> int | None:
        """A slot that was kept and may still be used."""
        while self._kept:
            slot, _ = self._kept.popitem()
            if self._may_stay(slot):
                return slot
            self._give_up(slot)
        return None

    def _leave(self, key: str, slot: int, to_report: list[Callable[[], None]] | None) -> None:
        """*to_report* takes what is to be called once the answer is stored; None if there is none to store."""
        with self._changed:
            if to_report is not None:
                self._unstored += 1
                to_report.append(self._stored)
            self._inside[key] -= 1
            if not self._inside[key]:
                del self._inside[key]
            if self._may_stay(slot):
                self._offer(slot)
            else:
                self._others_first[slot] = time.monotonic() + 2 * POLL_SECONDS
                self._give_up(slot)

    def _stored(self) -> None:
        with self._changed:
            self._unstored -= 1
            if self._line and self._unstored == len(self._all) - 1:  # no call could begin before
                while self._line and (slot := self._kept_slot()) is not None:
                    self._offer(slot)
                self._wake()

    def _may_begin(self) -> bool:
        return self._unstored < len(self._all)

    def _offer(self, slot: int) -> None:
        """Gives a slot of this process to the call that goes first; without one, keeps it for a moment: to release it and to
        acquire it again costs two round trips to the database."""
        if self._line and self._may_begin():
            first = min(self._line, key=self._rank)
            self._line.remove(first)
            self._inside[first.call_context.key] += 1
            first.slot = slot
            first.wake()
        else:
            self._kept[slot] = until = time.monotonic() + KEEP_SECONDS
            if until < self._looks_again_at:
                self._wake()

    def _rank(self, each: _Waiter) -> tuple[int, int, int]:
        return each.call_context.priority, self._inside[each.call_context.key], each.number

    def _may_stay(self, slot: int) -> bool:
        """Whether the process may use the slot for a further call."""
        if self._wishes.wanted and time.monotonic() - self._since[slot] >= HOLD_SECONDS:
            return False
        return self._interactive or slot in self._shared or not self._wishes.reserved

    def _give_up(self, slot: int) -> None:
        del self._since[slot]
        self._surplus.append(slot)
        self._wake()

    def _wake(self) -> None:
        """Has the thread look what there is to do; it begins with the first call, and again in a forked child."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="slots", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _serve(self) -> None:
        """Runs errands until there has been nothing to do for a while."""
        try:
            while (errand := self._next()) is not None:
                self._run(errand)
        except BaseException:  # a bug: the next call begins another thread, and nobody waits for this one
            with self._changed:
                self._thread, self._looks_again_at = None, inf
            self._fail(StoreError("the slots of the backend could not be managed; send the request again"))
            raise

    def _next(self) -> _Errand | None:
        with self._changed:
            while not (errand := self._errand()):
                due = self._looks_again_at = self._due()
                self._changed.wait(HOLD_SECONDS if due == inf else max(0.0, due - time.monotonic()))
                if due == inf and self._due() == inf and not self._surplus:
                    self._thread = None
                    return None
            self._looks_again_at = 0.0  # before it waits again
            return errand

    def _errand(self) -> _Errand:
        """What is to do now."""
        now = time.monotonic()
        for slot in [slot for slot, until in self._kept.items() if until <= now]:
            del self._kept[slot]
            self._give_up(slot)
        surplus, self._surplus = tuple(self._surplus), []
        free = self._free(now) if self._lacks_slots() and now >= self._ask_at else ()
        look = now >= self._look_at and self._busy()
        if look:
            self._look_at = now + LOOK_SECONDS
        want = False if self._wanting and not self._line else None
        return _Errand(surplus, free, min(len(free), len(self._line)), look, want, now >= self._wish_end())

    def _free(self, now: float) -> tuple[int, ...]:
        self._ask_at = now + POLL_SECONDS
        first = self._others_first
        return tuple(slot for slot in self._all if slot not in self._since and first.get(slot, 0.0) <= now)

    def _due(self) -> float:
        """When there may be something to do next, if nothing changes."""
        ask = self._ask_at if self._lacks_slots() else inf
        look = self._look_at if self._busy() else inf
        return min(ask, look, self._wish_end(), *self._kept.values())

    def _wish_end(self) -> float:
        return self._last_call + WISH_SECONDS if self._reserved and not self._calls else inf

    def _lacks_slots(self) -> bool:
        return bool(self._line) and self._may_begin() and len(self._since) < len(self._all)

    def _busy(self) -> bool:
        return bool(self._line or len(self._since) > len(self._kept))

    def _run(self, errand: _Errand) -> None:
        found: Sequence[int] = ()
        wishes = self._wishes
        try:
            if errand.surplus:
                self._locks.release(self._backend, errand.surplus)
            if errand.stop_wishing:
                self._stop_wishing()
            if errand.look:
                wishes = self._locks.look(self._backend)
            if errand.missing:
                found = self._acquire(errand)
            self._tell(True if len(found) < errand.missing else errand.want)
        except StoreError as error:  # a connection that is lost has lost the slots to release, too
            wishes = Wishes(reserved=True, wanted=True)
            if errand.missing and not found:
                self._fail(error)
        self._share_out(found, wishes)

    def _acquire(self, errand: _Errand) -> Sequence[int]:
        if self._interactive:  # these calls begin with the reserve
            return self._locks.acquire(self._backend, errand.free[::-1], most=errand.missing)
        shared = [slot for slot in errand.free if slot in self._shared]
        return self._locks.acquire(self._backend, errand.free, shared, errand.missing)

    def _tell(self, want: bool | None) -> None:
        if want is not None and want != self._wanting:
            self._locks.want(self._backend, want)
            self._wanting = want

    def _share_out(self, found: Sequence[int], wishes: Wishes) -> None:
        with self._changed:
            self._wishes = wishes
            for slot in found:
                self._since[slot] = time.monotonic()
                self._offer(slot)

    def _fail(self, error: StoreError) -> None:
        """Ends the wait of all calls: the database is away."""
        with self._changed:
            line, self._line = self._line, []
            for each in line:
                each.error = error
                each.wake()

    @contextmanager
    def _wished(self) -> Iterator[None]:
        """Has jobs keep the reserve free while an interactive call runs, and for a while after it."""
        if not self._interactive:
            yield
            return
        with self._wishing:
            if not self._reserved:
                self._locks.reserve_interactive(self._backend)
                self._reserved = True
            self._calls += 1
        try:
            yield
        finally:
            with self._wishing:
                self._calls -= 1
                self._last_call = time.monotonic()

    def _stop_wishing(self) -> None:
        with self._wishing:
            if time.monotonic() >= self._wish_end():
                self._reserved = False
                self._locks.release_reserve(self._backend)
