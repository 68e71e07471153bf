"""`train-rnn`: makes a checkpoint of a character RNN from a text file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from app.commands import usage
from app.settings import Settings

SUMMARY = "train a character RNN on a text file (needs requirements-rnn.txt)"
EXAMPLES = ("train-rnn corpus.txt",)
STATUSES = {0: "the checkpoint is written", 1: "the corpus or the checkpoint cannot be used"}
TOLD_EVERY = 50  # steps


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    """Its arguments; the checkpoint is by default that of the backend `rnn`."""
    from app.engines.rnn.recipe import CELLS, TOKENIZERS, Recipe

    usual = Recipe()
    parser.add_argument("corpus", type=Path, help="text file, UTF-8")
    parser.add_argument(
        "--out", type=Path, default=Path(settings.ckpt_path), help="checkpoint, .pt or .safetensors [CKPT_PATH; %(default)s]"
    )
    parser.add_argument("--cell", choices=CELLS, default=usual.cell, help="recurrent layers (%(default)s)")
    parser.add_argument("--tokenizer", choices=TOKENIZERS, default=usual.tokenizer, help="what it writes (%(default)s)")
    numbers = {
        "hidden": "units of a layer",
        "layers": "recurrent layers, one on the other",
        "embedding": "numbers that stand for a token",
        "vocabulary": "tokens of a BPE",
        "steps": "how long it is trained",
        "batch": "windows of the corpus in one step",
        "length": "tokens of a window",
        "threads": "threads; more are rarely faster",
    }
    for name, what in numbers.items():
        parser.add_argument(f"--{name}", type=usage.at_least(1), default=getattr(usual, name), help=f"{what} (%(default)s)")
    parser.add_argument("--rate", type=float, default=usual.rate, help="learning rate (%(default)s)")
    parser.add_argument(
        "--random-seed", type=int, default=usual.random_seed, help="the same number trains the same (%(default)s)"
    )


def run(given: argparse.Namespace) -> int:
    """Trains, saying how far it is on the standard error. Raises EngineError."""
    from app.engines.rnn.recipe import Recipe
    from app.engines.rnn.training import train

    recipe = Recipe(**{each.name: getattr(given, each.name) for each in fields(Recipe)})

    def progress(step: int, loss: float) -> None:
        if step % TOLD_EVERY == 0 or step == recipe.steps:
            sys.stderr.write(f"step {step} of {recipe.steps}: loss {loss:.3f}\n")

    loss = train(given.corpus, given.out, recipe, progress)
    sys.stdout.write(f"{given.out}: loss {loss:.3f}\n")
    return 0
