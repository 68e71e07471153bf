"""The worker itself: from a job's id to its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import partial
from math import inf
from typing import NoReturn

from app.backends.base import Backend, Health
from app.backends.wrappers.budgeted import Budgeted
from app.errors import (
    BackendNotFound,
    BackendUnavailable,
    BadParameter,
    Cancelled,
    ContentChanged,
    ContextExceeded,
    GatewayError,
    NoRoom,
    PromptTooLong,
    StoreError,
    Superseded,
    raised_at,
)
from app.jobs import Claim, Jobs
from app.jobs.queue.turns import postpone
from app.kinds.base import Kind, Progress, Rendering, Result, Work
from app.kinds.transcripts import renamed
from app.limits.accounts import Accounts
from app.limits.budget import JobBudget
from app.limits.slots import storing
from app.manifests import Flavor
from app.metrics import Metrics, NullMetrics
from app.orders import NAMES, Order
from app.tokens import Spec, Tokenizer, Tokenizers
from app.tracing import NullTracing, Tracing
from app.worker.calls import CallPermit, ClaimMonitor, FencedBackend
from app.worker.journal import ClaimJournal
from app.worker.recent import RecentAnswers
from app.worker.reports import JobReports, Reports

CANNOT = (ContextExceeded, NoRoom, PromptTooLong, BackendNotFound)  # another flavor may work
LONGEST_PAUSE = 30.0  # seconds between two checks whether a backend is back
STAY_SECONDS = 10.0  # for which a job that its backend does not answer keeps its place while others wait for it
ASK_FOR_TIME = (429, 503)  # a server that answers so has no time for anybody

log = logging.getLogger(__name__)


class Worker:
    """Runs jobs; several threads may do so at once.

    A job whose backends are all down waits for up to *patience* seconds."""

    def __init__(
        self,
        jobs: Jobs,
        backend_of: Callable[[str], Backend],
        tokenizers: Tokenizers,
        kinds: Mapping[str, Kind],
        *,
        patience: float = 0.0,
        tracing: Tracing | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or NullMetrics()
        self._jobs = jobs
        self._backend_of = backend_of
        self._tokenizers = tokenizers
        self._kinds = kinds
        self._patience = patience
        self._tracing = tracing or NullTracing()
        self._said = RecentAnswers()
        self._claims = ClaimMonitor(jobs)
        self._reports = Reports(jobs)

    def carry_out(self, job_id: str) -> None:
        """Completes or fails the job; whatever goes wrong with it ends this job only.

        Raises Superseded or Cancelled if the claim no longer holds, and StoreError if the end cannot be stored."""
        while self._has_grown(job_id):
            log.info("job %s: its content has grown, it begins again with its finished calls", job_id)

    def _has_grown(self, job_id: str) -> bool:
        """Runs the job, unless its content grows before the end."""
        claim = self._jobs.claim(job_id)
        if claim is None:
            return False
        try:
            self._end(claim)
        except ContentChanged:
            return True
        return False

    def _end(self, claim: Claim) -> None:
        began = time.monotonic()
        _log(logging.INFO, claim, "begins, flavor %s", claim.flavor)
        reports = self._reports.of(claim)
        try:
            result = self._run(claim, reports)
            claim.finish(result.text, result.coverage)
            _log(logging.INFO, claim, "complete after %.1f s", time.monotonic() - began)
        except (Superseded, StoreError):
            with suppress(StoreError):
                claim.release()
            raise
        except ContentChanged:
            raise
        except Cancelled:
            _log(logging.INFO, claim, "cancelled")
            raise
        except GatewayError as error:
            _log(logging.WARNING, claim, "failed after %.1f s: %s", time.monotonic() - began, type(error).__name__)
            _fail(claim, reports, error.advice)
        except Exception as error:  # noqa: BLE001  a bug in a kind or a library must end this job only, and never the worker
            # its message may contain a piece of the transcript, so only its type and place are logged
            _log(logging.ERROR, claim, "internal error %s at %s", type(error).__name__, raised_at(error))
            _fail(claim, reports, f"internal error ({type(error).__name__}), see the log of the worker")
        finally:
            reports.close()

    def _run(self, claim: Claim, reports: JobReports) -> Result:
        """The result of the first usable flavor; waits for one while all backends are down."""
        with self._claims.watch(claim) as permit, permit.calling():
            flavors, pause, waits_since = list(_flavors(claim)), 1.0, inf
            while True:
                cause: GatewayError | None = None
                before = ""
                for order in list(flavors):
                    if cause is not None:
                        self._metrics.failed_over(before, type(cause).__name__)
                    before = order.backend
                    try:
                        _go_on_with(claim, order, cause)
                        return self._result(claim, order, permit, reports)
                    except CANNOT as error:
                        flavors.remove(order)
                        cause = error
                    except BackendUnavailable as error:  # another time, or another flavor, may work
                        cause = error
                if cause is None or not flavors or (waited := claim.wait(str(cause))) >= self._patience:
                    raise cause or BadParameter("flavor", "there is none left to try")
                _log(logging.WARNING, claim, "waits for its backend: %s", type(cause).__name__)
                waits_since = min(waits_since, time.monotonic())
                if time.monotonic() - waits_since >= STAY_SECONDS and self._is_in_the_way(claim, cause):
                    self._stand_back(claim, waited)
                permit.sleep(pause)
                pause = min(LONGEST_PAUSE, 2 * pause)

    def _is_in_the_way(self, claim: Claim, cause: GatewayError) -> bool:
        """Whether other jobs wait for the place of this one, whose backend runs but has no good answer for it. That may be
        because of the job itself; a backend that asks for time, or is away, keeps all jobs waiting, each in its place."""
        if isinstance(cause, BackendUnavailable) and (cause.retry_after is not None or cause.status in ASK_FOR_TIME):
            return False
        name = claim.order.backend
        return self._jobs.queue.has_waiting(name) and self._health(name, self._backend_of(name)).ok

    def _stand_back(self, claim: Claim, waited: float) -> NoReturn:
        """Puts the job back into the line behind the others, a level of priority lower for each time that it could have stayed:
        jobs of a high priority must not take all places again and again."""
        _log(logging.WARNING, claim, "goes back into the line behind the jobs that wait for its place")
        postpone(self._jobs, claim, int(waited // STAY_SECONDS))
        raise Superseded(f"job {claim.job_id} waits in the line again")

    def _result(self, claim: Claim, order: Order, permit: CallPermit, reports: JobReports) -> Result:
        kind = self._kinds.get(order.kind)
        if kind is None:
            raise BadParameter("kind", f"this worker does not know {order.kind!r}; are web and worker of the same version?")
        backend = self._paid(self._backend_of(order.backend), order)
        order = _within_context(
            claim, replace(order, flavor=kind.Flavor.known(order.flavor)), partial(self._served, order.backend, backend)
        )
        flavor = kind.Flavor.model_validate(dict(order.flavor), strict=False)
        work = Work(
            order=order,
            backend=FencedBackend(backend, permit),
            tokenizer=self._tokenizer(claim, order.backend, flavor, backend),
            journal=ClaimJournal(claim),
            report=_with_names(order, reports),
            around=_stored_after(self._tracing.steps()),
        )
        return _named(kind, order, kind.run(work))

    def _served(self, name: str, backend: Backend, model: str) -> int:
        """The context that the server of *backend* says that *model* has; 0 if it does not say."""
        return self._health(name, backend).models.get(model, 0)

    def _health(self, name: str, backend: Backend) -> Health:
        return self._said.get(("health", name), backend.probe, keep=lambda health: health.ok)

    def _paid(self, backend: Backend, order: Order) -> Backend:
        """*backend*, with calls that a cancellation ends charged to the holder of the order's key."""
        return backend if order.holder is None else Budgeted(backend, JobBudget(Accounts(self._jobs.database), order.holder))

    def _tokenizer(self, claim: Claim, name: str, flavor: Flavor, backend: Backend) -> Tokenizer:
        """The tokenizer that the job began with: another would split elsewhere, and finished calls would not match. *name* is
        that of the backend."""
        spec = Spec(tokenizer=flavor.tokenizer, tokenizer_class=flavor.tokenizer_class, model_name=flavor.model_name)
        key = "tokenizer" if flavor.name == claim.order.flavor_name else f"tokenizer of {flavor.name}"
        fitted = partial(self._said.get, (name, spec), lambda: self._tokenizers.fitted(spec, backend).name)
        source = claim.settle(key, fitted)
        return self._tokenizers.of(spec, backend, source=source)


def _stored_after(around: Callable[[str], AbstractContextManager[object]]) -> Callable[[str], AbstractContextManager[object]]:
    """*around*, with the answer to the step's call stored at its end."""

    @contextmanager
    def step(name: str) -> Iterator[None]:
        with storing(), around(name):
            yield

    return step


def _named(kind: Kind, order: Order, result: Result) -> Result:
    """*result* with the names that people gave to the speakers; a text that is made of its coverage is made anew."""
    told = renamed(order, result)
    if told is result or not isinstance(kind, Rendering):
        return told
    return replace(told, text=kind.document(order, told.coverage))


def _with_names(order: Order, report: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """*report* as a kind calls it: what is found so far is reported with the names that people gave to the speakers."""
    if not order.options.get(NAMES):
        return report

    def with_names(progress: Progress) -> None:
        """A report without coverage, as those of a summary are, costs no look at the transcript."""
        named = renamed(order, Result("", progress.coverage)).coverage if progress.coverage else {}
        report(replace(progress, coverage=named))

    return with_names


def _within_context(claim: Claim, order: Order, served_by: Callable[[str], int]) -> Order:
    """*order* within the context that the server said when the job began: a manifest may name a longer one, which `/health`
    and `check` tell. The same for the whole job, so that finished calls still match."""
    key = "context" if order.flavor_name == claim.order.flavor_name else f"context of {order.flavor_name}"
    model = str(order.flavor.get("modelName"))
    served = int(claim.settle(key, lambda: str(served_by(model))))
    if not 0 < served < int(order.flavor.get("totalContextLength") or 0):
        return order
    answer = min(int(order.flavor.get("maxGenerationLength") or served), served // 2)
    _log(logging.WARNING, claim, "its flavor names a longer context than the %d tokens that the server has", served)
    return replace(order, flavor={**order.flavor, "totalContextLength": served, "maxGenerationLength": answer})


def _flavors(claim: Claim) -> Iterator[Order]:
    """The order with the requested flavor, then with each fallback; one already in use comes first."""
    orders = claim.order.with_fallbacks()
    return iter(sorted(orders, key=lambda each: each.flavor_name != claim.flavor))


def _go_on_with(claim: Claim, order: Order, cause: GatewayError | None) -> None:
    """Records the flavor that the job continues with, if it changed."""
    name = order.flavor_name
    if name == claim.flavor:
        return
    _log(logging.WARNING, claim, "flavor %s of backend %s stands in for %s", name, order.backend, claim.flavor)
    claim.fail_over(name, order.backend, "" if cause is None else str(cause))


def _log(level: int, claim: Claim, message: str, *args: object) -> None:
    """Writes a line that names the job, its service and the backend that was asked for."""
    named = f"job %s, service %s, backend %s: {message}"
    log.log(level, named, claim.job_id, claim.order.service, claim.order.backend, *args)


def _fail(claim: Claim, reports: JobReports, reason: str) -> None:
    reports.flush()
    claim.fail(reason)
