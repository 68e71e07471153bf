"""The calls of one job: made only while its claim holds, and ended from outside once it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from app.backends.base import Answer, Backend, Call
from app.backends.wrappers.cancellable import Cancellable
from app.cancellation import CancelToken
from app.errors import Cancelled, GatewayError, StoreError
from app.jobs import Claim, Jobs
from app.limits.slots import CallContext, call_context
from app.periodic import Periodic

LOOK_SECONDS = 0.25  # how often a worker checks its claims
TELL_SECONDS = 1.0  # failed attempts of a job are published at most this often: its calls may fail side by side


class CallPermit:
    """Whether a job may still make calls. *cancel* ends those in flight. Safe to use from several threads."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.cancel = CancelToken()
        self.context = CallContext(claim.job_id, claim.order.priority, self._tell)
        self._telling = threading.Lock()
        self._told = -TELL_SECONDS  # when a failed attempt was published last

    def withdraw(self, why: GatewayError) -> None:
        """Ends the calls in flight; their threads, and every later call, raise *why*."""
        self.cancel.cancel(why)

    def check(self) -> None:
        """Raises the reason if no call may be made."""
        self.cancel.check()
        self.claim.check()

    @contextmanager
    def calling(self) -> Iterator[None]:
        """The calls of this thread meanwhile are the job's."""
        token = call_context.set(self.context)
        try:
            yield
        finally:
            call_context.reset(token)

    def _tell(self, trouble: str) -> None:
        with self._telling:
            now = time.monotonic()
            if now - self._told < TELL_SECONDS:
                return
            self._told = now
        with suppress(StoreError):  # it is news, and no part of the result
            self.claim.tell(trouble)

    def sleep(self, seconds: float) -> None:
        """Sleeps for *seconds*; raises at once when the permit is withdrawn."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.cancel.wait(min(left, LOOK_SECONDS))
            self.check()


class FencedBackend(Cancellable):
    """A backend as one job may use it; its calls go to the same replica, which has cached their common prefix."""

    def __init__(self, backend: Backend, permit: CallPermit) -> None:
        super().__init__(backend, permit.cancel)
        self._permit = permit

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        with self._permit.calling():
            try:
                self._permit.check()
                return super().complete(replace(call, affinity=call.affinity or self._permit.claim.job_id), cancel)
            except Cancelled:
                self._permit.check()
                raise


class ClaimMonitor:
    """One thread that checks, while jobs run, which claims no longer hold, and withdraws those jobs' permits."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._lock = threading.Lock()
        self._permits: dict[Claim, CallPermit] = {}
        self._periodic = Periodic(
            "watch", LOOK_SECONDS, self._withdraw_lost, needed=lambda: bool(self._permits), retry_seconds=LOOK_SECONDS
        )

    @contextmanager
    def watch(self, claim: Claim) -> Iterator[CallPermit]:
        """Watches the claim, and returns the job's permit to make calls."""
        permit = CallPermit(claim)
        with self._lock:
            self._permits[claim] = permit
        self._periodic.start()
        try:
            yield permit
        finally:
            with self._lock:
                del self._permits[claim]

    def _withdraw_lost(self) -> None:
        with self._lock:
            permits = dict(self._permits)
        for claim, why in self._jobs.lost(permits).items():
            permits[claim].withdraw(why)
