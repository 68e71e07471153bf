"""The network comes to what PyTorch comes to, and its text is whole, repeatable and as long as was asked for."""

from __future__ import annotations

import json
from itertools import islice

import numpy as np
import pytest

from app.engines.rnn import checkpoint
from app.engines.rnn.checkpoint import Checkpoint, Layer
from app.engines.rnn.model import Model
from app.engines.rnn.network import Network
from app.engines.rnn.tokenizing import Bytes
from app.engines.sampling import Sampling
from tests.engines.rnn.make_reference import REFERENCE, TOKENS

CHECKPOINTS = ["lstm-byte.pt", "gru-char.pt", "lstm-bpe.safetensors"]
FREE = Sampling(0.9, top_k=40)


def text(model: Model, count: int = 60, seed: int = 1, sampling: Sampling = FREE, after: str = "Le ") -> str:
    return "".join(model.characters(after, count, sampling, np.random.default_rng(seed)))


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_logits_are_pytorchs(name: str) -> None:
    network = Network(checkpoint.read(REFERENCE / name))

    logits = network.read(network.begin(), TOKENS)

    assert logits[:40] == pytest.approx(json.loads((REFERENCE / "logits.json").read_text())[name], abs=1e-5)


def test_large_weights_overflow_nothing() -> None:
    read = checkpoint.read(REFERENCE / "lstm-byte.pt")
    wild = Checkpoint(read.config, read.embedding, tuple(map(_wild, read.layers)), read.head, read.head_bias, None)
    network = Network(wild)

    assert np.isfinite(network.read(network.begin(), TOKENS)).all()


def _wild(layer: Layer) -> Layer:
    return Layer(*(1e4 * each for each in (layer.weight_ih, layer.weight_hh, layer.bias_ih, layer.bias_hh)))


@pytest.mark.parametrize("gates", [1, 3, 4])
def test_a_plain_network_is_what_its_formula_says(gates: int) -> None:
    chance = np.random.default_rng(3)
    size = 5
    layer = Layer(*(chance.standard_normal(shape).astype(np.float32) for shape in _shapes(gates, size)))
    head = chance.standard_normal((4, size)).astype(np.float32)
    network = Network(Checkpoint({}, None, (layer,), head, np.zeros(4, np.float32), None))

    logits = network.read(network.begin(), [2, 0, 1])

    assert logits == pytest.approx(head @ _by_formula(layer, gates, size, [2, 0, 1]), abs=1e-5)


def _shapes(gates: int, size: int) -> list[tuple[int, ...]]:
    return [(gates * size, 4), (gates * size, size), (gates * size,), (gates * size,)]


def _by_formula(layer: Layer, gates: int, size: int, tokens: list[int]) -> np.ndarray:
    output, cell = np.zeros(size), np.zeros(size)

    def sigmoid(value: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-value))

    for token in tokens:
        given = layer.weight_ih[:, token] + layer.bias_ih
        kept = layer.weight_hh @ output + layer.bias_hh
        if gates == 1:
            output = np.tanh(given + kept)
        elif gates == 3:
            (r, z, n), (hr, hz, hn) = np.split(given, 3), np.split(kept, 3)
            update = sigmoid(z + hz)
            output = (1 - update) * np.tanh(n + sigmoid(r + hr) * hn) + update * output
        else:
            i, f, g, o = np.split(given + kept, 4)
            cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(g)
            output = sigmoid(o) * np.tanh(cell)
    return output


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_text_is_as_long_as_was_asked_for_and_whole(name: str) -> None:
    said = text(Model.load(REFERENCE / name))

    assert len(said) == 60
    said.encode()


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_same_seed_says_the_same(name: str) -> None:
    model = Model.load(REFERENCE / name)

    assert text(model, seed=7) == text(model, seed=7) != text(model, seed=8)


def test_greedy_needs_no_chance() -> None:
    model = Model.load(REFERENCE / "lstm-byte.pt")

    assert text(model, seed=1, sampling=Sampling()) == text(model, seed=2, sampling=Sampling())


@pytest.mark.parametrize("after", ["", "☃☃☃"], ids=["nothing", "unknown"])
def test_it_begins_without_a_seed_too(after: str) -> None:
    assert len(text(Model.load(REFERENCE / "gru-char.pt"), after=after)) == 60


def test_it_learned_something_of_its_corpus() -> None:
    said = text(Model.load(REFERENCE / "lstm-byte.pt"), 400)

    assert 0.1 < said.count(" ") / len(said) < 0.3


def test_the_seed_matters() -> None:
    model = Model.load(REFERENCE / "lstm-byte.pt")

    assert text(model, sampling=Sampling(), after="Qu") != text(model, sampling=Sampling(), after="Z")


class _Alternating:
    """A network that spells é without end."""

    def begin(self) -> None: ...

    def read(self, state: None, tokens: list[int]) -> np.ndarray:
        self._next = iter([0xC3, 0xA9] * 100)
        return self.step(state, 0)

    def step(self, state: None, token: int) -> np.ndarray:
        logits = np.zeros(256, np.float32)
        logits[next(self._next)] = 1
        return logits


def test_no_piece_breaks_a_character() -> None:
    model = Model("m", "", _Alternating(), Bytes())  # type: ignore[arg-type]

    assert list(model.characters("", 3, Sampling(), np.random.default_rng())) == ["é", "é", "é"]


def test_a_model_that_ends_itself_is_over() -> None:
    tokenizer = Bytes()
    tokenizer.end = 0xA9
    model = Model("m", "", _Alternating(), tokenizer)  # type: ignore[arg-type]

    *_, last = islice(model.write("", Sampling(), np.random.default_rng()), 10)

    assert (last.text, last.over) == ("�", True)
