"""Shows people and programs how a job goes on: a bar on a terminal, a line an event otherwise, or NDJSON."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from app.commands import remote

if TYPE_CHECKING:
    from app.client import Job


class Display(Protocol):
    """Is shown each state of a job, and what goes before the job."""

    def show(self, job: Job, /) -> None: ...

    def prepare(self, what: str, here: int, total: int, /) -> None:
        """Shows that *what* is being prepared, and how many bytes of it are here; *total* is 0 if it has no length."""


def follow(events: Iterable[Job], shown: Display) -> Job:
    """Shows *events*, of which there is at least one; the last one."""
    last: deque[Job] = deque(maxlen=1)
    for job in events:
        shown.show(job)
        last.append(job)
    return last[0]


@contextmanager
def display(*, as_json: bool) -> Iterator[Display]:
    """What suits stdout and stderr."""
    bar = Bar() if sys.stderr.isatty() and not as_json and find_spec("rich") else None
    if bar is None:
        yield Lines() if as_json else Words()
        return
    with bar:
        yield bar


class Words:
    """One line whenever something has changed, on stderr."""

    def __init__(self) -> None:
        self._said = ""

    def show(self, job: Job) -> None:
        self._tell(in_words(job))

    def prepare(self, what: str, here: int, total: int) -> None:
        """A line for every tenth part."""
        self._tell(f"{what}: {here * 10 // total * 10} % of {total // 10**6} MB" if total else what)

    def _tell(self, words: str) -> None:
        if words != self._said:
            remote.tell(words)
        self._said = words


class Lines(Words):
    """One line of JSON an event, on stdout; what goes before the job is told on stderr."""

    def show(self, job: Job) -> None:
        remote.put_json({**job.body, **({} if job.text is None else {"text": job.text})})


def in_words(job: Job) -> str:
    """Where *job* stands, in a line."""
    progress = job.progress
    steps = f", {progress.phase or 'step'} {progress.done}/{progress.total}" if progress.total and not job.ended else ""
    percent = f", {progress.percent:.0f} %" if job.status == "processing" else ""
    why = f": {job.error or job.trouble}" if job.error or job.trouble else ""
    return f"job {job.id}: {job.status}{steps}{percent}{why}"


class Bar:
    """A progress bar with phase, steps, tokens a second and time left, on stderr."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        times = (TextColumn("{task.fields[pace]}"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        # stdout is left alone: what is written there is data
        self._progress = Progress(*columns, *times, console=Console(stderr=True), transient=True, redirect_stdout=False)
        self._task = self._progress.add_task("queued", total=100.0, pace="")
        self._first: tuple[float, int] | None = None
        self._of_job = False

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def prepare(self, what: str, here: int, total: int) -> None:
        size = f" {here // 10**6}/{total // 10**6} MB" if total else ""
        self._progress.update(self._task, completed=here, total=total or None, description=f"{what}{size}")

    def show(self, job: Job) -> None:
        """The bar is gone once the job has ended: the result may be printed on the same terminal."""
        if job.ended:
            self._progress.stop()
            return
        if not self._of_job:  # the time left is counted anew
            self._progress.reset(self._task, total=100.0)
        self._of_job = True
        progress = job.progress
        steps = f" {progress.done}/{progress.total}" if progress.total else ""
        described = f"{job.trouble or progress.phase or job.status}{steps}"
        self._progress.update(self._task, completed=progress.percent, description=described, pace=self._pace(job))

    def _pace(self, job: Job) -> str:
        """Tokens a second since the first event that had any."""
        now, tokens = time.monotonic(), job.tokens.completion
        if self._first is None and tokens:
            self._first = now, tokens
        if self._first is None or tokens == self._first[1]:
            return ""
        return f"{(tokens - self._first[1]) / max(now - self._first[0], 0.001):.0f} tokens/s"
