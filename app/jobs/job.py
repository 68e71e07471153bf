"""A job as its readers see it: status, progress, result and cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.orders import Json


class Status(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETE = "complete"
    ERROR = "error"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self not in OPEN


OPEN = (Status.QUEUED, Status.PROCESSING)


@dataclass(frozen=True)
class Job:
    """One accepted order and what became of it.

    *done* of *total* units of *phase* are finished, and *percent* (0 to 100) of the whole; *text* is the text so far while it
    runs. *result* is set once it is complete, *error* (for people to read) once it has failed. *attempts* counts how often a
    worker took it, and *worker* is the one that took it last. *version* grows with every change. While it waits for a backend
    *trouble* says why. If another flavor replaced it, *original_flavor* is the requested one, and *failover* the reason.
    *holder* is the holder of the API key, None if there are no keys. *stale* names the parts of the result that rest on turns
    which were corrected since. *replay_of* is the id of the job that it runs again. Times are UTC."""

    id: str
    service: str
    flavor: str
    kind: str
    backend: str
    status: Status
    generation: str
    priority: int
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    phase: str = ""
    done: int = 0
    total: int = 0
    percent: float = 0.0
    text: str = ""
    result: str | None = None
    error: str | None = None
    coverage: Mapping[str, Json] = field(default_factory=dict)
    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    version: int = 0
    content_version: int = 0
    worker: str | None = None
    original_flavor: str | None = None
    failover: str | None = None
    trouble: str | None = None
    holder: str | None = None
    stale: Mapping[str, Json] | None = None
    replay_of: str | None = None


LONG = ("text", "result", "coverage")  # what a list leaves out


@dataclass(frozen=True)
class CallRecord:
    """One finished model call of a job. *seconds* is how long it took, in *attempts* tries."""

    step: str
    created: datetime
    model: str = ""
    finish_reason: str = ""
    seconds: float = 0.0
    attempts: int = 1
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True)
class Page:
    """One page of jobs, newest first, without their texts; *next_cursor* leads to the next page, None on the last."""

    jobs: tuple[Job, ...]
    next_cursor: str | None = None


def workflow_id(job_id: str, number: int) -> str:
    """The id of the job's DBOS workflow: a job that is queued again gets a new one."""
    return f"{job_id}.{number}" if number else job_id


def job_of_workflow(workflow: str) -> str:
    """The id of the job whose workflow has the id *workflow*."""
    return workflow.partition(".")[0]
