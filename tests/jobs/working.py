"""A worker in a process of its own, with a model that writes down every call: python -m tests.jobs.working URL FILE SECONDS.

What the kinds make of a text is the same whenever and however often they are broken off."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.backends.base import Answer, Call, Health, Message, Piece, Stream
from app.cancellation import CancelToken
from app.jobs import Jobs
from app.jobs.queue.consumer import QueueConsumer, run_worker
from app.kinds.base import Form, Payload, Phase, Progress, Result, Work
from app.manifests import Flavor
from app.tokens import Tokenizers
from app.worker import Worker


class Model:
    """Answers a line in capitals, and adds a line to *file* before it does: what is in there was paid for."""

    name = "vLLM"

    def __init__(self, file: Path, seconds: float) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._seconds = seconds

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:
        text = call.messages[-1].content
        os.write(self._file, f"{text}\n".encode())
        cancel = cancel or CancelToken()
        cancel.wait(self._seconds)
        cancel.check()
        return Answer(text=text.upper(), prompt_tokens=3, completion_tokens=2, seconds=self._seconds)

    def stream(self, call: Call, cancel: CancelToken | None = None) -> Stream:
        yield Piece("", self.complete(call, cancel))

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def measure(self, model: str, messages: Sequence[Message]) -> int:
        return sum(len(message.content) for message in messages)

    def probe(self) -> Health:
        return Health(ok=True)


class Lines:
    """A kind that asks the model for each line of the text: one after the other, or side by side."""

    Flavor = Flavor

    def __init__(self, side_by_side: int = 1) -> None:
        self._side_by_side = side_by_side

    def check(self, service: object, template: str, templates: Mapping[str, str]) -> Iterable[Any]:
        return ()

    def accept(self, form: Form) -> Payload:
        return Payload(str(form.content))

    def run(self, work: Work) -> Result:
        lines = work.order.content.splitlines()
        with ThreadPoolExecutor(self._side_by_side) as threads:
            said = tuple(
                self._reported(work, len(lines), threads.map(lambda n: self._ask(work, n, lines[n]), range(len(lines))))
            )
        return Result("\n".join(said), {"calls": len(lines)})

    def _reported(self, work: Work, total: int, said: Iterator[str]) -> Iterator[str]:
        for done, text in enumerate(said, 1):
            work.report(Progress(Phase("lines"), done, total, text))
            yield text

    def _ask(self, work: Work, number: int, line: str) -> str:
        return work.ask(f"line/{number}", Call("m", (Message("user", line),), 10)).text


KINDS = {"lines": Lines(), "parallel": Lines(4)}


def main(url: str, file: str, seconds: str) -> None:
    jobs = Jobs(url, pool=8)
    model = Model(Path(file), float(seconds))
    worker = Worker(jobs, lambda _: model, Tokenizers(), KINDS)
    run_worker(QueueConsumer(jobs, worker.carry_out, {"vLLM": 8}), threading.Event(), 1.0)


if __name__ == "__main__":
    main(*sys.argv[1:])
