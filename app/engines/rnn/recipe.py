"""What a character RNN is trained to be, and how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Cell: TypeAlias = Literal["lstm", "gru"]
Written: TypeAlias = Literal["byte", "char", "bpe"]

CELLS: tuple[str, ...] = get_args(Cell)
TOKENIZERS: tuple[str, ...] = get_args(Written)


@dataclass(frozen=True)
class Recipe:
    """What is trained, and how long. *length* is how many tokens the gradient goes back."""

    cell: Cell = "lstm"
    hidden: int = 256
    layers: int = 1
    embedding: int = 64
    tokenizer: Written = "byte"
    vocabulary: int = 1024  # of BPE
    steps: int = 1000
    batch: int = 32
    length: int = 96
    rate: float = 3e-3
    random_seed: int = 0
    threads: int = 1  # networks this small are no faster with more; on busy cores two were seven times slower
