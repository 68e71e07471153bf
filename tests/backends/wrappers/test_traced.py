"""Each try of a call is a span, and the server is told which."""

from __future__ import annotations

import json

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Call, Message
from app.backends.http.passthrough import PassthroughRequest
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.retrying import Retrying
from app.backends.wrappers.traced import Traced
from app.errors import BackendUnavailable
from app.tracing import spanning
from app.tracing.otlp import Otlp
from tests.fakes.collector import Collector
from tests.fakes.openai_server import FakeOpenAI, Reply

CALL = Call("mixtral", (Message("user", "the secret plan"),), max_tokens=50, service="cra", flavor="short")


@pytest.fixture
def backend(fake_openai: FakeOpenAI, tracing: Otlp) -> Retrying:
    inner = Traced(OpenAIBackend("vLLM", fake_openai.base_url, "EMPTY"), tracing)
    return Retrying(Limited(inner, 1), tries=2, sleep=lambda _seconds: None)


def sent(fake: FakeOpenAI) -> list[list[str]]:
    """The traces and spans that the server was told of."""
    return [call.headers.get("traceparent", "").split("-")[1:3] for call in fake.calls]


def test_a_call_is_part_of_what_asks_for_it_and_the_server_is_told(
    fake_openai: FakeOpenAI, backend: Retrying, tracing: Otlp, collector: Collector
) -> None:
    fake_openai.script(Reply(text="one two"))
    with spanning(tracing, "batch/1"):
        backend.complete(CALL)
    tracing.close()

    call = collector.named("chat mixtral")
    assert (call.parent, call.kind) == (collector.named("batch/1").id, 3)
    assert sent(fake_openai) == [[call.trace, call.id]]
    assert call.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "mixtral",
        "gen_ai.response.model": "mixtral",
        "gen_ai.response.finish_reasons": "stop",
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 2,
        "gateway.backend": "vLLM",
        "gateway.service": "cra",
        "gateway.flavor": "short",
    }


def test_each_try_is_a_span_of_its_own(fake_openai: FakeOpenAI, backend: Retrying, tracing: Otlp, collector: Collector) -> None:
    fake_openai.script(Reply(status=503), Reply(text="one"))
    backend.complete(CALL)
    tracing.close()

    first, second = collector.spans()
    assert (first.failed, second.failed) == (True, False)
    assert first.attributes["error.type"] == BackendUnavailable.__name__
    assert sent(fake_openai) == [[each.trace, each.id] for each in (first, second)]


def test_a_stream_that_is_dropped_was_cancelled(
    fake_openai: FakeOpenAI, backend: Retrying, tracing: Otlp, collector: Collector
) -> None:
    fake_openai.script(Reply(text="one two three", pace=0.2))
    stream = backend.stream(CALL)
    next(stream)
    stream.close()
    tracing.close()

    assert collector.named("chat mixtral").attributes["error.type"] == "Cancelled"


def test_what_reads_a_stream_is_no_part_of_the_call(backend: Retrying, tracing: Otlp, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply(text="one two"))
    with spanning(tracing, "request") as request:
        stream = backend.stream(CALL)
        next(stream)
        there = tracing.carrier()
        stream.close()

    assert there == request.carrier


def test_a_request_that_is_handed_on_is_traced_too(
    fake_openai: FakeOpenAI, backend: Retrying, tracing: Otlp, collector: Collector
) -> None:
    fake_openai.script(Reply(text="one two"))
    body = json.dumps({"model": "mixtral", "messages": [{"role": "user", "content": "hello"}]}).encode()
    relay = backend.passthrough(PassthroughRequest("/chat/completions", body, model="mixtral"))
    next(relay)
    usage = json.loads(b"".join(item for item in relay if isinstance(item, bytes)))["usage"]
    tracing.close()

    call = collector.named("chat mixtral")
    assert sent(fake_openai) == [[call.trace, call.id]]
    assert call.attributes["gen_ai.usage.input_tokens"] == usage["prompt_tokens"] > 0
    assert call.attributes["gen_ai.usage.output_tokens"] == usage["completion_tokens"] > 0


def test_nothing_that_was_said_is_told(fake_openai: FakeOpenAI, backend: Retrying, tracing: Otlp, collector: Collector) -> None:
    fake_openai.script(Reply(text="top secret answer"))
    backend.complete(CALL)
    tracing.close()

    assert collector.bodies
    assert not [body for body in collector.bodies if b"secret" in body]
