"""The jobs, and the orders that run at once, of the present key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.backends.usage import Budget
from app.cancellation import CancelToken
from app.errors import JobNotFound
from app.interactive import Planned
from app.jobs import CallRecord, Job, Page, Status
from app.jobs.pace import Pace
from app.limits.budget import TokenBudget, job_cost
from app.orders import Order
from app.web.authorized.present import Permission, may_see, seen_holder
from app.web.interfaces import InteractiveRun, InteractiveRunner, Jobs


@dataclass(frozen=True)
class AuthorizedJobs:
    """The jobs that a key's holder may see: its own, or all for an admin."""

    inner: Jobs
    permission: Permission

    def submit(
        self, order: Order, /, *, key: str | None = None, fingerprint: str | None = None, callback: str | None = None
    ) -> Job:
        owner = self.permission.allow(order)
        mine = f"{order.holder}: {key}" if key and order.holder else key  # two holders may send the same one
        if owner is None or owner.tokens is None:
            return self.inner.submit(order, key=mine, fingerprint=fingerprint, callback=callback)
        budget = TokenBudget(self.permission.accounts, owner.holder, owner.tokens)
        cost = job_cost(order.content, int(order.flavor.get("maxGenerationLength") or 0))
        return budget.pay_for_job(cost, lambda: self.inner.submit(order, key=mine, fingerprint=fingerprint, callback=callback))

    def find(self, job_id: str, /, *, texts: bool = True) -> Job:
        job = self.inner.find(job_id, texts=texts)
        if not may_see(job.holder):
            raise JobNotFound(job_id)
        return job

    def order(self, job_id: str, /) -> Order:
        return self.inner.order(self.find(job_id, texts=False).id)

    def calls(self, job_id: str, /) -> Sequence[CallRecord]:
        return self.inner.calls(self.find(job_id, texts=False).id)

    def cancel(self, job_id: str, /) -> Job:
        return self.inner.cancel(self.find(job_id, texts=False).id)

    def delete(self, job_id: str, /) -> None:
        self.inner.delete(self.find(job_id, texts=False).id)

    def retry(self, job_id: str, /) -> Job:
        self._afford(job_id)
        return self.inner.retry(job_id)

    def append(self, job_id: str, text: str, /, *, key: str | None = None) -> Job:
        self._afford(job_id)
        return self.inner.append(job_id, text, key=key)

    def _afford(self, job_id: str) -> None:
        """Raises if the budget does not allow more of the job now."""
        self.permission.allow_service(self.find(job_id, texts=False).service)

    def pace(self, service: str, flavor: str, /) -> Pace | None:
        """A median over the jobs of all holders: it tells nothing of any one of them."""
        self.permission.refuse_closed(service)
        return self.inner.pace(service, flavor)

    def changes(self, seen: Mapping[str, int], /) -> Sequence[Job]:
        return [job for job in self.inner.changes(seen) if may_see(job.holder)]

    def list(
        self,
        *,
        service: str | None = None,
        status: Status | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        cursor: str | None = None,
        limit: int = 50,
        holder: str | None = None,
    ) -> Page:
        return self.inner.list(
            service=service,
            status=status,
            after=after,
            before=before,
            cursor=cursor,
            limit=limit,
            holder=seen_holder(holder),
        )

    def counts(self, *, holder: str | None = None) -> Mapping[Status, int]:
        return self.inner.counts(holder=seen_holder(holder))


@dataclass(frozen=True)
class AuthorizedRunner:
    """Starts the orders that their keys allow, each charged to its key's budget."""

    inner: InteractiveRunner
    permission: Permission

    def is_interactive(self, order: Order) -> bool:
        return self.inner.is_interactive(order)

    def plan(self, order: Order) -> Planned:
        self.permission.refuse_closed(order.service)
        return self.inner.plan(order)

    def start(self, order: Order, cancel: CancelToken, budget: Budget | None = None) -> InteractiveRun:
        key = self.permission.allow(order)
        if key is None or key.tokens is None:
            return self.inner.start(order, cancel, budget)
        return self.inner.start(order, cancel, TokenBudget(self.permission.accounts, key.holder, key.tokens))
