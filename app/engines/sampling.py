"""Picking the next token from a model's logits: greedily, or by chance among the likeliest. Numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Logits: TypeAlias = NDArray[np.float32]

HEAD = 1024  # so many of the likeliest tokens nearly always hold `top_p`; only if they do not are all of them sorted
COLDEST = 1e-6  # below it the likeliest is sure, and dividing by it would overflow


@dataclass(frozen=True)
class Sampling:
    """How freely the model chooses: *temperature* 0 is greedy; *top_k* 0 and *top_p* 1 leave all tokens in."""

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0


def pick(logits: Logits, sampling: Sampling, chance: np.random.Generator) -> int:
    """The number of the next token. Tokens at minus infinity are never picked; at least one must be above it."""
    if sampling.temperature < COLDEST or sampling.top_k == 1:
        return int(logits.argmax())
    candidates = _likeliest(logits, sampling.top_k)
    weights = _weights(logits if candidates is None else logits[candidates], sampling.temperature)
    if sampling.top_p < 1:
        nucleus = _nucleus(weights, sampling.top_p)
        candidates = nucleus if candidates is None else candidates[nucleus]
        weights = weights[nucleus]
    sums = weights.cumsum()
    at = int(sums.searchsorted(chance.random() * sums[-1], side="right"))
    at = min(at, len(sums) - 1)  # a random number next to 1 may round to the sum itself
    return at if candidates is None else int(candidates[at])


def _likeliest(logits: Logits, most: int) -> NDArray[np.intp] | None:
    """The numbers of the *most* largest logits, in no order; None for all of them."""
    if not 0 < most < len(logits):
        return None
    return np.argpartition(logits, len(logits) - most)[-most:]


def _weights(logits: Logits, temperature: float) -> NDArray[np.float64]:
    """The probabilities at *temperature*, but for a common factor; the largest is 1."""
    scaled = logits.astype(np.float64)
    scaled -= scaled.max()
    with np.errstate(over="ignore"):  # close to no temperature all but the largest fall to minus infinity: weight 0
        scaled /= temperature
    return np.exp(scaled, out=scaled)


def _nucleus(weights: NDArray[np.float64], share: float) -> NDArray[np.intp]:
    """The fewest of the likeliest that make up *share* of the whole, likeliest first."""
    wanted = share * weights.sum()
    for size in (min(HEAD, len(weights)), len(weights)):
        head = np.arange(len(weights)) if size == len(weights) else np.argpartition(weights, len(weights) - size)[-size:]
        order = head[np.argsort(-weights[head], kind="stable")]
        sums = weights[order].cumsum()
        if sums[-1] >= wanted:
            break
    return order[: int(sums.searchsorted(wanted)) + 1]
