"""Has Word and PDF files made in a process of their own, which has bounds of time and memory: neither a large document nor a
template of anybody takes a web process's memory or its interpreter."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.documents.document import Document
from app.documents.making import NO_MEMORY, PROBLEM
from app.errors import Busy, DocumentTooLarge, Problem, StoreError, TemplateError

SECONDS = 60  # of processor time that one file may take
PATIENCE = 150.0  # seconds until it must be there, on a machine that is busy with other things
AT_ONCE = 1  # files that one web process has made at the same time: each may take a gigabyte
WAIT = 30.0  # seconds that a request waits for its turn
LARGEST = 3_000_000  # characters of a document, with PARAGRAPH for each text: 0.6 GB as a PDF, measured
PARAGRAPH = 100
_FOLDER = Path(__file__).resolve().parent.parent.parent  # where `app` is imported from
COMMAND = (sys.executable, "-m", "app.documents.making")


@dataclass(frozen=True)
class Template:
    """A service's own Word template: the name of its file, and what that holds."""

    file: str
    content: bytes


@dataclass(frozen=True)
class Maker:
    """Starts the processes. Any thread may use it."""

    fonts: Sequence[Path] = ()
    seconds: int = SECONDS
    wait: float = WAIT
    slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def made(self, form: str, document: Document, template: Template | None = None) -> bytes:
        """The file in the format *form*. Raises TemplateError, DocumentTooLarge, Busy, StoreError."""
        if sum(len(text) + PARAGRAPH for text in document.texts()) > LARGEST:
            raise DocumentTooLarge(form, f"holds more than {LARGEST} characters, with {PARAGRAPH} for each paragraph")
        asked = {
            "format": form,
            "document": document.record(),
            "template": base64.b64encode(template.content).decode() if template else "",
            "file": template.file if template else "",
            "fonts": [str(folder) for folder in self.fonts if folder.is_dir()],
            "seconds": self.seconds,
        }
        if not self.slots.acquire(timeout=self.wait):
            raise Busy("documents", AT_ONCE)
        try:
            return self._run(form, json.dumps(asked).encode(), template)
        finally:
            self.slots.release()

    def _run(self, form: str, asked: bytes, template: Template | None) -> bytes:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(_FOLDER),
            "PYTHONUTF8": "1",
            "RAYON_NUM_THREADS": "1",
        }
        try:
            done = subprocess.run(  # noqa: S603 - the gateway's own module
                COMMAND,
                input=asked,
                capture_output=True,
                env=environment,
                timeout=PATIENCE,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as exc:
            raise DocumentTooLarge(form, f"takes more than {PATIENCE:g} s") from exc
        except OSError as exc:
            raise StoreError(f"documents cannot be made: no process can be started: {exc.strerror}") from exc
        if done.returncode == 0:
            return done.stdout
        if done.returncode == PROBLEM:
            raise TemplateError(Problem(**json.loads(done.stdout)))
        if done.returncode > 0 and done.returncode != NO_MEMORY:
            raise RuntimeError(f"a {form} could not be made: {done.stdout.decode()[:500]}")
        if template is not None:
            raise TemplateError(Problem(template.file, "", f"takes more than {self.seconds} s or too much memory to be filled"))
        raise DocumentTooLarge(form, f"takes more than {self.seconds} s or too much memory")
