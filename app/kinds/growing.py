"""A kind that only knows how to run, streamed: its text grows with its reports of progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TypeAlias

from app.backends.base import Piece
from app.kinds.base import Progress, Result, Work

HEARTBEAT = 10.0  # seconds without anything new after which an empty piece is given: a sign of life for proxies

News: TypeAlias = "Progress | Future[Result]"


def shown_when_last(progress: Progress) -> str:
    """The text of the last phase: what an earlier one makes is not yet what comes out."""
    return progress.text if progress.phase.end == 100 else ""


def grown(
    run: Callable[[Work], Result],
    work: Work,
    shown: Callable[[Progress], str] = shown_when_last,
    *,
    heartbeat: float = HEARTBEAT,
) -> Iterator[Piece]:
    """What *run* makes of *work*, piece by piece. Each text that *shown* finds must begin with the one before.

    A reader that stops must end the calls of *work* too: the thread that runs it ends with them."""
    news: SimpleQueue[News] = SimpleQueue()
    pool = ThreadPoolExecutor(1, thread_name_prefix="growing")
    pool.submit(run, replace(work, report=news.put)).add_done_callback(news.put)
    pool.shutdown(wait=False)
    said = ""
    while True:
        try:
            came = news.get(timeout=heartbeat)
        except Empty:
            yield Piece("")
            continue
        if isinstance(came, Future):
            result = came.result()
            yield Piece(_more(said, result.text), result.answered())
            return
        text = shown(came)
        if _more(said, text):
            yield Piece(_more(said, text))
            said = text


def _more(said: str, text: str) -> str:
    """What *text* holds beyond *said*; a report that came late holds nothing new."""
    return text[len(said) :] if text.startswith(said) else ""
