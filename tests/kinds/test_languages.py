"""Which language a text is in."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from py3langid import modelio

from app.kinds import languages


def test_jobs_that_begin_at_once_load_the_language_model_once() -> None:
    languages._identifier.cache_clear()
    together = Barrier(8)

    def begin(_number: int) -> str:
        together.wait()
        return languages.detected("Bonjour à tous, nous allons commencer la réunion de ce matin.")

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(begin, range(8)))

    assert found == {"fr"}
    assert languages._identifier.cache_info().misses == 1


@pytest.mark.parametrize("free", [2**26, 2**30])
def test_the_language_model_is_loaded_where_temporary_files_have_no_room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """A container has 64 MiB of them, and the model unpacked is larger: no job got through there. Nor where a quota or a limit
    of the process is smaller than what is free."""

    def refuse(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    languages._identifier.cache_clear()
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(modelio, "tempfile", tempfile)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))

    assert languages.detected("Bonjour à tous, nous allons commencer la réunion de ce matin.") == "fr"


@pytest.mark.parametrize("code", sorted(languages.PACKS))
def test_no_pattern_holds_a_pair_in_the_place_of_a_count(code: str) -> None:
    """`rf"(?:a ){1, 2}"` is `(?:a )(1, 2)`: braces of a count are written twice there."""
    patterns = [text for text in vars(languages.PACKS[code]).values() if isinstance(text, str)]

    assert [found for text in patterns for found in re.findall(r"\(\d+, \d+\)", text)] == []
