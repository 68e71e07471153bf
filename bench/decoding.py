"""What constrained decoding costs, and how fast the character RNN writes.

    python -m bench.decoding tokens --model large     # the embedded model: free and held to a schema, in turns
    python -m bench.decoding length --model tiny      # does a token cost more, the longer the answer is?
    python -m bench.decoding rnn                      # numpy, and PyTorch where it is installed, on one core

Everything that is compared runs in turns in one process. Times are of the processor, all threads together: what others do on
the same machine counts as little as it can, but their use of the caches remains. Trust the ratios."""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engines import weights
from app.engines.decoding import LogitsModel, decode
from app.engines.decoding.llama import Llama
from app.engines.llama import cores
from app.engines.rnn.checkpoint import Checkpoint, Layer
from app.engines.rnn.model import Model
from app.engines.rnn.network import Network
from app.engines.rnn.tokenizing import Bytes
from app.engines.sampling import Logits, Sampling
from app.settings import Settings

# An answer of free text, so that the model has as much to say with the schema as without.
SCHEMA = {"type": "object", "properties": {"story": {"type": "string"}}, "required": ["story"], "additionalProperties": False}
ASKED = [{"role": "user", "content": "Tell a long story about a river, in English, as plain text."}]
SIZES = (("LSTM", 4, 256, 1), ("GRU", 3, 256, 1), ("LSTM", 4, 512, 1), ("LSTM", 4, 512, 2), ("GRU", 3, 512, 2))


@dataclass(frozen=True)
class Timed:
    """One answer: seconds for each token that the model was asked for, the first left out (it reads the prompt)."""

    seconds: list[float]
    tokens: int
    forced: int


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _read(arguments)
    {"tokens": tokens, "length": length, "rnn": rnn}[asked.what](asked)
    return 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.decoding", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=("tokens", "length", "rnn"))
    parser.add_argument("--model", default="tiny", help="embedded model: large, small, tiny or a GGUF file (%(default)s)")
    parser.add_argument("--tokens", type=int, default=48, help="of one answer (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is done (%(default)s)")
    return parser.parse_args(arguments)


def _loaded(name: str) -> Llama:
    return Llama(weights.ensure_model(name, Settings().cache_folder, weights.shown_on(sys.stderr)), 4096, cores())


def _answer(model: LogitsModel, prompt: list[int], most: int, schema: Any, seed: int) -> Timed:
    steps = decode(model, prompt, most, Sampling(0.7), np.random.default_rng(seed), schema=schema)
    times, count, forced, began = list[float](), 0, 0, time.process_time()
    for step in steps:
        now = time.process_time()
        count += 1
        forced += step.forced
        if not step.forced:
            times.append(now - began)
        began = now
    return Timed(times[1:], count, forced)


# -- free and held to a schema -----------------------------------------------------------------------------------------


def tokens(asked: argparse.Namespace) -> None:
    model = _loaded(asked.model)
    print(f"{model.name}, {cores()} threads; processor milliseconds a token that the model was asked for, medians")
    print(f"{'round':>6} {'free':>8} {'schema':>8} {'ratio':>7} {'forced of tokens':>18}")
    prompt = model.prompt(ASKED)
    _answer(model, prompt, 8, None, 0)
    _answer(model, prompt, 8, SCHEMA, 0)  # both once before they count: grammar, vocabulary, caches
    every: tuple[list[float], list[float]] = [], []
    for number in range(asked.rounds):
        free = _answer(model, prompt, asked.tokens, None, number)
        held = _answer(model, prompt, asked.tokens, SCHEMA, number)
        every[0].extend(free.seconds)
        every[1].extend(held.seconds)
        print(_row(str(number), free.seconds, held.seconds), f"{held.forced:>9} of {held.tokens}")
    print(_row("all", *every), "  (wanted: at most 1.15)")
    print(f"masks alone: {1000 * _mask_seconds(model):.2f} ms a token")


def _row(name: str, free: Sequence[float], held: Sequence[float]) -> str:
    theirs, ours = statistics.median(free), statistics.median(held)
    return f"{name:>6} {1000 * theirs:>8.2f} {1000 * ours:>8.2f} {ours / theirs:>7.3f}"


def _mask_seconds(model: Llama) -> float:
    """What the constraint adds to a token of free text, by itself."""
    from app.engines.decoding.constraint import Constraint

    constraint = Constraint(model.vocabulary, SCHEMA, 4000)
    logits = np.zeros(len(model.vocabulary), np.float32)
    for token in (*constraint.forced(), *model.vocabulary.encode("Once")):
        constraint.take(token)
    word, times = model.vocabulary.encode(" river")[0], list[float]()
    for _ in range(200):
        began = time.process_time()
        constraint.forced()
        constraint.mask(logits)
        constraint.agree(word)
        constraint.take(word)
        times.append(time.process_time() - began)
    return statistics.median(times)


# -- the length of an answer -------------------------------------------------------------------------------------------


class _Endless:
    """A model that never ends by itself."""

    def __init__(self, model: Llama) -> None:
        self._model = model
        self.vocabulary, self.context = model.vocabulary, model.context

    def get_logits_from_input_ids(self, input_ids: NDArray[np.int32], /) -> Logits:
        logits = self._model.get_logits_from_input_ids(input_ids)
        logits[:, list(self.vocabulary.ends)] = -np.inf
        return logits


def length(asked: argparse.Namespace) -> None:
    """With a cache a token costs the model's weights and a little for each token before; without, all of them again."""
    model = _loaded(asked.model)
    most = max(asked.tokens, 400)
    timed = _answer(_Endless(model), model.prompt(ASKED), most, None, 1)
    print(f"{model.name}: processor milliseconds a token by its place in one answer of {timed.tokens}, medians")
    part = len(timed.seconds) // 8
    parts = [statistics.median(timed.seconds[start : start + part]) for start in range(0, 8 * part, part)]
    print("  ".join(f"{1000 * each:.2f}" for each in parts))
    print(f"last eighth ÷ first: {parts[-1] / parts[0]:.2f}   (all computed again each time: 15)")


# -- the character RNN -------------------------------------------------------------------------------------------------


def rnn(asked: argparse.Namespace) -> None:
    """Characters a second of a network of random weights: how it was trained makes no difference to its speed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    torch = importlib.util.find_spec("torch") is not None
    print("characters a second of one core, the best of the rounds; temperature 0.9, all tokens")
    print(f"{'network':>14} {'numpy':>9} {'PyTorch':>9} {'ratio':>7}")
    for name, gates, hidden, layers in SIZES:
        checkpoint = _random(gates, hidden, layers)
        writers: list[Callable[[int], Iterator[Any]]] = [_numpy(checkpoint)]
        if torch:
            writers.append(_torch(checkpoint, name))
        speeds = [[_speed(writer, number) for writer in writers] for number in range(asked.rounds)]
        ours, *theirs = (max(column) for column in zip(*speeds, strict=True))
        other = f"{theirs[0]:>9.0f} {ours / theirs[0]:>7.2f}" if theirs else f"{'absent':>9}"
        print(f"{name:>5} {hidden:>4} x {layers:<2}{ours:>9.0f} {other}")


def _random(gates: int, hidden: int, layers: int, embedding: int = 64) -> Checkpoint:
    chance = np.random.default_rng(0)

    def made(*shape: int) -> Any:
        return (chance.standard_normal(shape) * 0.08).astype(np.float32)

    rows, wide = gates * hidden, [embedding, *[hidden] * (layers - 1)]
    built = tuple(Layer(made(rows, width), made(rows, hidden), made(rows), made(rows)) for width in wide)
    return Checkpoint({}, made(256, embedding), built, made(256, hidden), made(256), None)


def _numpy(checkpoint: Checkpoint) -> Callable[[int], Iterator[Any]]:
    model = Model("random", "", Network(checkpoint), Bytes())
    return lambda seed: model.write("abc", Sampling(0.9), np.random.default_rng(seed))


def _torch(checkpoint: Checkpoint, name: str) -> Callable[[int], Iterator[Any]]:
    """The same network stepped through by PyTorch as one would, with its own sampling."""
    import torch

    from app.engines.rnn.charrnn import CharRNN

    torch.set_num_threads(1)
    assert checkpoint.embedding is not None
    model = CharRNN(256, checkpoint.embedding.shape[1], checkpoint.hidden, len(checkpoint.layers), name.lower())
    state = {"embedding.weight": checkpoint.embedding, "linear.weight": checkpoint.head, "linear.bias": checkpoint.head_bias}
    for number, layer in enumerate(checkpoint.layers):
        state |= {f"rnn.{part}_l{number}": each for part, each in vars(layer).items()}
    model.load_state_dict({key: torch.from_numpy(each) for key, each in state.items()})
    model.eval()

    def write(seed: int) -> Iterator[Any]:
        torch.manual_seed(seed)
        memory, token = None, torch.tensor([[97]])
        with torch.inference_mode():
            while True:
                logits, memory = model(token, memory)
                token = torch.multinomial(torch.softmax(logits[0, -1] / 0.9, -1), 1)[None]
                yield chr(int(token))

    return write


def _speed(write: Callable[[int], Iterator[Any]], seed: int, count: int = 600) -> float:
    writer = write(seed)
    for _ in range(50):
        next(writer)
    began = time.process_time()
    for _ in range(count):
        next(writer)
    return count / (time.process_time() - began)


if __name__ == "__main__":
    sys.exit(main())
