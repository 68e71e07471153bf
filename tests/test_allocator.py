"""The C library gives back what is free, where it has the settings for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app import allocator

GROWN = """
from app import allocator
from app.large_texts import joined
def peak():
    return int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]) // 1024
allocator.keep_no_large_blocks()
pieces = ("x" * 2**20 for _ in range(64))
before = peak()
text = joined(pieces)
print(peak() - before, len(text) // 2**20)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how much memory a process had is told by Linux")
def test_a_long_text_grows_without_a_second_copy() -> None:
    done = subprocess.run([sys.executable, "-c", GROWN], capture_output=True, text=True, check=True)

    more, size = map(int, done.stdout.split())
    assert size == 64
    assert more < 1.4 * size


def test_a_library_without_these_settings_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda _: object())

    allocator.keep_no_large_blocks()
    allocator.give_back()
