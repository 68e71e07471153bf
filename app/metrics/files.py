"""The files in which processes count, read so that a broken or foreign file fails no scrape.

The library reads every file of the folder and fails as a whole; a truncated file can even make it read for ever."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import stat
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from app.metrics.alive import alive
from app.metrics.reserved import ReservedFile

OURS = re.compile(r"(?:counter|histogram|summary|gauge_[a-z]+)_[0-9]+\.db")
LARGEST = 2**26  # bytes; ours grow to some hundred KB
HEADER = 8  # bytes before the first value; the first four say how many are used
NUMBERS = 16  # bytes of a value and its time
LASTING = ("counter", "histogram")  # kinds of files that count on when their process has ended
OF_THE_DEAD = "0"  # in the place of a process's number: what all that have ended have counted

log = logging.getLogger(__name__)


class CountingFiles:
    """Every file of one folder. A file that cannot be used is logged once, and skipped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said: set[str] = set()

    def collect(self) -> Iterator[Metric]:
        """What all processes have counted."""
        with ExitStack() as stack:
            with suppress(OSError):  # no folder
                stack.enter_context(_locked(self._folder, fcntl.LOCK_SH))
            found = self._collected()
        yield from found

    def bury_the_dead(self) -> None:
        """Removes the files of processes that have ended, however they ended, and keeps what they have counted: else a process
        that is killed again and again fills the disk. Raises OSError, also if another process reads or does the same.

        What is being added when this process is killed may count twice."""
        with _locked(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for file in _dead(self._folder, "gauge_live*"):
                file.unlink(missing_ok=True)
            for kind in LASTING:
                into = self._folder / f"{kind}_{OF_THE_DEAD}.db"
                if not os.path.lexists(into) or self._can_be_read(into):
                    _add_up(into, [file for file in _dead(self._folder, kind) if self._can_be_read(file)])

    def _can_be_read(self, file: Path) -> bool:
        return self._is_usable(file) and self._merges(str(file))

    def _collected(self) -> list[Metric]:
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
        return found

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


def _dead(folder: Path, kind: str) -> list[Path]:
    """The files of this kind whose processes have ended."""
    pids = {file: file.stem.rpartition("_")[2] for file in folder.glob(f"{kind}_*.db")}
    return [file for file, pid in pids.items() if pid.isdigit() and pid != OF_THE_DEAD and not alive(int(pid))]


def _add_up(into: Path, files: Sequence[Path]) -> None:
    """Adds the values of *files* to those of *into*, and removes each when that is done."""
    if not files:
        return
    with closing(ReservedFile(str(into))) as kept:
        for file in files:
            counted = list(MmapedDict.read_all_values_from_file(str(file)))  # type: ignore[no-untyped-call]
            for key, *_ in counted:  # makes what is not there yet, as 0: only that takes room, and may fail
                kept.read_value(key)  # type: ignore[no-untyped-call]
            for key, value, *_ in counted:
                _add(kept, key, value)
            file.unlink()


def _add(kept: ReservedFile, key: str, value: float) -> None:
    before: float = kept.read_value(key)[0]  # type: ignore[no-untyped-call]
    kept.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Holds a lock of *folder* in the block: LOCK_SH or LOCK_EX. Raises OSError."""
    held = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, how)
        yield
    finally:
        os.close(held)


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
