"""Every call is told to the metrics once, however it ends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.backends.http.passthrough import PassthroughRequest
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.metered import Metered
from app.backends.wrappers.retrying import Retrying
from app.errors import BackendUnavailable
from app.metrics import NullMetrics
from tests.fakes.openai_server import FakeOpenAI, Reply

CALL = Call("mixtral", (Message("user", "say something"),), max_tokens=50, service="cra", flavor="short")


@dataclass
class Told(NullMetrics):
    """Metrics that a test reads."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    flying: list[int] = field(default_factory=list)
    again: list[str] = field(default_factory=list)

    def calling(self, backend: str, change: int, /) -> None:
        self.flying.append(change)

    def called(self, **what: Any) -> None:
        self.calls.append(what)

    def retried(self, backend: str, error: str, /) -> None:
        self.again.append(error)


def metered(fake: FakeOpenAI, told: Told) -> Metered:
    return Metered(OpenAIBackend("vLLM", fake.base_url, "EMPTY"), told)


def test_a_call_is_told_with_its_numbers(fake_openai: FakeOpenAI) -> None:
    told = Told()
    fake_openai.script(Reply(text="one two", latency=0.05, pace=0.02))

    metered(fake_openai, told).complete(CALL)

    (call,) = told.calls
    assert 0.05 < call.pop("first_token") < call.pop("seconds") < 5
    assert call == {
        "backend": "vLLM",
        "model": "mixtral",
        "service": "cra",
        "flavor": "short",
        "prompt_tokens": 8,
        "completion_tokens": 2,
        "cached_tokens": 2,
        "error": "",
    }
    assert told.flying == [1, -1]


@pytest.mark.parametrize("stream", [True, False])
def test_what_is_handed_on_is_told_too(fake_openai: FakeOpenAI, stream: bool) -> None:
    told = Told()
    fake_openai.script(Reply(text="one two"))
    body = {"model": "m", "stream": stream, "stream_options": {"include_usage": True}, "messages": []}
    relay = metered(fake_openai, told).passthrough(
        PassthroughRequest("/chat/completions", json.dumps(body).encode(), model="m", service="cra")
    )

    next(relay)
    list(relay)

    (call,) = told.calls
    assert (call["model"], call["service"], call["prompt_tokens"], call["completion_tokens"]) == ("m", "cra", 3, 2)


def test_a_failed_call_is_told_by_its_error(fake_openai: FakeOpenAI) -> None:
    told = Told()
    fake_openai.script(Reply(status=503))

    with pytest.raises(BackendUnavailable):
        metered(fake_openai, told).complete(CALL)

    assert [(call["error"], call["first_token"]) for call in told.calls] == [("BackendUnavailable", None)]
    assert told.flying == [1, -1]


def test_a_stream_that_is_left_is_told_as_cancelled(fake_openai: FakeOpenAI) -> None:
    told = Told()
    fake_openai.script(Reply(text="word " * 100, pace=0.05))
    stream = metered(fake_openai, told).stream(CALL)
    next(stream)

    stream.close()

    assert [call["error"] for call in told.calls] == ["Cancelled"]
    assert told.flying == [1, -1]


def test_each_try_is_told_and_the_retry_besides(fake_openai: FakeOpenAI) -> None:
    told = Told()
    fake_openai.script(Reply(status=503), Reply(text="fine"))

    Retrying(Limited(metered(fake_openai, told), 1), 2, lambda seconds: None, metrics=told).complete(CALL)

    assert [call["error"] for call in told.calls] == ["BackendUnavailable", ""]
    assert told.again == ["BackendUnavailable"]
