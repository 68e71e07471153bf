from __future__ import annotations

import io
import logging
import threading
import time

import pytest

from app.serve.fast_path.buffered_log import BufferedHandler


def logger(handler: logging.Handler) -> logging.Logger:
    made = logging.Logger("access")
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    made.addHandler(handler)
    return made


def test_lines_are_written_soon_and_in_their_order() -> None:
    stream = io.StringIO()
    access = logger(BufferedHandler(stream, pause=0.01))

    for number in range(100):
        access.info("request %d", number)

    deadline = time.monotonic() + 20
    while stream.getvalue().count("\n") < 100:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert stream.getvalue().splitlines() == [f"INFO request {number}" for number in range(100)]


def test_nothing_is_lost_at_the_end() -> None:
    stream = io.StringIO()
    handler = BufferedHandler(stream, pause=60)
    access = logger(handler)
    threads = [threading.Thread(target=lambda: [access.info("x") for _ in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    handler.flush()

    assert stream.getvalue() == 200 * "INFO x\n"


def test_a_stream_that_is_gone_ends_nothing() -> None:
    stream = io.StringIO()
    handler = BufferedHandler(stream, pause=60)
    logger(handler).info("x")
    stream.close()

    handler.flush()


def test_lines_that_nobody_reads_are_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.serve.fast_path.buffered_log.MOST_WAITING", 3)
    stream = io.StringIO()
    handler = BufferedHandler(stream, pause=60)
    access = logger(handler)

    for number in range(8):
        access.info("request %d", number)
    handler.flush()
    access.info("read again")
    handler.flush()

    assert stream.getvalue().splitlines() == [
        *(f"INFO request {number}" for number in range(3)),
        "WARNING 5 lines are lost here: nobody read the log",
        "INFO read again",
    ]
