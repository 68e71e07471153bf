from __future__ import annotations

import threading
import time

import pytest

from app.cancellation import CancelToken
from app.errors import Cancelled, Superseded


def test_a_new_token_stops_nothing() -> None:
    cancel = CancelToken()

    cancel.check()

    assert not cancel.cancelled
    assert cancel.reason is None


def test_the_first_reason_counts() -> None:
    cancel, first = CancelToken(), Superseded("another worker has it")

    cancel.cancel(first)
    cancel.cancel(Cancelled("too late"))

    with pytest.raises(Superseded):
        cancel.check()
    assert cancel.reason is first


def test_a_callback_is_called_once_when_the_token_is_cancelled() -> None:
    cancel, called = CancelToken(), []

    with cancel.on_cancel(lambda: called.append(1)):
        cancel.cancel()
        cancel.cancel()

    assert called == [1]


def test_a_callback_of_a_cancelled_token_is_called_at_once() -> None:
    cancel, called = CancelToken(), []
    cancel.cancel()

    with cancel.on_cancel(lambda: called.append(1)):
        assert called == [1]


def test_a_callback_that_has_ended_is_not_called() -> None:
    cancel, called = CancelToken(), []
    with cancel.on_cancel(lambda: called.append(1)):
        pass

    cancel.cancel()

    assert called == []


def test_whoever_waits_wakes_up() -> None:
    cancel = CancelToken()
    threading.Timer(0.05, cancel.cancel).start()

    began = time.monotonic()

    assert cancel.wait(60)
    assert time.monotonic() - began < 30


def test_a_wait_that_nobody_ends_runs_out() -> None:
    assert not CancelToken().wait(0.01)
