"""The limit and the retry, around the real client, judged by the server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from app.backends.adapters.echo import Echo
from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Backend, Call, Message
from app.backends.http.passthrough import PassthroughRequest
from app.backends.http.timeouts import Timeouts
from app.backends.wrappers.limited import Limited
from app.backends.wrappers.retrying import LONGEST_WISH, Retrying
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable, Cancelled, ContextExceeded, GatewayError
from tests.fakes.openai_server import FakeOpenAI, Reply

PASSAGE = PassthroughRequest("/chat/completions", b'{"model": "m", "stream": true, "messages": []}')
CALL = Call("m", (Message("user", "say something"),), max_tokens=50)
TIMEOUTS = Timeouts(connect=2, first_token=20, between_tokens=20)


def plain(fake: FakeOpenAI) -> Backend:
    return OpenAIBackend("vLLM", fake.base_url, "EMPTY", TIMEOUTS)


def retrying(fake: FakeOpenAI, tries: int, slept: Callable[[float], None] = lambda seconds: None) -> Retrying:
    return Retrying(Limited(plain(fake), 1), tries, slept, lambda: 1.0)


class TestLimited:
    def test_no_more_calls_than_the_limit_are_in_flight(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.latency = 0.05
        limited = Limited(plain(fake_openai), 3)

        with ThreadPoolExecutor(12) as threads:
            list(threads.map(limited.complete, [CALL] * 24))

        assert (fake_openai.most_open, len(fake_openai.calls)) == (3, 24)

    def test_streams_count_too(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.latency = 0.05
        limited = Limited(plain(fake_openai), 2)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda call: list(limited.stream(call)), [CALL] * 8))

        assert (fake_openai.most_open, len(fake_openai.calls)) == (2, 8)

    @pytest.mark.parametrize("fault", ["reset", "reset_midway", "half_json", "no_finish", "context"])
    def test_a_slot_is_given_back_after_an_error(self, fake_openai: FakeOpenAI, fault: str) -> None:
        limited = Limited(plain(fake_openai), 1)
        fake_openai.script(Reply(fault=fault), Reply(fault=fault), Reply(text="fine"))

        with pytest.raises(GatewayError):
            limited.complete(CALL)
        with pytest.raises(GatewayError):
            list(limited.stream(CALL))

        assert limited.complete(CALL).text == "fine"

    def test_a_slot_is_given_back_when_a_stream_is_closed(self, fake_openai: FakeOpenAI) -> None:
        limited = Limited(plain(fake_openai), 1)
        fake_openai.script(Reply(text="word " * 1000, pace=0.05), Reply(text="fine"))
        stream = limited.stream(CALL)
        next(stream)

        stream.close()
        assert fake_openai.wait_for(lambda fake: fake.open == 0)

        assert limited.complete(CALL).text == "fine"
        assert fake_openai.most_open == 1

    def test_a_stream_that_was_never_begun_holds_no_slot(self, fake_openai: FakeOpenAI) -> None:
        limited = Limited(plain(fake_openai), 1)

        _unused = limited.stream(CALL)

        assert limited.complete(CALL).finish_reason == "stop"

    def test_a_stream_closed_while_it_waits_for_its_slot_sends_nothing(self, fake_openai: FakeOpenAI) -> None:
        limited = Limited(plain(fake_openai), 1)
        fake_openai.script(Reply(text="one two"))
        holder = limited.stream(CALL)
        next(holder)
        cancel = CancelToken()
        waiting = limited.stream(CALL, cancel)
        reader = threading.Thread(target=_drain, args=(waiting,))
        reader.start()

        cancel.cancel()
        list(holder)
        reader.join(5)

        assert not reader.is_alive()
        assert len(fake_openai.calls) == 1


class TestRetrying:
    @pytest.mark.parametrize(
        "first",
        [Reply(status=500), Reply(status=429), Reply(fault="reset"), Reply(fault="reset_midway"), Reply(fault="no_finish")],
    )
    def test_what_may_work_the_next_time_is_tried_again(self, fake_openai: FakeOpenAI, first: Reply) -> None:
        fake_openai.script(first, first, Reply(text="fine"))

        answer = retrying(fake_openai, 3).complete(CALL)

        assert (answer.text, answer.attempts) == ("fine", 3)

    @pytest.mark.parametrize(
        ("reply", "kind"), [(Reply(status=400, message="no"), BackendRefused), (Reply(fault="context"), ContextExceeded)]
    )
    def test_what_would_be_refused_again_is_not(self, fake_openai: FakeOpenAI, reply: Reply, kind: type[GatewayError]) -> None:
        fake_openai.script(reply)

        with pytest.raises(kind):
            retrying(fake_openai, 5).complete(CALL)

        assert len(fake_openai.calls) == 1

    def test_the_last_cause_is_what_rises(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=500, message="first"), Reply(status=503, message="last"))

        with pytest.raises(BackendUnavailable, match="503 last"):
            retrying(fake_openai, 2).complete(CALL)

    def test_the_delay_doubles_and_has_a_bound(self, fake_openai: FakeOpenAI) -> None:
        slept: list[float] = []
        fake_openai.default = Reply(status=503)

        with pytest.raises(BackendUnavailable):
            retrying(fake_openai, 10, slept.append).complete(CALL)

        assert slept == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]

    @pytest.mark.parametrize(("requested", "delay"), [("7", 7.5), ("86400", LONGEST_WISH + 0.5)])
    def test_the_servers_wish_is_obeyed_within_reason(self, fake_openai: FakeOpenAI, requested: str, delay: float) -> None:
        slept: list[float] = []
        fake_openai.script(Reply(status=429, retry_after=requested))

        retrying(fake_openai, 2, slept.append).complete(CALL)

        assert slept == [delay]

    def test_a_call_that_sleeps_holds_no_slot(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=503))
        limited = Limited(plain(fake_openai), 1)
        meanwhile: list[str] = []

        def sleep(seconds: float) -> None:
            meanwhile.append(limited.complete(CALL).finish_reason)

        Retrying(limited, 2, sleep).complete(CALL)

        assert meanwhile == ["stop"]

    def test_a_stream_is_tried_again_before_its_first_piece(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(fault="reset"), Reply(status=503), Reply(text="one two"))

        pieces = list(retrying(fake_openai, 3).stream(CALL))

        assert "".join(piece.text for piece in pieces) == "one two"
        assert pieces[-1].answer is not None
        assert pieces[-1].answer.attempts == 3

    def test_a_stream_is_not_tried_again_after_a_piece_is_out(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(text="one two three four", fault="end_midway"))
        stream = retrying(fake_openai, 5).stream(CALL)

        assert next(stream).text == "one"
        with pytest.raises(BackendUnavailable):
            list(stream)

        assert len(fake_openai.calls) == 1

    def test_an_answer_read_as_a_whole_is_tried_again_even_midway(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(text="one two three four", fault="end_midway"), Reply(text="fine"))

        answer = retrying(fake_openai, 3).complete(CALL)

        assert (answer.text, answer.attempts) == ("fine", 2)

    def test_one_that_waits_for_its_next_try_can_be_closed(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=503, retry_after="60"))
        cancel = CancelToken()
        stream = Retrying(plain(fake_openai), 2).stream(CALL, cancel)
        closer = threading.Timer(0.3, cancel.cancel)
        closer.start()

        with pytest.raises(Cancelled):
            list(stream)

        assert len(fake_openai.calls) == 1

    def test_closing_reaches_the_server(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=503), Reply(text="word " * 1000, pace=0.05))
        stream = retrying(fake_openai, 2).stream(CALL)
        next(stream)

        stream.close()

        assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)

    def test_another_thread_can_close_it_through_all_wrappers(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(fault="hang"))
        cancel = CancelToken()
        stream = retrying(fake_openai, 2).stream(CALL, cancel)
        reader = threading.Thread(target=_drain, args=(stream,))
        reader.start()
        assert fake_openai.wait_for(lambda fake: fake.open == 1)

        cancel.cancel()
        reader.join(5)

        assert not reader.is_alive()
        assert fake_openai.wait_for(lambda fake: fake.open == 0, 1.0)
        assert len(fake_openai.calls) == 1

    def test_counting_is_tried_again_too(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.stop()

        counts = retrying(fake_openai, 2, lambda seconds: fake_openai.start()).tokenize("m", ["one two"])

        assert counts == [2]

    def test_no_prompt_is_in_the_log(self, fake_openai: FakeOpenAI, caplog: pytest.LogCaptureFixture) -> None:
        fake_openai.script(Reply(status=503, message="cannot: say something"))

        retrying(fake_openai, 2).complete(CALL)

        assert "attempt 1 of 2 failed" in caplog.text
        assert "say something" not in caplog.text


def _drain(stream: object) -> None:
    with suppress(Cancelled):
        list(stream)  # type: ignore[call-overload]


class TestRelaying:
    def test_a_request_is_tried_again_before_its_first_byte(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(fault="reset"), Reply(fault="hang_after_headers"), Reply(status=503), Reply(text="one two"))
        short = OpenAIBackend("vLLM", fake_openai.base_url, "EMPTY", Timeouts(2, 0.3, 0.3))
        relay = Retrying(Limited(short, 1), 4, lambda seconds: None).passthrough(PASSAGE)

        head = next(relay)

        assert head.status == 200
        assert b"two" in b"".join(relay)

    def test_it_is_not_tried_again_afterwards(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(text="one two three four", fault="reset_midway"))
        relay = retrying(fake_openai, 5).passthrough(PASSAGE)
        next(relay)

        with pytest.raises(BackendUnavailable):
            list(relay)

        assert len(fake_openai.calls) == 1

    def test_it_holds_a_slot_until_its_end(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.latency = 0.05
        limited = Limited(plain(fake_openai), 2)

        def relayed(_number: int) -> bytes:
            relay = limited.passthrough(PASSAGE)
            next(relay)
            return b"".join(relay)

        with ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(relayed, range(8)))

        assert fake_openai.most_open == 2
        assert all(b"[DONE]" in answer for answer in answers)

    def test_one_closed_while_it_waits_for_its_slot_leaves_at_once(self, fake_openai: FakeOpenAI) -> None:
        limited = Limited(plain(fake_openai), 1)
        fake_openai.script(Reply(fault="hang_midway"))
        holder = limited.stream(CALL)
        next(holder)
        cancel = CancelToken()
        waiting = limited.passthrough(PASSAGE, cancel)
        closer = threading.Timer(0.2, cancel.cancel)
        closer.start()

        with pytest.raises(Cancelled):
            next(waiting)

        assert len(fake_openai.calls) == 1
        holder.close()

    def test_one_that_is_closed_between_two_tries_does_not_sleep_on(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=503, retry_after="60"))
        cancel = CancelToken()
        relay = Retrying(plain(fake_openai), 2).passthrough(PASSAGE, cancel)
        closer = threading.Timer(0.3, cancel.cancel)
        closer.start()

        with pytest.raises(Cancelled):
            next(relay)

        assert len(fake_openai.calls) == 1

    def test_a_backend_that_hands_nothing_on_says_so(self) -> None:
        with pytest.raises(BackendRefused, match="echo: passes no requests through"):
            next(Retrying(Limited(Echo(), 1), 2).passthrough(PASSAGE))


class TestPatience:
    """Somebody waits: the tries end with the patience."""

    @pytest.mark.parametrize("wish", ["31536000", "61", "120"])
    def test_a_server_that_wishes_for_more_is_not_waited_for(self, fake_openai: FakeOpenAI, wish: str) -> None:
        fake_openai.default = Reply(status=429, retry_after=wish)
        slept: list[float] = []

        with pytest.raises(BackendUnavailable) as caught:
            retrying(fake_openai, 5, slept.append).complete(replace(CALL, patience=60.0))

        assert (slept, len(fake_openai.calls), caught.value.status) == ([], 1, 429)

    def test_a_wish_within_it_is_obeyed(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=429, retry_after="7"), Reply(text="fine"))
        slept: list[float] = []

        answer = retrying(fake_openai, 5, slept.append).complete(replace(CALL, patience=60.0))

        assert (answer.text, len(slept)) == ("fine", 1)

    def test_a_relay_ends_with_it_too(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.default = Reply(status=429, retry_after="31536000")

        with pytest.raises(BackendUnavailable):
            next(retrying(fake_openai, 5).passthrough(replace(PASSAGE, patience=60.0)))

        assert len(fake_openai.calls) == 1

    def test_an_attempt_that_would_begin_after_it_is_not_waited_for(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.default = Reply(status=500)
        slept: list[float] = []

        with pytest.raises(BackendUnavailable):
            retrying(fake_openai, 9, slept.append).complete(replace(CALL, patience=7.5))

        assert slept == [0.5, 1.0, 2.0, 4.0]

    def test_a_job_has_no_end_of_patience(self, fake_openai: FakeOpenAI) -> None:
        fake_openai.script(Reply(status=429, retry_after="31536000"), Reply(text="fine"))

        assert retrying(fake_openai, 2).complete(CALL).text == "fine"
