"""What an event of a streamed answer costs, counted in calls of functions: they do not depend on the machine."""

from __future__ import annotations

import json
import sys
from collections import Counter
from types import FrameType
from typing import Any

from app.backends.adapters.openai import _take
from app.backends.answers import reading
from app.backends.answers.builder import AnswerBuilder
from app.backends.base import Call, Message

EVENTS = 200


def test_an_event_that_only_says_a_word_costs_few_calls() -> None:
    """There are as many as tokens, in each of hundred streams at a time. It was 159."""
    words = [{"choices": [{"index": 0, "delta": {"content": f"word {n} "}, "finish_reason": None}]} for n in range(EVENTS)]
    arriving = iter([b"data: " + json.dumps({"id": "1", "model": "m", **each}).encode() + b"\n\n" for each in words])
    heard = AnswerBuilder.of(Call(model="m", messages=(Message("user", "Talk."),), max_tokens=EVENTS))
    seen: Counter[str] = Counter()

    def count(_frame: FrameType, event: str, _given: Any) -> None:
        seen[event] += 1

    chunks = reading.read(arriving, AssertionError)
    said = [_take(heard, next(chunks)) for _ in range(4)]  # the beginning is looked at more closely
    sys.setprofile(count)
    said.extend(_take(heard, chunk) for chunk in chunks)
    sys.setprofile(None)

    assert "".join(said) + heard.end() == "".join(each["choices"][0]["delta"]["content"] for each in words).rstrip()
    assert (seen["call"] + seen["c_call"]) / EVENTS < 120
