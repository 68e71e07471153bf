"""The character RNN serves like any backend, from a checkpoint that may change meanwhile."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from app.backends.base import Backend, Call, Message
from app.backends.config.setup import Setup
from app.backends.registry import Backends
from app.errors import EngineError
from tests.engines.rnn.make_reference import REFERENCE

CALL = Call("", (Message("user", "Bonjour "),), 40, seed=3)


def backend(path: Path) -> Backend:
    return Backends([Setup("rnn", "rnn", addresses=(str(path),))]).of("rnn")


def test_it_goes_on_writing_and_stops_at_the_limit() -> None:
    answer = backend(REFERENCE / "lstm-byte.pt").complete(CALL)

    assert answer.text
    assert (answer.finish_reason, answer.prompt_tokens, answer.completion_tokens) == ("length", 8, 40)


@pytest.mark.parametrize("name", ["lstm-byte.pt", "gru-char.pt", "lstm-bpe.safetensors"])
def test_what_is_streamed_is_what_is_answered(name: str) -> None:
    rnn = backend(REFERENCE / name)

    pieces = [*rnn.stream(CALL)]

    assert "".join(piece.text for piece in pieces) == rnn.complete(CALL).text
    assert len(pieces) > 10


def test_the_same_seed_writes_the_same_and_another_something_else() -> None:
    rnn = backend(REFERENCE / "lstm-byte.pt")

    texts = [rnn.complete(replace(CALL, seed=seed)).text for seed in (3, 3, 4)]

    assert texts[0] == texts[1] != texts[2]


def test_at_temperature_0_no_seed_matters() -> None:
    rnn = backend(REFERENCE / "lstm-byte.pt")

    assert len({rnn.complete(replace(CALL, temperature=0.0, seed=seed)).text for seed in (1, 2, None)}) == 1


def test_a_stop_string_ends_it() -> None:
    said = backend(REFERENCE / "lstm-byte.pt").complete(CALL).text
    stop = said[4:6]

    stopped = backend(REFERENCE / "lstm-byte.pt").complete(replace(CALL, stop=(stop,)))

    assert (stopped.finish_reason, stopped.text) == ("stop", said[: said.index(stop)].rstrip())


def test_it_counts_tokens_itself() -> None:
    rnn = backend(REFERENCE / "lstm-byte.pt")

    assert rnn.tokenize("", ["é", "ab"]) == [2, 2]
    assert rnn.measure("", [Message("system", "a"), Message("user", "b")]) == 3


def test_a_new_checkpoint_is_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "rnn.pt"
    shutil.copy(REFERENCE / "lstm-byte.pt", path)
    rnn = backend(path)
    assert "LSTM 16 x 1, 256 tokens" in rnn.probe().detail

    shutil.copy(REFERENCE / "gru-char.pt", path)

    assert "GRU 16 x 2" in rnn.probe().detail


def test_without_a_checkpoint_it_says_how_to_get_one(tmp_path: Path) -> None:
    rnn = backend(tmp_path / "rnn.pt")

    with pytest.raises(EngineError, match="set CKPT_PATH, or make one with `python3 -m app train-rnn`"):
        rnn.complete(CALL)
    assert not rnn.probe().ok
