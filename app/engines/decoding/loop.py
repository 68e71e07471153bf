"""The loop: logits, mask, pick, append, until the answer is whole, the model ends it, or there is no room left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.engines.decoding.constraint import Constraint
from app.engines.decoding.vocabulary import Vocabulary
from app.engines.sampling import Logits, Sampling, pick
from app.errors import PromptTooLong
from app.orders import Json


class LogitsModel(Protocol):
    """A language model that says what may come next."""

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def context(self) -> int:
        """Tokens of prompt and answer together."""

    def get_logits_from_input_ids(self, input_ids: NDArray[np.int32], /) -> Logits:
        """What the model makes of *input_ids*: rows of logits over the vocabulary, the last row being that of the next token.

        It may leave out all rows but the last. What *input_ids* begin with and have been asked before is not computed again."""


@dataclass(frozen=True)
class Step:
    """One more token. *finish_reason* where the answer is over with it: `stop` (whole, or ended by the model; *token* is then
    None if nothing more came) or `length`. *forced* tokens were the only ones possible, and the model was not asked."""

    token: int | None
    text: str
    forced: bool = False
    finish_reason: str = ""


def decode(
    model: LogitsModel,
    input_ids: Sequence[int],
    most: int,
    sampling: Sampling,
    chance: np.random.Generator,
    *,
    schema: Json = None,
) -> Iterator[Step]:
    """An answer of at most *most* tokens to the prompt in *input_ids*, held to *schema* if there is one.

    Raises PromptTooLong, and BadParameter for a schema that cannot be used."""
    room = model.context - len(input_ids)
    if room < 1:
        raise PromptTooLong(len(input_ids), model.context)
    most = min(most, room)
    constraint = None if schema is None else Constraint(model.vocabulary, schema, most)
    return _steps(model, _Sequence(input_ids, most), sampling, chance, constraint)


class _Sequence:
    """The tokens so far, in an array that is long enough for all."""

    def __init__(self, prompt: Sequence[int], most: int) -> None:
        self._ids = np.empty(len(prompt) + most, np.int32)
        self._ids[: len(prompt)] = prompt
        self._length = len(prompt)

    @property
    def ids(self) -> NDArray[np.int32]:
        return self._ids[: self._length]

    @property
    def full(self) -> bool:
        return self._length == len(self._ids)

    def append(self, token: int) -> None:
        self._ids[self._length] = token
        self._length += 1


def _steps(
    model: LogitsModel, sequence: _Sequence, sampling: Sampling, chance: np.random.Generator, constraint: Constraint | None
) -> Iterator[Step]:
    read, ends = model.vocabulary.reader(), model.vocabulary.ends
    while not sequence.full:
        forced = constraint.forced() if constraint else []
        for token in forced or [_next(model, sequence, sampling, chance, constraint)]:
            if token in ends:
                yield Step(None, "", finish_reason="stop")
                return
            if sequence.full:
                return  # said below, with the last token that had room
            sequence.append(token)
            if constraint:
                constraint.take(token)
            yield Step(token, read(token), bool(forced), _finish_reason(sequence, constraint))
        if constraint and constraint.done:
            return


def _finish_reason(sequence: _Sequence, constraint: Constraint | None) -> str:
    if constraint and (constraint.done or (sequence.full and constraint.whole)):
        return "stop"
    return "length" if sequence.full else ""


def _next(
    model: LogitsModel, sequence: _Sequence, sampling: Sampling, chance: np.random.Generator, constraint: Constraint | None
) -> int:
    logits = model.get_logits_from_input_ids(sequence.ids)[-1]
    if constraint is None:
        return pick(logits, sampling, chance)
    return constraint.agree(pick(constraint.mask(logits), sampling, chance))
