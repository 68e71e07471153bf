"""The network with numpy alone: at these sizes faster than PyTorch, whose calls cost more than their arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from app.engines.rnn.checkpoint import Checkpoint, Layer
from app.engines.sampling import Logits

Floats: TypeAlias = NDArray[np.float32]

HALF = np.float32(0.5)
ONE = np.float32(1.0)


@dataclass
class State:
    """What a network remembers of the tokens so far: for each layer its output, and an LSTM's cell."""

    outputs: list[Floats]
    cells: list[Floats]


class Network:
    """The weights of a checkpoint, made ready to step through tokens. Never changes; each text has a State of its own."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        _one_thread()
        self._hidden = checkpoint.hidden
        self._head, self._head_bias = np.ascontiguousarray(checkpoint.head), checkpoint.head_bias
        cell: Callable[[Layer], _Cell] = {1: _Plain, 3: _Gru, 4: _Lstm}[checkpoint.gates]
        self._cells = [cell(layer) for layer in checkpoint.layers]
        # What the first layer makes of each token is known beforehand: a row of this table.
        self._table = np.ascontiguousarray(self._cells[0].inputs(checkpoint.embedding))

    def begin(self) -> State:
        """Before the first token."""
        return State(*([np.zeros(self._hidden, np.float32) for _ in self._cells] for _ in range(2)))

    def step(self, state: State, token: int) -> Logits:
        """Reads *token*, changing *state*; the logits of the next one."""
        logits: Logits = self._head @ self._forward(state, token) + self._head_bias
        return logits

    def read(self, state: State, tokens: Sequence[int]) -> Logits:
        """Reads all of *tokens*, at least one; the logits of the token after them."""
        for token in tokens[:-1]:
            self._forward(state, token)
        return self.step(state, tokens[-1])

    def _forward(self, state: State, token: int) -> Floats:
        given: Floats = self._table[token]
        for number, cell in enumerate(self._cells):
            if number:
                given = cell.weight_ih @ given + cell.bias
            state.outputs[number], state.cells[number] = cell.step(given, state.outputs[number], state.cells[number])
            given = state.outputs[number]
        return given


@cache
def _one_thread() -> None:
    """Numpy's matrix library takes one thread in this process from now on. It would start one for every core, and a product of
    a matrix this small and a vector then mostly waits: on a busy machine it was ten times slower."""
    threadpool_limits(limits=1, user_api="blas")


class _Cell:
    """One recurrent layer. *scale* is what each row of the gates is multiplied by beforehand: 1/2 makes a tanh of a sigmoid,
    sigmoid(x) = tanh(x / 2) / 2 + 1/2, so that one call of tanh serves all gates and none overflows."""

    def __init__(self, layer: Layer, scale: Floats, bias: Floats) -> None:
        column = scale[:, None]
        self.weight_ih: Floats = np.ascontiguousarray(layer.weight_ih * column)
        self.weight_hh: Floats = np.ascontiguousarray(layer.weight_hh * column)
        self.bias: Floats = bias * scale

    def inputs(self, embedding: Floats | None) -> Floats:
        """What the layer makes of each row of *embedding*, or of each one-hot token."""
        made: Floats = (self.weight_ih.T if embedding is None else embedding @ self.weight_ih.T) + self.bias
        return made

    def step(self, given: Floats, output: Floats, cell: Floats) -> tuple[Floats, Floats]:
        """The next output and cell. *given* is what the input came to, bias included."""
        raise NotImplementedError


class _Lstm(_Cell):
    """Gates in PyTorch's order: input, forget, cell, output."""

    def __init__(self, layer: Layer) -> None:
        self._size = size = layer.weight_hh.shape[1]
        scale = np.full(4 * size, HALF)
        scale[2 * size : 3 * size] = ONE
        super().__init__(layer, scale, layer.bias_ih + layer.bias_hh)

    def step(self, given: Floats, output: Floats, cell: Floats) -> tuple[Floats, Floats]:
        size = self._size
        gates = self.weight_hh @ output
        gates += given
        np.tanh(gates, out=gates)
        candidate = gates[2 * size : 3 * size].copy()
        gates *= HALF
        gates += HALF
        candidate *= gates[:size]
        cell = gates[size : 2 * size] * cell
        cell += candidate
        return gates[3 * size :] * np.tanh(cell), cell


class _Gru(_Cell):
    """Gates in PyTorch's order: reset, update, new; the reset gate works on the new gate's own bias too."""

    def __init__(self, layer: Layer) -> None:
        self._size = size = layer.weight_hh.shape[1]
        scale = np.full(3 * size, HALF)
        scale[2 * size :] = ONE
        bias = layer.bias_ih.copy()
        bias[: 2 * size] += layer.bias_hh[: 2 * size]
        super().__init__(layer, scale, bias)
        self._new_bias = layer.bias_hh[2 * size :].copy()

    def step(self, given: Floats, output: Floats, cell: Floats) -> tuple[Floats, Floats]:
        size = self._size
        remembered = self.weight_hh @ output
        gates = given[: 2 * size] + remembered[: 2 * size]
        np.tanh(gates, out=gates)
        gates *= HALF
        gates += HALF
        new = remembered[2 * size :]
        new += self._new_bias
        new *= gates[:size]
        new += given[2 * size :]
        np.tanh(new, out=new)
        update = gates[size:]
        return new + update * (output - new), cell


class _Plain(_Cell):
    """Elman's: one tanh."""

    def __init__(self, layer: Layer) -> None:
        super().__init__(layer, np.full(len(layer.weight_hh), ONE), layer.bias_ih + layer.bias_hh)

    def step(self, given: Floats, output: Floats, cell: Floats) -> tuple[Floats, Floats]:
        return np.tanh(self.weight_hh @ output + given), cell
