"""How long single steps keep the interpreter from other threads while a long transcript is accepted, in one process.

    python -m bench.holds [megabytes]

The Flask application takes one transcript as JSON and one as an upload; a watching thread asks for the interpreter each
millisecond. Prints the steps for which it waited longest, in milliseconds of processor time of the thread that accepts, so
that what else the machine does counts little, and where that thread was then."""

from __future__ import annotations

import io
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from app.allocator import keep_no_large_blocks
from app.gateway import assemble
from app.settings import Settings
from app.storage.schema import prepare
from app.web import create_app
from bench.chunking import FLAVOR, TEMPLATE, transcript
from tests.acceptance.processes import write_service

CHANGED = {name: value for name, value in FLAVOR.items() if name not in ("name", "modelName", "backend")}
LEAST = 8.0  # milliseconds of a step that is told
DEEPEST = 4  # functions of a place
MOST = 16  # places


class Holds:
    """Watches the thread that enters it: the longest time at each place for which it kept the interpreter."""

    def __init__(self) -> None:
        self.longest: dict[str, float] = defaultdict(float)
        self._over = threading.Event()
        self._watched = threading.get_ident()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Holds:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        clock = time.pthread_getcpuclockid(self._watched)
        while not self._over.is_set():
            before = time.clock_gettime(clock)
            time.sleep(0.001)
            held = 1000 * (time.clock_gettime(clock) - before)
            if held >= LEAST:
                place = _place(sys._current_frames().get(self._watched))
                self.longest[place] = max(self.longest[place], held)


def _place(frame: FrameType | None) -> str:
    told: list[str] = []
    while frame is not None and len(told) < DEEPEST:
        told.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(told)


def measure(app: Flask, megabytes: float) -> None:
    text = transcript(megabytes)
    accept(app, json={"content": transcript(0.05), "flavor": "f"})  # imports what is only needed now
    accept(app, "JSON", json={"content": text, "flavor": "f"})
    accept(app, "upload", data={"file": (io.BytesIO(text.encode()), "t.txt"), "flavor": "f"})


def accept(app: Flask, told: str = "", **said: Any) -> None:
    """Has *app* take a request, and prints what it was *told* and its longest steps."""
    environ = EnvironBuilder("/services/rolling/generate", method="POST", **said).get_environ()
    began = time.thread_time()
    with Holds() as holds:
        _, status, _ = run_wsgi_app(app, environ)
    if told:
        print(f"{told}: {status}, {time.thread_time() - began:.2f} s of the processor")
        for place, held in sorted(holds.longest.items(), key=lambda each: -each[1])[:MOST]:
            print(f"    {held:6.1f} ms  {place}")


def main(arguments: Sequence[str]) -> None:
    megabytes = float(arguments[0]) if arguments else 50.0
    with tempfile.TemporaryDirectory() as folder:
        services = Path(folder) / "services"
        write_service(services, "rolling", TEMPLATE, **CHANGED)
        settings = Settings(
            db_path=str(Path(folder) / "jobs.sqlite"), services=str(services), max_body=int(3 * megabytes * 1e6) + 2**20
        )
        prepare(settings.database)
        keep_no_large_blocks()  # as in a web process
        measure(create_app(assemble(settings)), megabytes)


if __name__ == "__main__":
    main(sys.argv[1:])
