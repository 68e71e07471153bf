from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest

from app.errors import StoreError
from app.storage.locks import FileLock


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    stop = threading.Event()
    stop.set()

    assert first.take(stop)

    assert not second.take(stop)
    first.release()


def test_who_waits_gets_it_when_the_other_lets_go(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    never = threading.Event()
    taken = threading.Event()
    first.take(never)
    waiting = threading.Thread(target=lambda: second.take(never) and taken.set())
    waiting.start()
    before = taken.wait(0.3)

    first.release()

    assert (before, taken.wait(10)) == (False, True)
    waiting.join()
    second.release()


def test_a_lock_that_cannot_be_made_names_its_file_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        FileLock(tmp_path / "missing" / "lock").take(threading.Event())

    assert re.search(r"missing/lock.*make its folder", refused.value.located)
