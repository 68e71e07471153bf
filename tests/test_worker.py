from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.backends.base import Answer, Backend, Call, Health, Message
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.retrying import Retrying
from app.cancellation import CancelToken
from app.engines.child import LAUNCHER
from app.errors import (
    BackendRefused,
    BackendUnavailable,
    Cancelled,
    ContextExceeded,
    EmptyAnswer,
    GatewayError,
    ManifestError,
    NoRoom,
    Problem,
    PromptTooLong,
    StoreError,
    Superseded,
)
from app.jobs import Claim, Jobs, Status
from app.jobs.queue.consumer import QueueConsumer
from app.kinds.base import Phase, Progress, Result, Work
from app.limits.slots import ConcurrencyLimits, call_context
from app.storage.database import sqlite_url
from app.storage.schema import prepare
from app.tokens import Tokenizers
from app.worker import REPORT_SECONDS, Reports, Worker
from app.worker.calls import CallPermit
from app.worker.reports import written
from tests.jobs.orders import an_order
from tests.jobs.working import KINDS, Lines, Model

DIES_WITH_US = (sys.executable, "-IS", str(LAUNCHER), str(os.getpid()), sys.executable)
PROJECT = Path(__file__).parent.parent
TEXT = "\n".join(f"line {n}" for n in range(12))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("prepared") / "results.sqlite"
    prepare(sqlite_url(file))
    return file


@pytest.fixture
def url(tmp_path: Path, prepared: Path) -> str:
    return sqlite_url(shutil.copy(prepared, tmp_path))


@pytest.fixture
def jobs(url: str) -> Iterator[Jobs]:
    made = Jobs(url, pool=8)
    yield made
    made.close()


@pytest.fixture
def paid(tmp_path: Path) -> Path:
    """The file in which the model writes down every call."""
    return tmp_path / "calls"


class Running(Lines):
    """A kind that does what it is told."""

    def __init__(self, run: Callable[[Work], Result]) -> None:
        super().__init__()
        self.run = run  # type: ignore[method-assign]


def raising(error: BaseException) -> Running:
    def run(work: Work) -> Result:
        raise error

    return Running(run)


def a_worker(jobs: Jobs, paid: Path, **kinds: Any) -> Worker:
    model = Model(paid, 0.0)
    return Worker(jobs, lambda _: model, Tokenizers(), {**KINDS, **kinds})


def ask(work: Work, step: str, text: str = "bonjour") -> Answer:
    return work.ask(step, Call("m", (Message("user", text),), 10))


def calls(paid: Path) -> Counter[str]:
    return Counter(paid.read_text().splitlines()) if paid.exists() else Counter()


@pytest.mark.parametrize("kind", ["lines", "parallel"])
def test_a_job_is_carried_out_to_its_result(jobs: Jobs, paid: Path, kind: str) -> None:
    job = jobs.submit(an_order(kind=kind, text=TEXT))

    a_worker(jobs, paid).carry_out(job.id)

    done = jobs.find(job.id)
    assert (done.status, done.result, done.coverage) == (Status.COMPLETE, TEXT.upper(), {"calls": 12})
    assert (done.prompt_tokens, done.completion_tokens) == (36, 24)


def test_a_job_that_is_over_is_not_carried_out_again(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))
    worker = a_worker(jobs, paid)
    worker.carry_out(job.id)

    worker.carry_out(job.id)

    assert max(calls(paid).values()) == 1


@pytest.mark.parametrize(
    "error",
    [
        BackendUnavailable("vLLM at http://gpu:9000/v1 refused the connection"),
        BackendRefused("vLLM: no model m", status=404),
        EmptyAnswer("the model said nothing, 3 times"),
        NoRoom("the template takes 4000 of 4096 tokens"),
        ManifestError([Problem("cra.json", "tokenizer", "no such file")]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_failure_that_we_know_is_told_to_people(jobs: Jobs, paid: Path, error: Exception) -> None:
    job = jobs.submit(an_order(kind="failing"))

    a_worker(jobs, paid, failing=raising(error)).carry_out(job.id)

    failed = jobs.find(job.id)
    assert (failed.status, failed.error) == (Status.ERROR, error.advice)


def test_a_kind_that_is_not_known_fails_its_job(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(kind="haiku"))

    a_worker(jobs, paid).carry_out(job.id)

    assert "does not know 'haiku'" in str(jobs.find(job.id).error)


def test_a_bug_ends_its_job_and_not_the_next(jobs: Jobs, paid: Path) -> None:
    first, second = jobs.submit(an_order(kind="failing")), jobs.submit(an_order())
    worker = a_worker(jobs, paid, failing=raising(ZeroDivisionError("of Ada : bonjour")))

    worker.carry_out(first.id)
    worker.carry_out(second.id)

    assert jobs.find(first.id).error == "internal error (ZeroDivisionError), see the log of the worker"
    assert jobs.find(second.id).status is Status.COMPLETE


def test_the_log_says_where_a_bug_is_and_nothing_of_the_transcript(
    jobs: Jobs, paid: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    job = jobs.submit(an_order(kind="failing", text="a secret word"))

    a_worker(jobs, paid, failing=raising(KeyError("a secret word"))).carry_out(job.id)

    assert "KeyError" in caplog.text
    assert "test_worker.py" in caplog.text
    assert "secret" not in caplog.text


def test_a_call_that_was_finished_before_is_not_paid_for_again(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.record("line/3", asdict(Answer("from before", thinking="hm")))

    a_worker(jobs, paid).carry_out(job.id)

    assert calls(paid)["line 3"] == 0
    assert str(jobs.find(job.id).result).splitlines()[3] == "from before"


def test_a_recorded_answer_is_read_even_where_another_version_wrote_more(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text="line 0"))
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.record("line/0", {**asdict(Answer("from before")), "mood": "good"})

    a_worker(jobs, paid).carry_out(job.id)

    assert jobs.find(job.id).result == "from before"


def test_few_answers_are_lost_with_a_worker_whose_database_is_slow(tmp_path: Path, paid: Path) -> None:
    jobs = Jobs(sqlite_url(tmp_path / "slow.db"), pool=8)
    prepare(jobs.database.url)
    slots = ConcurrencyLimits(jobs.database.url, interactive=False)
    backend = Limited(Model(paid, 0.0), slots.semaphore("vLLM", 2))
    early: list[int] = []

    def run(work: Work) -> Result:
        with ThreadPoolExecutor(12) as threads:
            with jobs.database.writing():  # nothing can be stored meanwhile
                asked = [threads.submit(ask, work, f"step/{number}") for number in range(12)]
                _until(lambda: calls(paid).total() >= 2)
                time.sleep(0.3)  # all would be asked by now
                early.append(calls(paid).total())
            for each in asked:
                each.result()
        return Result("done")

    job = jobs.submit(an_order(kind="storing"))
    Worker(jobs, lambda _: backend, Tokenizers(), {"storing": Running(run)}).carry_out(job.id)
    slots.close()

    assert (jobs.find(job.id).status, calls(paid).total()) == (Status.COMPLETE, 12)
    assert 2 <= early[0] <= 4


def test_a_job_goes_on_with_the_tokenizer_it_began_with(jobs: Jobs, paid: Path) -> None:
    names: list[str] = []

    def run(work: Work) -> Result:
        names.append(work.tokenizer.name)
        return Result("done")

    job = jobs.submit(an_order(kind="looking"))
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.settle("tokenizer", lambda: "estimate")
    claim.record("one", {"text": "said"})

    a_worker(jobs, paid, looking=Running(run)).carry_out(job.id)

    assert names == ["estimate"]


class Serving(Model):
    """Its server says the context of each model."""

    contexts: Mapping[str, int] = {}

    def probe(self) -> Health:
        return Health(ok=True, models=self.contexts)


@pytest.mark.parametrize(
    ("served", "kept"),
    [({"m": 600}, (600, 300)), ({"m": 2000}, (2000, 512)), ({"m": 9000}, (4096, 512)), ({"other": 600}, (4096, 512))],
    ids=["short", "middling", "long", "unknown"],
)
def test_a_job_keeps_to_the_context_that_its_server_had_when_it_began(
    jobs: Jobs, paid: Path, served: Mapping[str, int], kept: tuple[int, int]
) -> None:
    seen: list[tuple[int, int]] = []
    model = Serving(paid, 0.0)

    def run(work: Work) -> Result:
        flavor = work.order.flavor
        seen.append((flavor["totalContextLength"], flavor["maxGenerationLength"]))
        if len(seen) == 1:
            model.contexts = {"m": 77}
            raise BackendUnavailable("away for a moment")
        return Result("done")

    model.contexts = served
    job = jobs.submit(an_order(kind="looking"))

    Worker(jobs, lambda _: model, Tokenizers(), {**KINDS, "looking": Running(run)}, patience=60).carry_out(job.id)

    assert (jobs.find(job.id).status, seen) == (Status.COMPLETE, [kept, kept])


def test_a_cancelled_job_stops_after_the_call_in_flight(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(kind="cancelling"))

    def run(work: Work) -> Result:
        jobs.cancel(job.id)
        ask(work, "one")
        ask(work, "two")
        return Result("never")

    worker = a_worker(jobs, paid, cancelling=Running(run))

    with pytest.raises(Cancelled):
        worker.carry_out(job.id)

    assert jobs.find(job.id).status is Status.CANCELLED
    assert calls(paid).total() == 1


def test_a_superseded_worker_stops_and_leaves_the_job_to_the_other(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(kind="slow"))
    others: list[Claim | None] = []

    def run(work: Work) -> Result:
        others.append(jobs.claim(job.id))
        ask(work, "one")
        return Result("never")

    with pytest.raises(Superseded):
        a_worker(jobs, paid, slow=Running(run)).carry_out(job.id)

    assert jobs.find(job.id).status is Status.PROCESSING
    other = others[0]
    assert other is not None
    other.finish("the other's", {})
    assert jobs.find(job.id).result == "the other's"


def test_a_database_that_is_away_fails_no_job(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(kind="failing"))

    with pytest.raises(StoreError):
        a_worker(jobs, paid, failing=raising(StoreError("the disk is full"))).carry_out(job.id)

    assert jobs.find(job.id).status is Status.PROCESSING


def test_a_cancelled_job_ends_its_call_in_flight_within_a_second(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(kind="parallel", text=TEXT))
    model = Model(paid, 60.0)
    worker = Worker(jobs, lambda _: model, Tokenizers(), KINDS)
    ended: list[float] = []

    def carry_out() -> None:
        with pytest.raises(Cancelled):
            worker.carry_out(job.id)
        ended.append(time.monotonic())

    running = threading.Thread(target=carry_out)
    running.start()
    _until(lambda: calls(paid).total() == 4)
    jobs.cancel(job.id)
    asked = time.monotonic()
    running.join()

    assert ended[0] - asked < 5  # a quarter of a second, and what a busy machine makes of it
    assert calls(paid).total() == 4


def test_a_call_in_flight_of_a_job_that_another_took_is_ended_and_the_job_left_to_it(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))
    model = Model(paid, 60.0)
    worker = Worker(jobs, lambda _: model, Tokenizers(), KINDS)

    def take_over() -> None:
        _until(lambda: calls(paid).total() == 1)
        jobs.claim(job.id)

    other = threading.Thread(target=take_over)
    other.start()

    with pytest.raises(Superseded):
        worker.carry_out(job.id)

    other.join()
    assert jobs.find(job.id).status is Status.PROCESSING


STAND_IN = {
    "flavor": {"name": "spare", "modelName": "s", "totalContextLength": 4096, "maxGenerationLength": 512},
    "backend": "spare",
}


def by_backend(paid: Path, down: Mapping[str, GatewayError | None]) -> Callable[[str], Backend]:
    """The model, behind backends of which some are down until their error is taken away."""
    models = {name: Model(paid, 0.0) for name in ("vLLM", "spare")}

    def backend_of(name: str) -> Backend:
        error = down.get(name)
        if error is not None:
            raise error
        return models[name]

    return backend_of


@pytest.mark.parametrize(
    "error",
    [BackendUnavailable("vLLM is away"), ContextExceeded("too long for vLLM"), NoRoom("no room"), PromptTooLong(10, 5)],
    ids=lambda error: type(error).__name__,
)
def test_a_flavor_that_cannot_is_stood_in_for_and_the_job_says_so(jobs: Jobs, paid: Path, error: GatewayError) -> None:
    job = jobs.submit(an_order(text=TEXT, fallbacks=(STAND_IN,)))

    Worker(jobs, by_backend(paid, {"vLLM": error}), Tokenizers(), KINDS).carry_out(job.id)

    done = jobs.find(job.id)
    assert (done.status, done.result) == (Status.COMPLETE, TEXT.upper())
    assert (done.flavor, done.backend, done.original_flavor, done.failover) == ("spare", "spare", "mixtral", str(error))


def test_a_stand_in_goes_on_after_a_crash(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT, fallbacks=(STAND_IN,)))
    claim = jobs.claim(job.id)
    assert claim is not None
    claim.fail_over("spare", "spare", "vLLM is away")

    a_worker(jobs, paid).carry_out(job.id)

    assert (jobs.find(job.id).flavor, jobs.find(job.id).failover) == ("spare", "vLLM is away")


def test_a_job_waits_for_its_backend_and_tells_why(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))
    down: dict[str, GatewayError | None] = {"vLLM": BackendUnavailable("vLLM is away")}
    worker = Worker(jobs, by_backend(paid, down), Tokenizers(), KINDS, patience=60)
    running = threading.Thread(target=worker.carry_out, args=(job.id,))
    running.start()
    _until(lambda: jobs.find(job.id).trouble)
    trouble = jobs.find(job.id).trouble

    down["vLLM"] = None
    running.join()

    assert trouble == "vLLM is away"
    done = jobs.find(job.id)
    assert (done.status, done.trouble, done.original_flavor) == (Status.COMPLETE, None, None)


def test_a_job_tells_of_a_failed_attempt_before_the_next_one_and_takes_it_back(jobs: Jobs, paid: Path) -> None:
    told: list[str | None] = []
    failures = [BackendUnavailable("vLLM: 503 overloaded")]

    class Flaky(Model):
        def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
            if failures:
                raise failures.pop()
            return super().complete(call, cancel)

    job = jobs.submit(an_order(text=TEXT))
    flaky = Retrying(Flaky(paid, 0.0), 2, sleep=lambda _seconds: told.append(jobs.find(job.id).trouble))

    Worker(jobs, lambda _name: flaky, Tokenizers(), KINDS).carry_out(job.id)

    done = jobs.find(job.id)
    assert told == ["vLLM: 503 overloaded"]
    assert (done.status, done.trouble) == (Status.COMPLETE, None)


def test_many_calls_that_fail_side_by_side_are_told_once(jobs: Jobs) -> None:
    job = jobs.submit(an_order(text=TEXT))
    claim = jobs.claim(job.id)
    assert claim is not None
    before = jobs.find(job.id).version
    permit = CallPermit(claim)

    with permit.calling():
        told = call_context.get().failed
        assert told is not None
        for number in range(5):
            told(f"failure {number}")

    assert (jobs.find(job.id).trouble, jobs.find(job.id).version) == ("failure 0", before + 1)


def test_a_job_that_has_waited_long_enough_fails_with_the_last_cause(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))

    Worker(jobs, by_backend(paid, {"vLLM": BackendUnavailable("vLLM is away")}), Tokenizers(), KINDS, patience=0.5).carry_out(
        job.id
    )

    assert (jobs.find(job.id).status, jobs.find(job.id).error) == (Status.ERROR, BackendUnavailable("vLLM is away").advice)


class Picky(Model):
    """Refuses one text with *error*; whether it answers probes is *up*."""

    def __init__(self, file: Path, error: GatewayError, *, up: bool = True) -> None:
        super().__init__(file, 0.0)
        self.error: GatewayError | None = error
        self.up = up

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        if self.error is not None and call.messages[-1].content == "poison":
            raise self.error
        return super().complete(call, cancel)

    def probe(self) -> Health:
        return Health(ok=self.up)


def test_a_job_that_its_backend_never_answers_well_lets_others_have_its_place(
    jobs: Jobs, paid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.worker.worker.STAY_SECONDS", 0.01)
    model = Picky(paid, BackendUnavailable("vLLM said an unknown reason for the end of its answer"))
    worker = Worker(jobs, lambda _: model, Tokenizers(), KINDS, patience=600)
    poisoned = [jobs.submit(an_order(text="poison")).id for _ in range(3)]
    good = [jobs.submit(an_order(text=TEXT)).id for _ in range(3)]
    queue = QueueConsumer(jobs, worker.carry_out, {"vLLM": 2})
    queue.start(threading.Event())

    _until(lambda: all(jobs.find(each).status is Status.COMPLETE for each in good), 60)

    assert {jobs.find(each).status for each in poisoned} == {Status.PROCESSING}
    model.error = None
    _until(lambda: jobs.counts()[Status.COMPLETE] == 6, 60)
    queue.stop(5)
    assert calls(paid)["poison"] == 3


@pytest.mark.parametrize(
    ("error", "up"),
    [
        (BackendUnavailable("vLLM refused the connection"), False),
        (BackendUnavailable("vLLM: 429", status=429), True),
        (BackendUnavailable("vLLM: 503", status=503), True),
        (BackendUnavailable("vLLM: 500", status=500, retry_after=5.0), True),
    ],
    ids=["away", "429", "503", "Retry-After"],
)
def test_a_backend_that_is_away_or_asks_for_time_keeps_each_job_in_its_place(
    jobs: Jobs, paid: Path, monkeypatch: pytest.MonkeyPatch, error: GatewayError, up: bool
) -> None:
    monkeypatch.setattr("app.worker.worker.STAY_SECONDS", 0.0)
    first = jobs.submit(an_order(text="poison"))
    jobs.submit(an_order(text=TEXT))

    Worker(jobs, lambda _: Picky(paid, error, up=up), Tokenizers(), KINDS, patience=0.5).carry_out(first.id)

    assert jobs.find(first.id).status is Status.ERROR  # it stayed until its patience was over


def test_a_job_for_whose_place_nobody_waits_stays(jobs: Jobs, paid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.worker.worker.STAY_SECONDS", 0.0)
    job = jobs.submit(an_order(text="poison"))
    jobs.submit(an_order(text=TEXT, backend="spare"))
    jobs.queue.drop(job.id)  # it runs, so it does not wait in the line

    Worker(jobs, lambda _: Picky(paid, BackendUnavailable("500", status=500)), Tokenizers(), KINDS, patience=0.5).carry_out(
        job.id
    )

    assert jobs.find(job.id).status is Status.ERROR


def test_a_job_that_waits_for_its_backend_can_be_cancelled(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))
    worker = Worker(jobs, by_backend(paid, {"vLLM": BackendUnavailable("away")}), Tokenizers(), KINDS, patience=60)
    threading.Timer(0.5, jobs.cancel, [job.id]).start()

    with pytest.raises(Cancelled):
        worker.carry_out(job.id)


def test_what_is_added_to_a_running_job_is_carried_out_with_it_and_nothing_twice(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))

    class Adding(Lines):
        def run(self, work: Work) -> Result:
            if jobs.find(job.id).content_version == 0:
                ask(work, "line/0", "line 0")
                jobs.append(job.id, "line 12")
            return super().run(work)

    a_worker(jobs, paid, lines=Adding()).carry_out(job.id)

    assert jobs.find(job.id).result == f"{TEXT}\nline 12".upper()
    assert set(calls(paid).values()) == {1}


def test_what_is_added_to_a_complete_job_asks_only_for_what_is_new(jobs: Jobs, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))
    worker = a_worker(jobs, paid)
    worker.carry_out(job.id)

    jobs.append(job.id, "line 12")
    worker.carry_out(job.id)

    assert jobs.find(job.id).result == f"{TEXT}\nline 12".upper()
    assert calls(paid).total() == 13


@contextmanager
def writes(jobs: Jobs, *, progress: bool = False) -> Iterator[list[str]]:
    """The statements that write *progress*, or all else: how often progress is written depends on the clock."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and ("phase" in statement) == progress:
            seen.append(statement)

    sa.event.listen(jobs.database.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(jobs.database.engine, "before_cursor_execute", note)


def test_a_call_of_a_job_costs_two_statements_that_write(jobs: Jobs, paid: Path) -> None:
    counted = []
    for lines in (4, 24):
        job = jobs.submit(an_order(kind="lines", text="\n".join(f"line {n}" for n in range(lines))))
        with writes(jobs) as seen:
            a_worker(jobs, paid).carry_out(job.id)
        counted.append(len(seen))

    assert counted[1] - counted[0] == 2 * 20  # its answer, and its tokens in the job's row


def test_the_progress_of_many_jobs_is_written_by_one_statement(jobs: Jobs) -> None:
    claims = [jobs.claim(jobs.submit(an_order()).id) for _ in range(20)]
    reports = {claim: written(Progress(Phase("lines"), 1, 2)) for claim in claims if claim is not None}

    with writes(jobs, progress=True) as seen:
        jobs.write_progress(reports)

    assert len(seen) == 1
    assert {jobs.find(claim.job_id).done for claim in reports} == {1}


class Written:
    """Jobs that only listen to progress, and write none while they may not, or refuse the first."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.done: list[int] = []
        self.begun = threading.Event()
        self.may_write = threading.Event()
        self.may_write.set()

    def write_progress(self, reports: Mapping[str, Mapping[str, Any]]) -> None:
        self.begun.set()
        self.may_write.wait()
        if self.refusals:
            self.refusals -= 1
            raise StoreError("the file is locked")
        self.done += [report["done"] for report in reports.values()]


class ListenedTo:
    """A claim whose progress *heard* listens to."""

    def __init__(self, heard: Written) -> None:
        self.heard = heard

    def progress(self, **report: Any) -> None:
        self.heard.done.append(report["done"])


def test_a_flood_of_progress_is_written_a_few_times_and_its_end_always() -> None:
    heard = Written()
    reports = Reports(heard).of("a claim")  # type: ignore[arg-type]

    began = time.monotonic()
    for done in range(500):
        reports(Progress(Phase("lines"), done, 500))
    _until(lambda: 499 in heard.done)

    assert len(heard.done) <= 5 + (time.monotonic() - began) / REPORT_SECONDS


def test_the_last_progress_of_a_failed_job_is_kept(jobs: Jobs, paid: Path) -> None:
    def run(work: Work) -> Result:
        for done in (1, 2, 3):
            work.report(Progress(Phase("lines"), done, 4))
        raise EmptyAnswer("nothing")

    job = jobs.submit(an_order(kind="failing"))

    a_worker(jobs, paid, failing=Running(run)).carry_out(job.id)

    failed = jobs.find(job.id)
    assert (failed.done, failed.percent) == (3, 75.0)


def test_the_last_report_is_written_after_one_that_is_being_written() -> None:
    heard = Written()
    claim = ListenedTo(heard)
    reports = Reports(heard).of(claim)  # type: ignore[arg-type]
    heard.may_write.clear()
    reports(Progress(Phase("lines"), 1, 2))
    _until(heard.begun.is_set)
    reports(Progress(Phase("lines"), 2, 2))

    flushing = threading.Thread(target=reports.flush)
    flushing.start()
    flushing.join(0.1)  # it would be over by now if it did not wait
    heard.may_write.set()
    flushing.join()

    assert heard.done == [1, 2]


def test_a_report_that_the_database_refuses_is_written_when_it_is_back() -> None:
    heard = Written(refusals=1)
    reports = Reports(heard).of("a claim")  # type: ignore[arg-type]

    reports(Progress(Phase("lines"), 1, 2))
    _until(lambda: heard.done)

    assert heard.done == [1]


def test_reports_that_are_closed_write_nothing_late() -> None:
    heard = Written()
    reports = Reports(heard).of("a claim")  # type: ignore[arg-type]
    reports(Progress(Phase("lines"), 1, 2))
    _until(lambda: heard.done)
    reports(Progress(Phase("lines"), 2, 2))

    reports.close()
    time.sleep(2 * REPORT_SECONDS)

    assert heard.done == [1]


def test_a_worker_killed_again_and_again_pays_for_no_finished_call_twice(jobs: Jobs, url: str, paid: Path) -> None:
    accepted = [jobs.submit(an_order(kind=kind, text=f"{kind}\n{TEXT}")).id for kind in ("lines", "parallel", "lines")]
    wanted = 3 * 13
    kills = 0

    while jobs.counts()[Status.COMPLETE] < 3:
        assert kills < 20
        before = calls(paid).total()
        with _working(url, paid):
            _until(lambda target=before + 12: calls(paid).total() >= target or jobs.counts()[Status.COMPLETE] == 3)
        kills += 1

    assert [jobs.find(job_id).result for job_id in accepted] == [
        f"{kind}\n{TEXT}".upper() for kind in ("lines", "parallel", "lines")
    ]
    assert kills >= 2
    in_flight = 1 + 4 + 1  # one call of each rolling job, four of the parallel one
    assert wanted <= calls(paid).total() <= wanted + kills * in_flight
    assert all(jobs.find(job_id).prompt_tokens == 3 * 13 for job_id in accepted)


def test_a_standby_takes_over_from_a_worker_that_is_killed(jobs: Jobs, url: str, paid: Path) -> None:
    job = jobs.submit(an_order(text=TEXT))

    with ExitStack() as standby:
        with _working(url, paid):
            _until(lambda: calls(paid).total() >= 3)
            standby.enter_context(_working(url, paid))
        _until(lambda: jobs.find(job.id).status is Status.COMPLETE)

    assert jobs.find(job.id).result == TEXT.upper()
    assert calls(paid).total() <= 13


@contextmanager
def _working(url: str, paid: Path) -> Iterator[None]:
    """A worker in a process of its own, which is killed in the end."""
    process = subprocess.Popen([*DIES_WITH_US, "-m", "tests.jobs.working", url, str(paid), "0.1"], cwd=PROJECT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _until(true: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
