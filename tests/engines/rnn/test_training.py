"""The trainer makes checkpoints that write like their corpus; without PyTorch it says how to install it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from app.engines.rnn import checkpoint
from app.engines.rnn.model import Model
from app.engines.rnn.network import Network
from app.engines.rnn.recipe import Recipe
from app.engines.rnn.training import train
from app.engines.sampling import Sampling
from app.errors import EngineError

torch_only = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is not installed (requirements-rnn.txt): 754 MB"
)
CORPUS = "le chat dort. " * 200
SMALL = Recipe(hidden=24, embedding=8, steps=200, batch=8, length=32, rate=2e-2)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus.txt").write_text(CORPUS, encoding="utf-8")
    return tmp_path / "corpus.txt"


@torch_only
@pytest.mark.parametrize(
    ("cell", "tokenizer", "suffix"),
    [("lstm", "byte", "pt"), ("gru", "char", "pt"), ("gru", "byte", "safetensors"), ("lstm", "bpe", "safetensors")],
)
def test_a_trained_model_knows_its_corpus(corpus: Path, cell: str, tokenizer: str, suffix: str) -> None:
    out = corpus.with_suffix(f".{suffix}")
    recipe = Recipe(**{**SMALL.__dict__, "cell": cell, "tokenizer": tokenizer, "vocabulary": 270})

    train(corpus, out, recipe)

    said = "".join(Model.load(out).characters("le chat ", 40, Sampling(), np.random.default_rng()))
    assert "dort. le chat dort." in said


@torch_only
def test_the_network_comes_to_what_pytorch_comes_to(corpus: Path) -> None:
    import torch

    from app.engines.rnn.charrnn import CharRNN, logits_after

    out = corpus.with_suffix(".pt")
    train(corpus, out, Recipe(**{**SMALL.__dict__, "layers": 2, "steps": 5}))
    saved = torch.load(out, weights_only=True)
    reference = CharRNN(256, 8, 24, 2, "lstm")
    reference.load_state_dict(saved["state_dict"])
    network = Network(checkpoint.read(out))

    tokens = list(CORPUS[:50].encode())

    assert network.read(network.begin(), tokens) == pytest.approx(logits_after(reference, tokens), abs=1e-5)


@torch_only
def test_the_same_seed_trains_the_same(corpus: Path) -> None:
    recipe = Recipe(**{**SMALL.__dict__, "steps": 10})

    assert train(corpus, corpus.with_suffix(".pt"), recipe) == train(corpus, corpus.with_suffix(".pt"), recipe)


@torch_only
def test_a_corpus_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corpus.txt").write_text("short", encoding="utf-8")

    with pytest.raises(EngineError, match=r"holds 5 tokens; training needs more than 33"):
        train(tmp_path / "corpus.txt", tmp_path / "m.pt", SMALL)


@torch_only
@pytest.mark.parametrize(("raw", "reason"), [(None, "cannot be read"), (b"\xff", "is not UTF-8: byte 0")], ids=str)
def test_a_corpus_that_cannot_be_read_is_refused(raw: bytes | None, reason: str, tmp_path: Path) -> None:
    if raw is not None:
        (tmp_path / "corpus.txt").write_bytes(raw)

    with pytest.raises(EngineError, match=reason):
        train(tmp_path / "corpus.txt", tmp_path / "m.pt", SMALL)


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="PyTorch is installed")
def test_without_pytorch_the_command_to_install_it_is_named(corpus: Path) -> None:
    with pytest.raises(EngineError, match=r"pip install -r requirements-rnn.txt"):
        train(corpus, corpus.with_suffix(".pt"), SMALL)
