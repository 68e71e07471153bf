"""What the C library does with memory that is free. In one without these settings (musl, macOS) nothing happens."""

from __future__ import annotations

import ctypes

LARGE_BLOCK = 2**20  # bytes; a long text begins with a piece as large, and so never grows among small blocks
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the numbers of the parameters in glibc


def keep_no_large_blocks() -> None:
    """Has each large block be mapped apart: it then grows without a copy, and is the system's again once it is free. Without
    this, blocks of up to 32 MB come to lie among small ones."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)
        mallopt(_TRIM_THRESHOLD, 2 * LARGE_BLOCK)  # as the library does by itself, once it has freed such a block


def give_back() -> None:
    """Returns what is free to the system: the C library keeps it for a next time, which may never come."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
