"""Fixtures that tests of several rooms share."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import settings

from app.catalog import Examiner
from tests.fakes.openai_server import FakeOpenAI
from tests.fixtures.command_line import carry_out
from tests.fixtures.database import jobs, prepared, url
from tests.fixtures.postgres import postgres, postgres_url

__all__ = ["carry_out", "jobs", "postgres", "postgres_url", "prepared", "url"]

# Property tests ignore the clock and try the same examples on every machine; HYPOTHESIS_PROFILE=explore tries others.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# A shell ignores Ctrl-C for jobs in the background, and the processes that tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

STARTERS = (subprocess, multiprocessing, subprocess.Popen, Examiner)  # a module of tests that imports one has real processes
SERVERS = {"postgres", "fake_openai"}  # fixtures that are servers
_UNSTEADY = re.compile(r"\bfrozenset\(|\bat 0x[0-9a-f]+")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> None:
    """Gives tests with real processes or servers a second try, which the summary shows: they may lose a race on a machine that
    others slow down. Refuses names of tests that differ from process to process: those that run them side by side fail now
    and then."""
    if unsteady := [item.nodeid for item in items if _UNSTEADY.search(item.name)]:
        raise pytest.UsageError(f"give these parameters ids, for a set has no order and an address changes: {unsteady[:3]}")
    if not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if not SERVERS.isdisjoint(item.fixturenames) or any(each in STARTERS for each in _globals(item)):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _globals(item: pytest.Function) -> list[object]:
    return [each for each in vars(item.module).values() if isinstance(each, type | ModuleType)]


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """What a command that a test runs in this process does with signals ends with the test: processes that later tests start
    would inherit that a signal is ignored."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


@pytest.fixture
def fake_openai() -> Iterator[FakeOpenAI]:
    """A model server on a free port of 127.0.0.1, for one test."""
    with FakeOpenAI() as fake:
        yield fake
