"""Progress reports, written to the jobs' rows: those of all jobs of a worker in one transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from app.errors import StoreError
from app.jobs import Claim, Jobs
from app.kinds.base import Progress
from app.periodic import Periodic

REPORT_SECONDS = 0.2  # the progress of a job is written at most this often
LOOK_SECONDS = 0.05  # between two looks for reports that are due


class Reports:
    """The reports of a worker's jobs that are not written yet. Safe to use from several threads."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._lock = threading.Lock()
        self._writing = threading.Lock()  # so that a report that was taken earlier is not written after a later one
        self._waiting: dict[Claim, tuple[float, Progress]] = {}  # the latest of each job, and when it is due
        self._due: dict[Claim, float] = {}  # when the next report of a job may be written
        # never in the reporting thread: the next call need not wait for it
        self._periodic = Periodic("reports", LOOK_SECONDS, self._write_due, needed=lambda: bool(self._waiting))

    def of(self, claim: Claim) -> JobReports:
        return JobReports(self, claim)

    def put(self, claim: Claim, progress: Progress) -> None:
        """Has *progress* written soon, unless a later report of the job comes first."""
        with self._lock:
            self._waiting[claim] = (self._due.get(claim, 0.0), progress)
        self._periodic.start()

    def take(self, claim: Claim) -> Progress | None:
        """The last report of the job, if it is not written yet; it will not be."""
        with self._lock:
            self._due.pop(claim, None)
            return self._waiting.pop(claim, (0.0, None))[1]

    def write_last(self, claim: Claim) -> None:
        """Writes the last report of the job at once, if it is not written yet."""
        with self._writing:
            progress = self.take(claim)
            if progress is not None:
                claim.progress(**written(progress))

    def _write_due(self) -> None:
        with self._writing:
            self._write_together()

    def _write_together(self) -> None:
        now = time.monotonic()
        with self._lock:
            due = {claim: progress for claim, (moment, progress) in self._waiting.items() if moment <= now}
            for claim in due:
                del self._waiting[claim]
                self._due[claim] = now + REPORT_SECONDS
        if not due:
            return
        try:
            self._jobs.write_progress({claim: written(progress) for claim, progress in due.items()})
        except StoreError:
            self._try_again(due)
            raise

    def _try_again(self, due: Mapping[Claim, Progress]) -> None:
        """Has reports that could not be written tried again, unless a later one waits or their job has ended."""
        with self._lock:
            for claim, progress in due.items():
                if claim in self._due:
                    self._waiting.setdefault(claim, (self._due[claim], progress))


class JobReports:
    """The reports of one job; the last one is never lost."""

    def __init__(self, reports: Reports, claim: Claim) -> None:
        self._reports = reports
        self._claim = claim

    def __call__(self, progress: Progress) -> None:
        self._reports.put(self._claim, progress)

    def flush(self) -> None:
        """Writes the pending report."""
        self._reports.write_last(self._claim)

    def close(self) -> None:
        """Drops the pending report."""
        self._reports.take(self._claim)


def written(progress: Progress) -> Mapping[str, Any]:
    """*progress* as it is stored."""
    return {
        "phase": progress.phase.name,
        "done": progress.done,
        "total": progress.total,
        "text": progress.text,
        "percent": progress.percent,
        "coverage": progress.coverage,
    }
