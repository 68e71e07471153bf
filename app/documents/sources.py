"""What a document is made of: a job's result and the transcript that it came from, as they are now."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import JobConflict
from app.jobs import Job, Status
from app.kinds.transcripts import as_named, heard
from app.orders import Json, Order
from app.transcript import Transcript

KINDS = ("minutes", "summary")  # whose jobs documents are made of
MINUTES = "minutes"  # the part of a coverage that holds the minutes as JSON


@dataclass(frozen=True)
class Source:
    """A finished job, its transcript, its *text*, and its *minutes* if it is of that kind (empty for others)."""

    job: Job
    order: Order
    transcript: Transcript
    text: str
    minutes: dict[str, Json]


def source_of(job: Job, order: Order) -> Source:
    """The newest result of *job*, and its transcript with all corrections. Raises JobConflict."""
    if job.kind not in KINDS:
        raise JobConflict(f"{job.id} is a job of the kind {job.kind}: documents are made of {' and '.join(KINDS)} only")
    if job.status is not Status.COMPLETE:
        raise JobConflict(f"{job.id} is {job.status}: a document is made of a complete job only")
    return Source(job, order, heard(as_named(order)), job.result or "", dict(job.coverage.get(MINUTES, {})))
