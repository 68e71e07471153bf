"""A recurrent model that writes: its checkpoint read, its tokenizer found, text sampled character by character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.engines.rnn import checkpoint
from app.engines.rnn.network import Network
from app.engines.rnn.tokenizing import Tokenizer, detect
from app.engines.sampling import Sampling, pick

CELLS = {1: "RNN", 3: "GRU", 4: "LSTM"}


@dataclass(frozen=True)
class Written:
    """What one token came to: some text or, of a character that is not whole yet, none."""

    text: str
    over: bool = False  # the model itself has ended here


@dataclass(frozen=True)
class Model:
    """A trained character RNN. Safe in threads."""

    name: str
    description: str
    network: Network
    tokenizer: Tokenizer

    @classmethod
    def load(cls, path: Path) -> Model:
        """The model in a checkpoint file. Raises EngineError."""
        read = checkpoint.read(path)
        tokenizer = detect(read.tokenizer, read.vocabulary)
        description = f"{CELLS[read.gates]} {read.hidden} x {len(read.layers)}, {read.vocabulary} tokens"
        return cls(path.stem, description, Network(read), tokenizer)

    def write(self, seed: str, sampling: Sampling, chance: np.random.Generator) -> Iterator[Written]:
        """Goes on after *seed* without end, a token at a time, until the model itself ends or the reader stops.

        Characters that the model does not know are left out of the seed; without any, it begins as after a line end."""
        writer, state = self.tokenizer.writer(), self.network.begin()
        logits = self.network.read(state, self.tokenizer.encode(seed) or self.tokenizer.encode("\n") or [0])
        while True:
            token = pick(logits, sampling, chance)
            if token == self.tokenizer.end:
                yield Written(writer.end(), over=True)
                return
            yield Written(writer.feed(token))
            logits = self.network.step(state, token)

    def characters(self, seed: str, count: int, sampling: Sampling, chance: np.random.Generator) -> Iterator[str]:
        """At most *count* characters after *seed*, in pieces as they come."""
        left = count
        for written in self.write(seed, sampling, chance):
            piece = written.text[:left]
            left -= len(piece)
            if piece:
                yield piece
            if left <= 0:
                return
