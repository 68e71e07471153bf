"""What people do with a sentence, by the words that a small model would say of it: "announces", "asks", "promises".

Asked for one of five letters, a small model guesses. Asked in words what the speaker does with a sentence, it says more than
its answer: the two hundred words that it would most likely begin with. A regression has learned what each of them tells, from
sentences that people have labelled (`bench/acts.py`). The weights are those of one model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from app.backends.base import Answer, Message
from app.orders import Json

TOP = 200  # likeliest tokens that are asked for; with 100 a few per cent more sentences are taken for others
FEWEST = 100  # tokens from which an answer tells something
LANGUAGES = ("en", "fr", "de", "es")  # of Persian sentences it tells too few
NONE = "N"  # neither decides, nor gives or takes on a task, nor asks or leaves open
ASKED = (
    "You say what people do with a sentence in a meeting. Answer with one verb.",
    'The sentence: "{}"\nWhat does the speaker do with it?',
)


@dataclass(frozen=True)
class Acts:
    """The weights of one *model*: what a token, at how far above *floor* its logarithm of probability is, adds for each act."""

    model: str
    floor: float
    bias: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]

    def of(self, tops: Mapping[str, float]) -> dict[str, float]:
        """How likely each act is, by the logarithms of probability of the likeliest tokens."""
        scores = dict(self.bias)
        for token, chance in tops.items():
            for act, weight in self.weights.get(token, {}).items():
                scores[act] += weight * (max(chance, self.floor) - self.floor)
        most = max(scores.values())
        shares = {act: math.exp(score - most) for act, score in scores.items()}
        whole = sum(shares.values())
        return {act: share / whole for act, share in shares.items()}


@cache
def known() -> Acts:
    """The weights that come with the gateway."""
    read = json.loads(resources.files(__package__).joinpath("acts.json").read_text("utf-8"))
    acts = list(read["bias"])
    weights = {token: dict(zip(acts, row, strict=True)) for token, row in read["weights"].items()}
    return Acts(read["model"], read["floor"], read["bias"], weights)


def messages(text: str) -> tuple[Message, ...]:
    """What a model is asked about a sentence."""
    system, said = ASKED
    return Message("system", system), Message("user", said.format(text))


def read(answer: Answer) -> Answer:
    """*answer* with how likely each act is in place of the many tokens, if these are the words of a model whose weights are
    known; else without any."""
    tops = tops_of(answer)
    acts = known()
    is_known = len(tops) >= FEWEST and answer.model == acts.model
    return replace(answer, logprobs={"acts": acts.of(tops)} if is_known else None)


def told(answer: Answer) -> dict[str, float]:
    """How likely each act is by an answer that was `read`; nothing if it was not to be told."""
    found = answer.logprobs.get("acts") if isinstance(answer.logprobs, Mapping) else None
    return dict(found) if isinstance(found, Mapping) else {}


def tops_of(answer: Answer) -> dict[str, float]:
    """The likeliest first tokens of an answer, with their logarithms of probability."""
    content: Json = answer.logprobs.get("content") if isinstance(answer.logprobs, Mapping) else None
    first = content[0] if isinstance(content, list) and content and isinstance(content[0], Mapping) else {}
    tops: dict[str, float] = {}
    for each in first.get("top_logprobs") or ():
        token, chance = (each.get("token"), each.get("logprob")) if isinstance(each, Mapping) else (None, None)
        if isinstance(token, str) and isinstance(chance, int | float):
            tops[token] = max(float(chance), tops.get(token, -math.inf))
    return tops
