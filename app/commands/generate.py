"""`generate`: writes with a character RNN, on the standard output, as it samples."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.commands import usage
from app.settings import Settings

SUMMARY = "write with a character RNN, from a checkpoint"
EXAMPLES = ("generate --ckpt rnn.pt --chars 400 --temp 0.7",)
STATUSES = {0: "done", 1: "the checkpoint cannot be used"}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    """Its arguments; the checkpoint is by default that of the backend `rnn`."""
    parser.add_argument("--ckpt", type=Path, default=Path(settings.ckpt_path), help="checkpoint [CKPT_PATH; %(default)s]")
    parser.add_argument("--seed", default="\n", metavar="TEXT", help="what the text goes on from; it is not printed again")
    parser.add_argument("--chars", type=usage.at_least(0), default=200, help="how many characters to write (%(default)s)")
    parser.add_argument("--temp", type=_temperature, default=0.9, help="temperature; 0: always the likeliest (%(default)s)")
    parser.add_argument(
        "--top-k", type=usage.at_least(0), default=0, help="choose among so many of the likeliest; 0: among all"
    )
    parser.add_argument("--top-p", type=_share, default=1.0, help="choose among the fewest that make up this share; 1: all")
    parser.add_argument("--random-seed", type=usage.at_least(0), help="the same number writes the same text")


def run(given: argparse.Namespace) -> int:
    """Prints the text piece by piece, and a line end after it. Raises EngineError."""
    import numpy as np

    from app.engines.rnn.model import Model
    from app.engines.sampling import Sampling

    model = Model.load(given.ckpt)
    sampling = Sampling(given.temp, given.top_k, given.top_p)
    for piece in model.characters(given.seed, given.chars, sampling, np.random.default_rng(given.random_seed)):
        sys.stdout.write(piece)
        sys.stdout.flush()
    sys.stdout.write("\n")
    return 0


def _temperature(given: str) -> float:
    number = float(given)
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError("must be 0 to 100")
    return number


def _share(given: str) -> float:
    number = float(given)
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1")
    return number
