"""The calls of one job: made only while its claim holds, and ended from outside once it does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.backends.base import Answer, Backend, Call
from app.backends.wrappers.cancellable import Cancellable
from app.cancellation import CancelToken
from app.errors import Cancelled, GatewayError
from app.jobs import Claim, Jobs
from app.limits.slots import CallContext, call_context
from app.periodic import Periodic

LOOK_SECONDS = 0.25  # how often a worker checks its claims


class CallPermit:
    """Whether a job may still make calls. *cancel* ends those in flight. Safe to use from several threads."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.cancel = CancelToken()
        self.context = CallContext(claim.job_id, claim.order.priority)

    def withdraw(self, why: GatewayError) -> None:
        """Ends the calls in flight; their threads, and every later call, raise *why*."""
        self.cancel.cancel(why)

    def check(self) -> None:
        """Raises the reason if no call may be made."""
        self.cancel.check()
        self.claim.check()

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
        token = call_context.set(self._permit.context)
        try:
            self._permit.check()
            return super().complete(replace(call, affinity=call.affinity or self._permit.claim.job_id), cancel)
        except Cancelled:
            self._permit.check()
            raise
        finally:
            call_context.reset(token)


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
