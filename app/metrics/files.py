"""The files in which processes count, read so that a broken or foreign file fails no scrape.

The library reads every file of the folder and fails as a whole; a truncated file can even make it read for ever."""

from __future__ import annotations

import logging
import re
import stat
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

OURS = re.compile(r"(?:counter|histogram|summary|gauge_[a-z]+)_[0-9]+\.db")
LARGEST = 2**26  # bytes; ours grow to some hundred KB
HEADER = 8  # bytes before the first value; the first four say how many are used
NUMBERS = 16  # bytes of a value and its time

log = logging.getLogger(__name__)


class CountingFiles:
    """Every file of one folder. A file that cannot be used is logged once, and skipped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: set[str] = set()

    def collect(self) -> Iterator[Metric]:
        """What all processes have counted."""
        files = [str(file) for file in sorted(self._folder.glob("*.db")) if self._is_usable(file)]
        try:
            found = _merged(files)
        except Exception:  # noqa: BLE001  the library fails in many ways; the next pass says at which file
            files = [file for file in files if self._merges(file)]
            try:
                found = _merged(files)
            except Exception as exc:  # noqa: BLE001  they contradict each other
                self._say(self._folder.name, f"its files do not fit together ({type(exc).__name__})")
                found = []
        yield from found

    def _is_usable(self, file: Path) -> bool:
        if not OURS.fullmatch(file.name):
            return self._say(file.name, "it is none of ours")
        try:
            about = file.lstat()
            if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
                return self._say(file.name, "it is no plain file, or too large")
            data = file.read_bytes()
            # an empty one is just being made
            return bool(data) and (_is_sound(data) or self._say(file.name, "it is broken"))
        except FileNotFoundError:  # its process has ended, and another one has removed it
            return False
        except OSError as exc:
            return self._say(file.name, f"it cannot be read: {exc.strerror}")

    def _merges(self, file: str) -> bool:
        """Whether the library can read *file*."""
        try:
            _merged([file])
        except Exception as exc:  # noqa: BLE001  see `collect`
            return Path(file).exists() and self._say(Path(file).name, f"it is broken ({type(exc).__name__})")
        return True

    def _say(self, name: str, why: str) -> bool:
        """Logs it the first time; returns False."""
        if name not in self._said:
            self._said.add(name)
            log.warning("metrics: %s in the folder of metrics is passed over: %s", name, why)
        return False


def _merged(files: Sequence[str]) -> list[Metric]:
    return list(MultiProcessCollector.merge(files))  # type: ignore[no-untyped-call]


def _is_sound(data: bytes) -> bool:
    """Whether the lengths in a file lead from value to value, to the end of the used part."""
    if len(data) < HEADER:
        return False
    used = struct.unpack_from("i", data)[0]
    if used == 0:
        return True
    place = HEADER
    while place + 4 <= min(used, len(data)):
        length = struct.unpack_from("i", data, place)[0]
        if length <= 0:
            return False
        place += 4 + length + (8 - (length + 4) % 8) + NUMBERS
    return bool(place == used and used <= len(data))
