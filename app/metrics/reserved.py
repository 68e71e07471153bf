"""Files of counts whose place on the disk is taken before it is written to: else a full disk kills the process that counts."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

STEP = 2**16  # bytes that are taken at a time
LONGEST = 2**14  # of one series with its labels


class ReservedFile(MmapedDict):
    """The library's file in memory. It grows as a file with holes, and what is written into a hole while the disk is full (the
    /dev/shm of a container) is a SIGBUS. Here each page is there before it is used; raises OSError if there is no room."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        self._taken = 0
        if not read_mode:
            with open(filename, "a+b") as file:
                size = os.fstat(file.fileno()).st_size
                try:
                    self._take(file.fileno(), max(STEP, size))
                except OSError:
                    if not size:  # nothing was counted in it
                        Path(filename).unlink(missing_ok=True)
                    raise
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        if self._used + LONGEST > self._taken:
            self._take(self._f.fileno(), self._taken + STEP)
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _take(self, handle: int, size: int) -> None:
        if hasattr(os, "posix_fallocate"):  # not on macOS
            os.posix_fallocate(handle, 0, size)
        self._taken = size
