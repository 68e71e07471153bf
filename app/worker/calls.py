"""The calls of one job: made only while the job is ours, and ended from outside when it is ours no more."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.backends.base import Answer, Backend, Call, Stream
from app.backends.wrappers.base import BackendWrapper
from app.errors import Cancelled, GatewayError, StoreError
from app.jobs import Claim, Jobs
from app.limits.slots import CallContext, call_context

LOOK_SECONDS = 0.25  # how often a worker looks which of its jobs are still its own

log = logging.getLogger(__name__)


class CallPermit:
    """Whether a job may still make calls, and the calls that it is making. Safe to use from several threads."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._lock = threading.Lock()
        self._open: set[Stream] = set()
        self._gone = threading.Event()
        self._why: GatewayError = Cancelled("cancelled")
        self._call_context = CallContext(claim.job_id, claim.order.priority)

    def withdraw(self, why: GatewayError) -> None:
        """Ends the calls in flight, whose threads get *why*; so does every later call."""
        with self._lock:
            self._why = why
            self._gone.set()
            streams = list(self._open)
        for stream in streams:
            stream.close()

    def check(self) -> None:
        """Raises why no call may be made."""
        if self._gone.is_set():
            raise self._why
        self.claim.check()

    def whole(self, stream: Stream) -> Answer:
        """The answer that *stream* brings, unless the job is withdrawn before its end."""
        with self._lock:
            self._open.add(stream)
        token = call_context.set(self._call_context)
        try:
            self.check()
            return stream.whole()
        except Cancelled:
            self.check()
            raise
        finally:
            call_context.reset(token)
            with self._lock:
                self._open.discard(stream)

    def rest(self, seconds: float) -> None:
        """Does nothing for so long; raises at once when the job is withdrawn."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._gone.wait(min(left, LOOK_SECONDS))
            self.check()


class FencedBackend(BackendWrapper):
    """A backend as one job may use it; calls of one job go to the same replica, which knows their beginning."""

    def __init__(self, backend: Backend, leave: CallPermit) -> None:
        super().__init__(backend)
        self._leave = leave

    def complete(self, call: Call) -> Answer:
        self._leave.check()
        known_by = replace(call, affinity=call.affinity or self._leave.claim.job_id)
        return self._leave.whole(self._backend.stream(known_by))


class ClaimMonitor:
    """One thread that looks, while jobs run, which of them are not ours any more, and withdraws them."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._lock = threading.Lock()
        self._leaves: dict[Claim, CallPermit] = {}
        self._looking = False

    @contextmanager
    def watch(self, claim: Claim) -> Iterator[CallPermit]:
        """The job's leave to make calls."""
        leave = CallPermit(claim)
        with self._lock:
            self._leaves[claim] = leave
            if not self._looking:
                self._looking = True
                threading.Thread(target=self._keep_looking, name="watch", daemon=True).start()
        try:
            yield leave
        finally:
            with self._lock:
                del self._leaves[claim]

    def _keep_looking(self) -> None:
        while leaves := self._next():
            try:
                lost = self._jobs.lost(leaves)
            except StoreError as error:
                log.debug("cannot look after the running jobs: %s", error)
                continue
            for claim, why in lost.items():
                leaves[claim].withdraw(why)

    def _next(self) -> dict[Claim, CallPermit]:
        """The jobs to look after, in a while; none when no job has come by then, which ends the thread."""
        time.sleep(LOOK_SECONDS)
        with self._lock:
            self._looking = bool(self._leaves)
            return dict(self._leaves)
