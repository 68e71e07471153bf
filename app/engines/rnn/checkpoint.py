"""A checkpoint: what is in the file, told apart and checked, whoever wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app import json_bounds
from app.engines.rnn import pickled
from app.errors import EngineError

_RECURRENT = re.compile(r"(?:.*\.)?(?P<what>(?:weight|bias)_(?:ih|hh))_l(?P<layer>\d{1,3})")
_WRAPPED = re.compile(r"^(?:module\.|_orig_mod\.)+")  # what DataParallel and torch.compile put before every name
_NESTED = ("state_dict", "model_state_dict", "model", "model_state")
_SPOKEN = ("tokenizer", "itos", "stoi", "chars", "vocab")  # where checkpoints keep their tokenizer
LONGEST_REASON = 500  # characters of an error that repeats what is in the file


@dataclass(frozen=True)
class Layer:
    """The weights of one recurrent layer as PyTorch has them; biases of zero if there are none."""

    weight_ih: NDArray[np.float32]
    weight_hh: NDArray[np.float32]
    bias_ih: NDArray[np.float32]
    bias_hh: NDArray[np.float32]


@dataclass(frozen=True)
class Checkpoint:
    """Embedding (None: the input is one-hot), recurrent layers, linear layer; *tokenizer* as it stands in the file."""

    config: Mapping[str, Any]
    embedding: NDArray[np.float32] | None
    layers: tuple[Layer, ...]
    head: NDArray[np.float32]
    head_bias: NDArray[np.float32]
    tokenizer: Any

    @property
    def vocabulary(self) -> int:
        return int(self.head.shape[0])

    @property
    def hidden(self) -> int:
        return int(self.layers[0].weight_hh.shape[1])

    @property
    def gates(self) -> int:
        """4 for an LSTM, 3 for a GRU, 1 for a plain RNN."""
        return int(self.layers[0].weight_hh.shape[0]) // self.hidden


def read(path: Path) -> Checkpoint:
    """The checkpoint in a `.pt` or `.safetensors` file; nothing in it is run. Raises EngineError."""
    raw = _safetensors(path) if path.suffix == ".safetensors" else pickled.read(path)
    if not isinstance(raw, Mapping):
        raise EngineError(f"{path} holds no {{config, state_dict, tokenizer}}")
    try:
        return _sorted_out(raw)
    except EngineError as exc:
        raise EngineError(f"{path}: {exc}") from exc


def _safetensors(path: Path) -> dict[str, Any]:
    """A `.safetensors` file, whose metadata holds `config` and `tokenizer` as JSON."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="np") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  it is no mapping
            metadata = file.metadata() or {}
        return {"state_dict": tensors, **{name: _parsed(text) for name, text in metadata.items() if name != "format"}}
    except OSError as exc:
        raise EngineError(f"{path} cannot be read: {exc.strerror or exc}") from exc
    except json_bounds.OutOfBounds as exc:
        raise EngineError(f"{path} is no checkpoint that we read: its metadata {exc}") from exc
    except (SafetensorError, TypeError, ValueError, RecursionError) as exc:
        raise EngineError(f"{path} is no checkpoint that we read: {exc}"[:LONGEST_REASON]) from exc


def _parsed(text: str) -> Any:
    json_bounds.check(text, json_bounds.MODEL)
    return json.loads(text)


def _sorted_out(raw: Mapping[str, Any]) -> Checkpoint:
    named = next((raw[name] for name in _NESTED if isinstance(raw.get(name), Mapping)), raw)
    weights = {_WRAPPED.sub("", str(name)): each for name, each in named.items() if isinstance(each, np.ndarray)}
    recurrent = {found: each for name, each in weights.items() if (found := _RECURRENT.fullmatch(name))}
    if not recurrent:
        raise EngineError("holds no recurrent layer (weight_ih_l0, …)")
    layers = _layers(recurrent)
    ours = {found.string for found in recurrent}
    rest = {name: each for name, each in weights.items() if name not in ours}
    embedding, head, bias = _ends(rest, layers)
    config = raw.get("config", {})
    tokenizer = next((raw[name] for name in _SPOKEN if raw.get(name) is not None), None)
    checkpoint = Checkpoint(
        config=vars(config) if isinstance(config, SimpleNamespace) else config if isinstance(config, Mapping) else {},
        embedding=embedding,
        layers=layers,
        head=head,
        head_bias=bias,
        tokenizer=tokenizer,
    )
    _check(checkpoint)
    return checkpoint


def _layers(recurrent: Mapping[re.Match[str], NDArray[Any]]) -> tuple[Layer, ...]:
    parts = {(int(found["layer"]), found["what"]): each.astype(np.float32) for found, each in recurrent.items()}
    count = 1 + max(layer for layer, _ in parts)
    layers = []
    for number in range(count):
        try:
            weight_ih, weight_hh = parts[number, "weight_ih"], parts[number, "weight_hh"]
        except KeyError as exc:
            raise EngineError(f"lacks {exc.args[0][1]}_l{exc.args[0][0]}") from exc
        for weight in (weight_ih, weight_hh):
            if weight.ndim != 2 or 0 in weight.shape:
                raise EngineError(f"a recurrent weight is of the shape {weight.shape}, and must be a matrix")
        none = np.zeros(len(weight_hh), np.float32)
        biases = (parts.get((number, name), none) for name in ("bias_ih", "bias_hh"))
        layers.append(Layer(weight_ih, weight_hh, *biases))
    return tuple(layers)


def _ends(
    rest: Mapping[str, NDArray[Any]], layers: tuple[Layer, ...]
) -> tuple[NDArray[np.float32] | None, NDArray[np.float32], NDArray[np.float32]]:
    """Embedding, linear weight and its bias, told apart by name (`emb`) and shape."""
    matrices = {name: each.astype(np.float32) for name, each in rest.items() if each.ndim == 2}
    vectors = {name: each.astype(np.float32) for name, each in rest.items() if each.ndim == 1}
    embeddings = [name for name in matrices if "emb" in name or "wte" in name or "encoder" in name]
    heads = [name for name in matrices if name not in embeddings]
    if not heads and len(embeddings) == 1 and matrices[embeddings[0]].shape[1] == layers[-1].weight_hh.shape[1]:
        heads = embeddings  # tied weights, kept once
    if len(embeddings) > 1 or len(heads) != 1 or len(vectors) > 1 or len(matrices) + len(vectors) < len(rest):
        reason = f"is no embedding, recurrent layers and linear layer; besides these it holds {', '.join(sorted(rest))}"
        raise EngineError(reason[:LONGEST_REASON])
    head = matrices[heads[0]]
    bias = next(iter(vectors.values()), np.zeros(len(head), np.float32))
    return (matrices[embeddings[0]] if embeddings else None), head, bias


def _check(checkpoint: Checkpoint) -> None:
    """Raises EngineError unless every layer takes what the one before gives."""
    hidden, gates = checkpoint.hidden, checkpoint.gates
    if gates not in (1, 3, 4):
        raise EngineError(f"its recurrent layers are neither LSTM nor GRU: {gates} gates")
    width = checkpoint.vocabulary if checkpoint.embedding is None else checkpoint.embedding.shape[1]
    for number, layer in enumerate(checkpoint.layers):
        wanted = {
            "weight_ih": (gates * hidden, width if number == 0 else hidden),
            "weight_hh": (gates * hidden, hidden),
            "bias_ih": (gates * hidden,),
            "bias_hh": (gates * hidden,),
        }
        for name, shape in wanted.items():
            _same(f"{name}_l{number}", getattr(layer, name), shape)
    _same("the linear layer", checkpoint.head, (checkpoint.vocabulary, hidden))
    _same("the bias of the linear layer", checkpoint.head_bias, (checkpoint.vocabulary,))
    if checkpoint.embedding is not None:
        _same("the embedding", checkpoint.embedding, (checkpoint.vocabulary, width))


def _same(name: str, weights: NDArray[Any], shape: tuple[int, ...]) -> None:
    if weights.shape != shape:
        raise EngineError(f"{name} is of the shape {weights.shape}, where {shape} belongs")
    if not np.isfinite(weights).all():
        raise EngineError(f"{name} holds numbers that are not finite: the training went wrong")
