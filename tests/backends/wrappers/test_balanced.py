"""Several replicas as one backend, judged by the servers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Backend, Call, Message
from app.backends.http.passthrough import PassthroughRequest
from app.backends.http.timeouts import Timeouts
from app.backends.wrappers.balanced import Balanced
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.retrying import Retrying
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable, Cancelled
from app.metrics import NullMetrics
from tests.fakes.openai_server import FakeOpenAI, Reply

CALL = Call("m", (Message("user", "say something"),), max_tokens=50)
PASSAGE = PassthroughRequest("/chat/completions", json.dumps({"model": "m", "stream": True, "messages": []}).encode())
TIMEOUTS = Timeouts(connect=2, first_token=20, between_tokens=20)


@pytest.fixture
def servers() -> Iterator[list[FakeOpenAI]]:
    with ExitStack() as stack:
        yield [stack.enter_context(FakeOpenAI()) for _ in range(3)]


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def balanced(servers: list[FakeOpenAI], clock: Clock | None = None) -> Balanced:
    replicas: list[Backend] = [OpenAIBackend("vLLM", server.base_url, "EMPTY", TIMEOUTS) for server in servers]
    return Balanced("vLLM", replicas, clock or time.monotonic)


def counts(servers: list[FakeOpenAI]) -> list[int]:
    return [len(server.calls) for server in servers]


def wait_until_back(backend: Balanced, server: FakeOpenAI) -> bool:
    """Whether calls reach *server* again before long."""
    deadline = time.monotonic() + 5
    seen = len(server.calls)
    while len(server.calls) == seen and time.monotonic() < deadline:
        backend.complete(CALL)
        time.sleep(0.02)
    return len(server.calls) > seen


def test_idle_replicas_take_turns(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers)

    for _ in range(9):
        backend.complete(CALL)

    assert counts(servers) == [3, 3, 3]


def test_the_least_busy_one_is_asked(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers)
    servers[0].default = Reply(text="word " * 500, pace=0.05)
    streams = [backend.stream(CALL)]
    next(streams[0])

    for _ in range(8):
        backend.complete(CALL)
    streams[0].close()

    assert counts(servers) == [1, 4, 4]


class Told(NullMetrics):
    def __init__(self) -> None:
        self.failovers: list[tuple[str, str]] = []

    def failed_over(self, backend: str, error: str, /) -> None:
        self.failovers.append((backend, error))


def test_a_call_that_goes_to_the_next_replica_is_counted(servers: list[FakeOpenAI]) -> None:
    told = Told()
    replicas: list[Backend] = [OpenAIBackend("vLLM", server.base_url, "EMPTY", TIMEOUTS) for server in servers[:2]]
    backend = Balanced("vLLM", replicas, metrics=told)
    servers[0].default = Reply(status=500)

    backend.complete(CALL)
    backend.complete(CALL)

    assert told.failovers == [("vLLM", "BackendUnavailable")]


def test_no_call_fails_when_one_of_three_dies_under_load(servers: list[FakeOpenAI]) -> None:
    backend = Retrying(Limited(balanced(servers), 24), tries=3)
    for server in servers:
        server.default = Reply(text="one two three four", pace=0.005)
    killer = threading.Timer(0.4, servers[1].stop)
    killer.start()

    with ThreadPoolExecutor(24) as threads:
        answers = list(threads.map(backend.complete, [CALL] * 400))

    killer.join()
    assert not servers[1].running
    assert {answer.text for answer in answers} == {"one two three four"}


def test_no_relay_fails_when_one_of_three_is_dead(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers)
    servers[1].stop()

    def relay(_number: int) -> bytes:
        relay = backend.passthrough(PASSAGE)
        next(relay)
        return b"".join(relay)

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(relay, range(60)))

    assert all(b"[DONE]" in answer for answer in answers)


@pytest.mark.parametrize(
    "reply", [Reply(fault="reset"), Reply(status=500), Reply(status=503), Reply(status=429), Reply(fault="no_choices")]
)
def test_a_call_that_failed_before_its_first_piece_goes_elsewhere_at_once(servers: list[FakeOpenAI], reply: Reply) -> None:
    servers[0].script(reply)

    pieces = list(balanced(servers).stream(CALL))

    assert pieces[-1].answer is not None
    assert counts(servers) == [1, 1, 0]


def test_a_stream_that_died_after_a_piece_does_not(servers: list[FakeOpenAI]) -> None:
    servers[0].script(Reply(text="one two three four", fault="end_midway"))
    stream = balanced(servers).stream(CALL)

    assert next(stream).text == "one"
    with pytest.raises(BackendUnavailable):
        list(stream)

    assert counts(servers) == [1, 0, 0]


def test_an_answer_that_nobody_sees_yet_does_even_midway(servers: list[FakeOpenAI]) -> None:
    servers[0].script(Reply(text="one two three four", fault="end_midway"))

    answer = balanced(servers).complete(CALL)

    assert answer.text.startswith("Summary")
    assert counts(servers) == [1, 1, 0]


def test_what_would_be_refused_anywhere_goes_nowhere_else(servers: list[FakeOpenAI]) -> None:
    servers[0].script(Reply(status=400))

    with pytest.raises(BackendRefused):
        balanced(servers).complete(CALL)

    assert counts(servers) == [1, 0, 0]


def test_one_that_failed_is_set_aside(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers, Clock())
    servers[0].script(Reply(status=500))

    for _ in range(6):
        backend.complete(CALL)

    assert counts(servers) == [1, 3, 3]


def test_one_that_is_busy_is_not_set_aside(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers, Clock())
    servers[0].script(Reply(status=429))

    for _ in range(6):
        backend.complete(CALL)

    assert counts(servers)[0] > 1


def test_one_that_is_well_again_is_probed_back(servers: list[FakeOpenAI]) -> None:
    clock = Clock()
    backend = balanced(servers, clock)
    servers[0].stop()
    backend.complete(CALL)
    servers[0].start()

    before = counts(servers)[0]
    backend.complete(CALL)
    clock.now += 1.1

    assert before == 0
    assert wait_until_back(backend, servers[0])


def test_one_that_is_still_dead_waits_longer_each_time(servers: list[FakeOpenAI]) -> None:
    clock = Clock()
    backend = balanced(servers, clock)
    servers[0].stop()
    backend.complete(CALL)
    replica = backend._replicas[0]
    pauses = [replica.pause]

    for _ in range(3):
        clock.now = replica.due + 0.1
        backend.complete(CALL)
        deadline = time.monotonic() + 5
        while replica.probed and time.monotonic() < deadline:
            time.sleep(0.01)
        pauses.append(replica.pause)

    assert pauses == [1.0, 2.0, 4.0, 8.0]


def test_where_all_are_set_aside_each_is_tried_and_the_last_cause_rises(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers, Clock())
    for server in servers:
        server.default = Reply(status=503, message="Loading model")

    for _ in range(2):
        with pytest.raises(BackendUnavailable, match="503 Loading model"):
            backend.complete(CALL)

    assert counts(servers) == [2, 2, 2]


def test_calls_of_one_affinity_stay_together(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers)

    for number in range(12):
        backend.complete(replace(CALL, model=f"job-{number % 4}", affinity=f"job-{number % 4}"))

    homes = [{seen.model for seen in server.calls} for server in servers]
    assert sum(map(len, homes)) == 4
    assert counts(servers) == [6, 3, 3]


def test_an_affinity_moves_when_its_replica_dies(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers, Clock())
    call = replace(CALL, affinity="job-1")
    backend.complete(call)
    servers[0].stop()

    for _ in range(3):
        backend.complete(call)

    assert sorted(counts(servers)) == [0, 1, 3]


def test_closing_ends_the_request_upstream(servers: list[FakeOpenAI]) -> None:
    servers[0].script(Reply(status=500))
    servers[1].script(Reply(fault="hang"))
    cancel = CancelToken()
    stream = balanced(servers).stream(CALL, cancel)
    ends: list[BaseException] = []

    def read() -> None:
        try:
            list(stream)
        except Cancelled as exc:
            ends.append(exc)

    reader = threading.Thread(target=read)
    reader.start()
    assert servers[1].wait_for(lambda fake: fake.open == 1)
    cancel.cancel()
    reader.join(5)

    assert len(ends) == 1
    assert servers[1].wait_for(lambda fake: fake.open == 0, 1.0)
    assert counts(servers) == [1, 1, 0]


def test_it_is_well_as_long_as_one_is(servers: list[FakeOpenAI]) -> None:
    backend = balanced(servers)
    servers[2].context = 4096
    servers[0].stop()

    health = backend.probe()

    assert health.ok
    assert health.detail.startswith("2 of 3 replicas are well; vLLM: cannot connect")
    assert health.models == {"fake-model": 4096}


def test_it_is_ill_when_all_are(servers: list[FakeOpenAI]) -> None:
    for server in servers:
        server.stop()

    health = balanced(servers).probe()

    assert not health.ok
    assert health.detail.startswith("0 of 3 replicas are well")


def test_counting_goes_elsewhere_too(servers: list[FakeOpenAI]) -> None:
    servers[0].stop()

    assert balanced(servers).tokenize("m", ["one two"]) == [2]
