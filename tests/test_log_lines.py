"""Lines of the log as JSON objects."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import log_lines
from app.engines.child import Output
from app.kinds import KINDS
from app.tokens import Tokenizers
from app.worker import Worker
from tests.acceptance.processes import ROOT
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.web.conftest import prepared
from tests.web.talking import SUMMARY, TURNS, Talking, talking

READY = "from app import cli, settings; cli._log_to_stderr(settings.Settings(log_format='json'))"

__all__ = ["prepared"]  # a fixture of others


def line(name: str, message: str, *args: Any) -> dict[str, Any]:
    record = logging.LogRecord(name, logging.WARNING, "", 0, message, args, None)
    made: dict[str, Any] = json.loads(log_lines.formatter(log_lines.JSON).format(record))
    return made


def test_a_line_is_one_object_with_what_its_words_speak_of() -> None:
    told = line("app.x", "request %s: job %s, service %s, backend %s after %.1f s", "r1", "j1", "cra", "vLLM", 2.5)

    assert told["message"] == "request r1: job j1, service cra, backend vLLM after 2.5 s"
    assert {name: told[name] for name in ("level", "logger")} == {"level": "WARNING", "logger": "app.x"}
    assert {name: told[name] for name in ("request", "job", "service", "backend")} == {
        "request": "r1",
        "job": "j1",
        "service": "cra",
        "backend": "vLLM",
    }


def test_percent_signs_and_other_values_are_no_fields() -> None:
    told = line("app.x", "100 %% of %d, attempt %d of %d, job %s", 3, 1, 2, "j1")

    assert told["job"] == "j1"
    assert set(told) == {"time", "level", "process", "logger", "message", "job"}


def test_a_line_of_the_access_log_has_its_columns() -> None:
    told = line(log_lines.ACCESS, "%s %s %s %d %.1f ms %s", "127.0.0.1", "GET", "/health", 200, 1.5, "r1")

    assert (told["method"], told["path"], told["status"], told["request"]) == ("GET", "/health", 200, "r1")


@pytest.mark.parametrize("message", ["line\nbreak", 'quote"', "é … \u200f"])
def test_a_message_stays_in_its_line(message: str) -> None:
    record = logging.LogRecord("app.x", logging.INFO, "", 0, "%s", (message,), None)

    written = log_lines.formatter(log_lines.JSON).format(record)

    assert "\n" not in written
    assert json.loads(written)["message"] == message


def test_an_exception_is_told() -> None:
    try:
        raise ValueError("no")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), (ValueError, error, error.__traceback__))

    assert "ValueError: no" in json.loads(log_lines.formatter(log_lines.JSON).format(record))["exception"]


def test_text_stays_as_it_was() -> None:
    record = logging.LogRecord("app.x", logging.INFO, "", 0, "hello %s", ("you",), None)

    assert log_lines.formatter(log_lines.TEXT).format(record).endswith(f"INFO    {record.process} app.x: hello you")


@pytest.fixture
def talk(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> Iterator[Talking]:
    with talking(tmp_path, prepared, fake_openai) as made:
        made.write(SUMMARY, TURNS)
        yield made


@pytest.mark.parametrize("log_format", [log_lines.TEXT, log_lines.JSON])
@pytest.mark.parametrize(("reply", "end"), [(Reply("They ship."), "complete after"), (Reply(status=404), "failed after")])
def test_the_lines_of_a_job_join_its_request_and_name_its_service_and_backend(
    talk: Talking, caplog: pytest.LogCaptureFixture, log_format: str, reply: Reply, end: str
) -> None:
    talk.fake.answer = lambda _: reply
    body = {"content": "Ann : We ship on Friday.", "flavor": "small"}

    with caplog.at_level(logging.INFO):
        job = talk.client.post("/services/cra/generate", json=body, headers={"X-Request-Id": "r-1"}).json["jobId"]
        Worker(talk.gateway.jobs, talk.gateway.backends.of, Tokenizers(), KINDS).carry_out(job)

    written = [log_lines.formatter(log_format).format(record) for record in caplog.records]
    of_the_job = [line for line in written if job in line]
    assert len(of_the_job) >= 3  # it is accepted, begins, ends
    assert [end in line for line in of_the_job] == [False] * (len(of_the_job) - 1) + [True]
    if log_format == log_lines.TEXT:
        assert f"request r-1: job {job}, service cra, flavor small, backend vLLM" in of_the_job[0]
        assert all(f"job {job}, service cra, " in line and "backend vLLM" in line for line in of_the_job)
        return
    fields = [json.loads(line) for line in of_the_job]
    assert fields[0]["request"] == "r-1"
    assert {(each["job"], each["service"], each["backend"]) for each in fields} == {(job, "cra", "vLLM")}


@pytest.mark.parametrize("action", ["retry", "replay"])
def test_a_request_that_runs_a_job_again_is_joined_with_it_too(
    talk: Talking, caplog: pytest.LogCaptureFixture, action: str
) -> None:
    job = talk.client.post("/services/cra/generate", json={"content": "Ann : Hi.", "flavor": "small"}).json["jobId"]
    talk.client.delete(f"/jobs/{job}")

    with caplog.at_level(logging.INFO):
        again = talk.client.post(f"/jobs/{job}/{action}", json={}, headers={"X-Request-Id": "r-2"}).json["jobId"]

    assert f"request r-2: job {again}, service cra" in caplog.text


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import app.cli; app.cli.main(['check', '--timeout', 'soon'])", "'soon'"),
        ("import app.cli; app.cli.main(['web', '--services', '/none/such'])", "/none/such"),
        (f"{READY}; raise KeyError('x')", "KeyError"),
        (f"{READY}; import threading; threading.Thread(target=lambda: 1 / 0).start()", "ZeroDivisionError in a thread"),
        (f"{READY}; import warnings; warnings.warn('old')", "UserWarning"),
    ],
)
def test_what_python_and_commands_print_are_lines_too(program: str, told: str) -> None:
    environment = {**os.environ, "LOG_FORMAT": "json"}

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    said = [json.loads(each)["message"] for each in done.stderr.splitlines()]
    assert [told in each for each in said] == [True]


def test_what_an_engine_prints_are_lines_that_name_it(caplog: pytest.LogCaptureFixture) -> None:
    ours = logging.getLogger().handlers[0]
    before = ours.formatter
    read, write = os.pipe()
    try:
        ours.setFormatter(log_lines.JsonLines())
        with caplog.at_level(logging.INFO, "app.engines.child_output"), os.fdopen(read, "rb") as pipe:
            output = Output("one", pipe)
            for piece in (b"loading\rload", b"ed\n\nready\nno end"):
                os.write(write, piece)
                output.relay()
            os.close(write)
            last = output.close()
    finally:
        ours.setFormatter(before)

    said = [record.getMessage() for record in caplog.records]
    assert said == [f"backend one: {line}" for line in ("loading", "loaded", "ready", "no end")]
    assert last == "no end"
