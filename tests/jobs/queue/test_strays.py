from __future__ import annotations

import threading

import pytest

from app.jobs import Jobs
from app.jobs.queue.strays import Strays
from tests.jobs.orders import an_order

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def taken(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A job that the engine has as one of `local`'s; and what is put back into the line."""
    job = jobs.submit(an_order())
    back: list[str] = []
    monkeypatch.setattr(type(jobs.queue), "taken_by", lambda *_: {job.id: "vLLM"})
    monkeypatch.setattr("app.jobs.queue.strays.put_back", lambda _jobs, turns: back.extend(turns))
    return back


def test_a_job_that_two_looks_find_is_put_back(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    back, looking = taken(jobs, monkeypatch), Strays(jobs, "local", lambda: (), look_seconds=600)
    looking.begin()
    looking.look_for()

    looking.look()
    after_one = list(back)
    looking.look()
    looking.stop()

    assert (after_one, len(back)) == ([], 1)


def test_who_stands_by_looks_for_no_job_of_the_worker_at_work(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    back, looking = taken(jobs, monkeypatch), Strays(jobs, "local", lambda: (), look_seconds=0.01)

    before = set(threading.enumerate())
    looking.look_for()
    begun = set(threading.enumerate()) - before
    looking.stop()

    assert (begun, back) == (set(), [])
