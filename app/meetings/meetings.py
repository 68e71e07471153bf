"""Meetings: the door to what people do with a meeting once its transcript is here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from app.jobs import Job, Jobs
from app.jobs.edits import Correction, Edits
from app.kinds.base import Kind
from app.meetings.corrections import Asked, correction_of
from app.meetings.transcripts import MeetingTranscript
from app.orders import Json, Order

PARTS = ("batches", "items", "lines", "sentences", "turns")  # of a result, that may be stale


class Meetings:
    """The meetings of one database. *holder* is the holder of the key of who asks, None without keys."""

    def __init__(self, jobs: Jobs, kinds: Mapping[str, Kind]) -> None:
        self._jobs = jobs
        self._kinds = kinds

    @cached_property
    def _edits(self) -> Edits:
        return Edits(self._jobs.database)

    def transcript(self, job_id: str) -> MeetingTranscript:
        """Raises JobNotFound, JobConflict, StoreError."""
        return MeetingTranscript.of(self._jobs.find(job_id), self._jobs.order(job_id), self._kinds)

    def correct(self, job_id: str, version: int | None, asked: Asked, *, holder: str | None = None) -> dict[str, Json]:
        """Corrects a transcript, and says what is stale then.

        Raises JobNotFound, JobConflict, BadParameter, VersionConflict, StoreError."""

        def make(job: Job, order: Order) -> Correction:
            return correction_of(asked, MeetingTranscript.of(job, order, self._kinds))

        job, _ = self._edits.correct(job_id, version, make, holder=holder)
        stale = job.stale or {part: [] for part in PARTS}
        return {
            "jobId": job.id,
            "version": job.content_version,
            "status": str(job.status),
            "stale": bool(job.stale),
            **stale,
        }
