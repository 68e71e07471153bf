"""What a long transcript costs in the process itself: a model that answers at once, everything else as in a worker.

    python -m bench.chunking [megabytes ...]

Prints the processor seconds for each megabyte of a whole rolling summary, and of its parts: reading, splitting, and the steps
of the batches. They should not grow with the size. Reading and splitting are also told as a share of what the Hugging Face
library takes to encode the same lines."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import TypeVar

from app.backends.adapters.echo import Echo
from app.backends.base import Answer, Call
from app.cancellation import CancelToken
from app.kinds.base import Form, Work
from app.kinds.summary import accept, run
from app.kinds.summary.planning import Start
from app.orders import Order
from app.tokens import Spec, Tokenizer, Tokenizers
from app.tokens.files import locate
from app.tokens.known import KNOWN
from app.tokens.local import _llama
from app.transcript import parse, split

SIZES = (0.3, 5.0, 20.0)  # megabytes
TURN = 178  # tokens
TEMPLATE = "Minutes so far:\n{{ previous }}\n\nGo on with these turns, a line each:\n{{ turns }}\n"
FLAVOR = {
    "name": "f",
    "modelName": "m",
    "backend": "instant",
    "tokenizerClass": "LlamaTokenizer",
    "totalContextLength": 4096,
    "maxGenerationLength": 1024,
    "createNewTurnAfter": TURN,
    "maxNewTurns": 6,
    "summaryTurns": 6,
}
SPEC = Spec(tokenizer=None, tokenizer_class="LlamaTokenizer", model_name="m")
T = TypeVar("T")


class Instant(Echo):
    """Says one line at once."""

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:  # noqa: ARG002
        read = sum(len(message.content) for message in call.messages) // 2  # as many tokens as a server may say
        return Answer("Ann : The matter was taken up and left as it was.", prompt_tokens=read, completion_tokens=12)


def transcript(megabytes: float) -> str:
    """Turns of one to twelve sentences; words are as often as in a language."""
    chosen = random.Random(7)
    letters = "etaoinshrdlucmfwyp"
    words = ["".join(chosen.choices(letters, k=chosen.randint(2, 11))) for _ in range(20_000)]
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    lines: list[str] = []
    size = 0
    while size < megabytes * 1e6:
        lengths = [chosen.randint(4, 22) for _ in range(chosen.randint(1, 12))]
        said = [" ".join(chosen.choices(words, cum_weights=weights, k=each)) for each in lengths]
        line = f"{chosen.choice(('Ann', 'Bob', 'Cem', 'Dana'))} : " + " ".join(f"{each.capitalize()}." for each in said)
        lines.append(line)
        size += len(line) + 1
    return "\n".join(lines)


def timed(make: Callable[[], T]) -> tuple[float, T]:
    """The processor seconds of the thread that *make* takes, and what it makes."""
    began = time.thread_time()
    made = make()
    return time.thread_time() - began, made


def work(content: str, tokenizer: Tokenizer) -> Work:
    order = Order("s", "summary", "instant", FLAVOR, {"fields": 2}, "s", {"s": TEMPLATE}, content)
    return Work(order, Instant(), tokenizer)


def measure(megabytes: float, tokenizer: Tokenizer) -> None:
    text = transcript(megabytes)
    size = len(text) / 1e6
    reading, payload = timed(lambda: accept(Form({}, text.encode())))
    ready = work(payload.content, tokenizer)
    splitting, _ = timed(lambda: list(Start.of(ready).turns))
    whole, result = timed(lambda: run(ready))
    print(
        f"{size:5.1f} MB: read {reading / size:.3f}, read again and split {splitting / size:.3f}, batches "
        f"{(whole - splitting) / size:.3f}, the whole summary {(reading + whole) / size:.3f} s per MB "
        f"({result.coverage['calls']} calls)",
        flush=True,
    )


def share(text: str) -> float:
    """What it takes to read and split *text*, nothing being known of its words, divided by one plain encode of its lines."""
    tokenizer = Tokenizers().of(SPEC)
    chunking, _ = timed(lambda: sum(1 for _ in split(parse(text).turns, TURN, tokenizer.count, tokenizer.adds_up)))
    fast = _llama(locate(KNOWN["mistral-v1"].resource), {})[0].backend_tokenizer
    encoding, _ = timed(lambda: sum(len(fast.encode(line, add_special_tokens=False).ids) for line in text.split("\n")))
    return chunking / encoding


def main(sizes: Sequence[float]) -> None:
    tokenizer = Tokenizers().of(SPEC)
    run(work(accept(Form({}, transcript(0.05).encode())).content, tokenizer))  # imports and compiles what is only needed now
    for megabytes in sizes or SIZES:
        measure(megabytes, tokenizer)
    text = transcript(5.0)
    print(f"read and split 5 MB: {min(share(text) for _ in range(3)):.2f} of one encode by the Hugging Face library")


if __name__ == "__main__":
    main([float(each) for each in sys.argv[1:]])
