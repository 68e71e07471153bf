"""Answers of model servers that are good for several jobs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from app.worker.recent import KEPT_SECONDS, RecentAnswers


def test_threads_that_need_the_same_answer_at_once_ask_once() -> None:
    recent, together = RecentAnswers(), threading.Barrier(8)
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        time.sleep(0.05)  # the others come meanwhile
        return "4096"

    def begin(_number: int) -> str:
        together.wait()
        return recent.get("context", ask)

    with ThreadPoolExecutor(8) as threads:
        heard = set(threads.map(begin, range(8)))

    assert (heard, len(asked)) == ({"4096"}, 1)


def test_an_answer_is_asked_for_again_after_a_while() -> None:
    now = [100.0]
    recent = RecentAnswers(lambda: now[0])
    recent.get("context", lambda: "4096")

    now[0] += KEPT_SECONDS / 2
    early = recent.get("context", lambda: "8192")
    now[0] += KEPT_SECONDS / 2
    late = recent.get("context", lambda: "8192")

    assert (early, late) == ("4096", "8192")


def test_what_a_server_says_that_is_away_is_not_kept() -> None:
    recent = RecentAnswers()
    recent.get("health", lambda: "away", keep=lambda said: said != "away")

    assert recent.get("health", lambda: "well") == "well"


def test_answers_to_different_questions_are_kept_apart() -> None:
    recent = RecentAnswers()
    recent.get(("vLLM", "a"), lambda: 1)

    assert recent.get(("vLLM", "b"), lambda: 2) == 2
