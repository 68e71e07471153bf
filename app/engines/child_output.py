"""What a child process writes."""

from __future__ import annotations

import logging
import os
import select
from contextlib import suppress
from typing import IO

from app import log_lines

KEPT_OUTPUT = 4096  # bytes of a child's last output
LONGEST_LINE = 300  # characters

log = logging.getLogger(__name__)


class Output:
    """What the child *name* writes: passed on to our own stderr, as lines of our log if that is JSON, with its end kept."""

    def __init__(self, name: str, pipe: IO[bytes]) -> None:
        self._name = name
        self._pipe = pipe
        self._end = b""
        self._line = b""  # whose end has not come
        self.over = False

    def fileno(self) -> int:
        return self._pipe.fileno()

    def relay(self) -> None:
        """Passes on what there is."""
        data = os.read(self.fileno(), 65536)
        self.over = not data
        self._end = (self._end + data)[-KEPT_OUTPUT:]
        if log_lines.are_json():
            self._log(data or b"\n")
            return
        with suppress(OSError):
            os.write(2, data)

    def _log(self, data: bytes) -> None:
        *lines, line = (self._line + data.replace(b"\r", b"\n")).split(b"\n")
        self._line = line[-KEPT_OUTPUT:]
        for each in filter(None, map(bytes.strip, lines)):
            log.info("backend %s: %s", self._name, each.decode("utf-8", "replace"))

    def close(self) -> str:
        """Passes on the rest; the last line that says something."""
        while not self.over and select.select([self], [], [], 0)[0]:
            self.relay()
        self._pipe.close()
        lines = [line.strip() for line in self._end.decode("utf-8", "replace").splitlines()]
        last = next((line for line in reversed(lines) if line), "")
        return "".join(filter(str.isprintable, last))[:LONGEST_LINE]
