"""The worker: takes one job at a time by its id, carries it out, and finishes or fails it."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict

from app.backends.base import Answer, Backend
from app.errors import BackendRefused, BadParameter, Cancelled, GatewayError, Renewed, StoreError, Superseded
from app.jobs import Claim, Jobs
from app.kinds.base import Kind, Progress, Result, Work
from app.manifests import Flavor
from app.orders import Json
from app.tokens import Spec, Tokenizer, Tokenizers, calibrated

REPORT_SECONDS = 0.2  # at most so often is progress written

log = logging.getLogger(__name__)


class Worker:
    """Carries jobs out; several threads may do so at once."""

    def __init__(
        self, jobs: Jobs, backend_of: Callable[[str], Backend], tokenizers: Tokenizers, kinds: Mapping[str, Kind]
    ) -> None:
        self._jobs = jobs
        self._backend_of = backend_of
        self._tokenizers = tokenizers
        self._kinds = kinds

    def carry_out(self, job_id: str) -> None:
        """Ends the job, well or badly; whatever goes wrong with it ends this job only.

        Raises Superseded or Cancelled where the job is not ours to end, and StoreError where its end cannot be kept."""
        while self._carried_out_no_further(job_id):
            log.info("job %s: its content has grown, it begins again with its finished calls", job_id)

    def _carried_out_no_further(self, job_id: str) -> bool:
        """Carries the job out; whether its content had grown before it came to its end."""
        claim = self._jobs.claim(job_id)
        if claim is None:
            return False
        try:
            self._end(claim)
        except Renewed:
            return True
        return False

    def _end(self, claim: Claim) -> None:
        job_id = claim.job_id
        reports = Reports(claim)
        began = time.monotonic()
        try:
            result = self._run(claim, reports)
            claim.finish(result.text, result.coverage)
            log.info("job %s: complete after %.1f s", job_id, time.monotonic() - began)
        except (Superseded, StoreError):
            with suppress(StoreError):
                claim.release()
            raise
        except Renewed:
            raise
        except Cancelled:
            log.info("job %s: cancelled", job_id)
            raise
        except GatewayError as error:
            log.warning("job %s: failed after %.1f s: %s", job_id, time.monotonic() - began, type(error).__name__)
            _fail(claim, reports, str(error))
        except Exception as error:  # noqa: BLE001  a bug in a kind or a library must end this job only, and never the worker
            # its message may hold a piece of the transcript, so only its type and place are written
            log.error("job %s: internal error %s at %s", job_id, type(error).__name__, _place(error))
            _fail(claim, reports, f"internal error ({type(error).__name__}), see the log of the worker")
        finally:
            reports.close()

    def _run(self, claim: Claim, reports: Reports) -> Result:
        order = claim.order
        kind = self._kinds.get(order.kind)
        if kind is None:
            raise BadParameter("kind", f"this worker does not know {order.kind!r}; are web and worker of the same version?")
        backend = self._backend_of(order.backend)
        flavor = kind.Flavor.model_validate(dict(order.flavor), strict=False)
        work = Work(
            order=order,
            backend=backend,
            tokenizer=self._tokenizer(claim, flavor, backend),
            journal=ClaimJournal(claim),
            report=reports,
        )
        return kind.run(work)

    def _tokenizer(self, claim: Claim, flavor: Flavor, backend: Backend) -> Tokenizer:
        """The one that the job began with: another would cut the batches elsewhere, and finished calls would not fit."""
        spec = Spec(tokenizer=flavor.tokenizer, tokenizer_class=flavor.tokenizer_class, model_name=flavor.model_name)
        source = claim.settle("tokenizer", lambda: self._chosen(spec, backend).name)
        return self._tokenizers.of(spec, backend, source=source)

    def _chosen(self, spec: Spec, backend: Backend) -> Tokenizer:
        """The tokenizer for *spec*, made as wide as the server's own chat template where the server can be asked for it."""
        tokenizer = self._tokenizers.of(spec, backend)
        try:
            return calibrated(tokenizer, spec.model_name, backend)
        except BackendRefused:  # it has no route for that
            return tokenizer


class ClaimJournal:
    """The journal of a job: knows what was asked before a crash, and keeps each new answer as it comes."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._answers = {step: _answer(kept.answer) for step, kept in claim.recall().items()}

    def get(self, step: str, /) -> Answer | None:
        """Raises Superseded where a new call would be in vain."""
        known = self._answers.get(step)
        if known is None:
            self._claim.check()
        return known

    def __setitem__(self, step: str, answer: Answer, /) -> None:
        self._claim.record(step, asdict(answer))
        self._answers[step] = answer


class Reports:
    """Hands progress on, at most every REPORT_SECONDS; the last one is never lost, however fast they come."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._lock = threading.Lock()
        self._waiting: Progress | None = None
        self._next = 0.0
        self._timer: threading.Timer | None = None

    def __call__(self, progress: Progress) -> None:
        with self._lock:
            self._waiting = progress
            pause = self._next - time.monotonic()
            if pause <= 0:
                self._write()
            elif self._timer is None:
                self._timer = threading.Timer(pause, self._write_late)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Writes what still waits."""
        with self._lock:
            self._write()

    def close(self) -> None:
        """Drops what still waits."""
        with self._lock:
            self._waiting = None
            self._disarm()

    def _write(self) -> None:
        progress, self._waiting = self._waiting, None
        self._disarm()
        if progress is None:
            return
        self._next = time.monotonic() + REPORT_SECONDS
        self._claim.progress(progress.phase.name, progress.done, progress.total, progress.text, progress.percent)

    def _write_late(self) -> None:
        # whoever writes next hears of it, in the thread that can act on it
        with suppress(Superseded, Cancelled, Renewed, StoreError):
            self.flush()

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _fail(claim: Claim, reports: Reports, reason: str) -> None:
    reports.flush()
    claim.fail(reason)


def _answer(record: Mapping[str, Json]) -> Answer:
    """The recorded answer; a key that another version wrote is left aside."""
    return Answer(**{name: value for name, value in record.items() if name in Answer.__dataclass_fields__})


def _place(error: BaseException) -> str:
    """Where it happened, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-6:]))
