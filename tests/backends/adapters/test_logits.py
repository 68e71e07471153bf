"""The backend that decodes itself: forms are kept by construction, one answer at a time, loaded when first needed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from app.backends.adapters.in_process import InProcessBackend
from app.backends.adapters.logits import Decoder
from app.backends.base import Call, Message
from app.errors import BadParameter, EngineError, PromptTooLong
from tests.engines.decoding.models import VOCABULARY, Clueless, Determined

pytest.importorskip("llguidance", reason="llguidance is not installed (requirements-logits.txt)")

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}
CALL = Call("m", (Message("user", "q"),), 60)


def _prompt(messages: Iterable[Mapping[str, str]]) -> list[int]:
    return VOCABULARY.encode("".join(message["content"] for message in messages))


@dataclass
class ChattingClueless(Clueless):
    def prompt(self, messages: Iterable[Mapping[str, str]], /) -> list[int]:
        return _prompt(messages)


@dataclass
class ChattingDetermined(Determined):
    def prompt(self, messages: Iterable[Mapping[str, str]], /) -> list[int]:
        return _prompt(messages)


@dataclass
class Loads:
    model: Any
    times: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> Any:
        with self.lock:
            self.times += 1
        return self.model


def backend(model: Any) -> InProcessBackend:
    return InProcessBackend("logits", Decoder(Loads(model)))


def held_to(schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}


def test_it_answers_in_pieces_what_it_answers_as_a_whole() -> None:
    logits = backend(ChattingDetermined(text="né à Lyon".encode()))

    pieces = [*logits.stream(CALL)]

    answer = pieces[-1].answer
    assert answer is not None
    assert "".join(piece.text for piece in pieces) == answer.text == logits.complete(CALL).text == "né à Lyon"
    assert (answer.finish_reason, answer.prompt_tokens, answer.completion_tokens) == ("stop", 1, 12)


def test_an_answer_keeps_to_its_schema_whatever_the_model() -> None:
    logits = backend(ChattingClueless())

    for seed in range(20):
        answer = logits.complete(replace(CALL, response_format=held_to(SCHEMA), temperature=1.0, seed=seed))

        assert isinstance(json.loads(answer.text)["n"], int)


def test_any_object_is_an_object() -> None:
    answer = backend(ChattingClueless()).complete(
        replace(CALL, response_format={"type": "json_object"}, temperature=1.0, seed=1, max_tokens=200)
    )

    assert isinstance(json.loads(answer.text), dict)


@pytest.mark.parametrize(
    "changed",
    [
        {"response_format": {"type": "grammar"}},
        {"response_format": {"type": "json_schema"}},
        {"response_format": held_to({"type": "strin"})},
        {"tools": ({"type": "function"},)},
    ],
    ids=str,
)
def test_a_form_that_it_does_not_know_is_the_callers(changed: dict[str, Any]) -> None:
    with pytest.raises(BadParameter):
        backend(ChattingClueless()).complete(replace(CALL, **changed))


def test_a_prompt_as_long_as_the_context_is_refused() -> None:
    with pytest.raises(PromptTooLong):
        backend(ChattingClueless(context=1)).complete(CALL)


def test_it_is_loaded_when_first_needed_and_once() -> None:
    loads = Loads(ChattingDetermined(text=b"a"))
    logits = InProcessBackend("logits", Decoder(loads))
    assert logits.probe().ok
    assert loads.times == 0

    threads = [threading.Thread(target=logits.complete, args=(CALL,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert loads.times == 1


def test_it_counts_with_the_models_own_tokenizer() -> None:
    logits = backend(ChattingClueless())

    assert (logits.tokenize("m", ["é", "ab"]), logits.measure("m", CALL.messages)) == ([2, 2], 1)


def test_a_stream_that_is_closed_leaves_the_model_to_the_next() -> None:
    logits = backend(ChattingDetermined(text=b"abcdef"))
    stream = logits.stream(CALL)
    next(stream)

    stream.close()

    assert logits.complete(CALL).text == "abcdef"


def test_a_model_that_cannot_be_had_is_an_error_that_says_so() -> None:
    def load() -> Any:
        raise EngineError("pip install -r requirements-logits.txt")

    with pytest.raises(EngineError, match="requirements-logits"):
        InProcessBackend("logits", Decoder(load)).complete(CALL)
