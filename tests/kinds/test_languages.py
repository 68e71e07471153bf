"""Which language a text is in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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
