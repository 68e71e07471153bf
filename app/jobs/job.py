"""A job as others see it: its status, how far it is, what it made and what it cost."""

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

    *done* of *total* units of *phase* are behind it, and *percent* (0 to 100) of the whole; *text* is the text so far while it
    runs. *result* is there once it is complete, *error* (words for people) once it failed. *attempts* counts how often a
    worker took it, and *worker* is the one that took it last. *version* grows with every change. While it waits for a backend
    *trouble* says why. Where another flavor had to stand in, *original_flavor* is the one that was asked for, and *failover*
    the reason. *holder* is whose key it came with, None where there are no keys. Times are UTC."""

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
    """Some jobs of a list, the newest first, without their texts; *next_cursor* leads to those after them, None at the end."""

    jobs: tuple[Job, ...]
    next_cursor: str | None = None


def workflow_id(job_id: str, number: int) -> str:
    """The name of the job's turn in the line: a job that is put into it again after its end gets another one."""
    return f"{job_id}.{number}" if number else job_id
