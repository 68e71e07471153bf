"""What a client's call can end with instead of its result.

GatewayError
    NotReachable     there was no answer, or none of a gateway
    Refused          the answer was an error
    JobFailed        the job has ended without a result
        JobCancelled     because it was cancelled
    JobUnfinished    the job has not ended yet"""

from __future__ import annotations

from app.client.values import Job


class GatewayError(Exception):
    """Everything that the client raises by itself."""


class NotReachable(GatewayError):
    """The gateway gave no answer, however often it was asked, or something else is at that address."""


class Refused(GatewayError):
    """The gateway's answer was an error. *kind* is its name for programs (`flavor_not_found`), *message* says what is wrong and
    *detail* what to do, and *retry_after* is when to ask again, in seconds, if the gateway says so."""

    def __init__(self, status: int, kind: str, message: str, *, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{message} ({status} {kind})" if kind else f"{message} ({status})")
        self.status = status
        self.message = message
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after


class JobFailed(GatewayError):
    """The job has ended without a result."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"job {job.id}: {job.error or job.status}")
        self.job = job


class JobCancelled(JobFailed):
    """The job was cancelled."""


class JobUnfinished(GatewayError):
    """The job has not ended yet."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"job {job.id} is {job.status}")
        self.job = job
