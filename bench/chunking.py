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
WORDS = 20_000  # of each language
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
ENGLISH, FRENCH = "etaoinshrdlucmfwyp", "esaitnrulodcpméèàçêqv"  # letters, the most frequent first
SPEC = Spec(tokenizer=None, tokenizer_class="LlamaTokenizer", model_name="m")
T = TypeVar("T")


class Instant(Echo):
    """Says one line at once."""

    def complete(self, call: Call, cancel: CancelToken | None = None) -> Answer:  # noqa: ARG002
        read = sum(len(message.content) for message in call.messages) // 2  # as many tokens as a server may say
        return Answer("Ann : The matter was taken up and left as it was.", prompt_tokens=read, completion_tokens=12)


def transcript(megabytes: float, languages: Sequence[str] = (ENGLISH,), most: int = 12) -> str:
    """Turns of one to *most* sentences, in the letters of the *languages* by turns; words are as often as in a language."""
    chosen = random.Random(7)
    spoken = [["".join(chosen.choices(each, k=chosen.randint(2, 11))) for _ in range(WORDS)] for each in languages]
    weights = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))
    lines: list[str] = []
    size = 0
    while size < megabytes * 1e6:
        words = spoken[len(lines) % len(spoken)]
        lengths = [chosen.randint(4, 22) for _ in range(chosen.randint(1, most))]
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


def share(text: str) -> tuple[float, float]:
    """What it takes to read *text*, and to split it if no word is known, each divided by one plain encode of its lines."""
    tokenizer = Tokenizers().of(SPEC)
    reading, read = timed(lambda: parse(text))
    splitting, _ = timed(lambda: sum(1 for _ in split(read.turns, TURN, tokenizer.count, tokenizer.adds_up)))
    fast = _llama(locate(KNOWN["mistral-v1"].resource), {})[0].backend_tokenizer
    encoding, _ = timed(lambda: sum(len(fast.encode(line, add_special_tokens=False).ids) for line in text.split("\n")))
    return reading / encoding, splitting / encoding


def main(sizes: Sequence[float]) -> None:
    tokenizer = Tokenizers().of(SPEC)
    run(work(accept(Form({}, transcript(0.05).encode())).content, tokenizer))  # imports and compiles what is only needed now
    for megabytes in sizes or SIZES:
        measure(megabytes, tokenizer)
    for what, text in (("words", transcript(5.0)), ("dialogue", transcript(5.0, (ENGLISH, FRENCH), 3))):
        read, split_up = min((share(text) for _ in range(3)), key=sum)
        print(
            f"5 MB of {what}: read {read:.2f}, split {split_up:.2f}, both {read + split_up:.2f} of one encode by Hugging Face"
        )


if __name__ == "__main__":
    main([float(each) for each in sys.argv[1:]])
