"""Lines of the log as JSON objects."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from app import log_lines


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
