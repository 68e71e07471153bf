"""Asking the model for some turns until it has said something whole: retries, halving, going on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from app.backends.answers.repetition import REPETITION
from app.backends.base import Answer, Call, Message
from app.kinds.summary.lines import Line, lines_of
from app.kinds.summary.prompt import Prompt, Room
from app.orders import Json
from app.transcript import Turn

LENGTH = "length"
UNFINISHED = (LENGTH, REPETITION)
TRIES_WHEN_EMPTY = 3
CONTINUATIONS = 2
_GO_ON = Message("user", "Go on exactly where you stopped. Do not repeat anything.")
_WARMER = 0.4  # added to the temperature of each retry: asked the same way, a model says the same nothing


@dataclass
class Tally:
    """What the calls of one job came to; filled from several threads at once."""

    numbers: Counter[str] = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def answered(self, answer: Answer) -> None:
        with self._lock:
            self.numbers.update(
                calls=1,
                tokens_in=answer.prompt_tokens,
                tokens_out=answer.completion_tokens,
                tokens_cached=answer.cached_tokens,
                retries=answer.attempts - 1,
            )

    def add(self, what: str, number: int = 1) -> None:
        with self._lock:
            self.numbers[what] += number

    def said_nothing(self, step: str) -> None:
        with self._lock:
            self.empty.append(step)

    def left_cut(self, step: str) -> None:
        with self._lock:
            self.cut.append(step)

    def record(self) -> dict[str, Json]:
        keys = (
            "turns_sent",
            "calls",
            "tokens_in",
            "tokens_out",
            "tokens_cached",
            "retries",
            "halved",
            "continued",
            "unreduced",
        )
        return {**{key: self.numbers[key] for key in keys}, "empty": sorted(self.empty), "cut": sorted(self.cut)}


@dataclass(frozen=True)
class Asking:
    """Asks with one prompt, and remembers in its tally how it went."""

    prompt: Prompt
    room: Room
    tally: Tally

    def lines(self, step: str, summary: tuple[Line, ...], turns: Sequence[Turn]) -> tuple[Line, ...]:
        """The summary's lines for *turns*, shown the end of *summary* where the prompt rolls.

        An answer cut at its limit, or ended because it went round in circles, makes its turns be asked in two halves; on a
        single turn the model goes on where it was cut."""
        call = self.prompt.call(self.prompt.window(summary, self.room.reserve), turns)
        answer = self.said(step, call)
        if len(turns) > 1 and answer.finish_reason in UNFINISHED:
            self.tally.add("halved")
            return self._halved(step, summary, turns)
        self.tally.add("turns_sent", len(turns))
        return lines_of(self.whole(step, call, answer), turns, step)

    def _halved(self, step: str, summary: tuple[Line, ...], turns: Sequence[Turn]) -> tuple[Line, ...]:
        middle = len(turns) // 2
        left = self.lines(f"{step}/a", summary, turns[:middle])
        right, summary = turns[middle:], summary + left
        previous = self.prompt.window(summary, self.room.reserve)  # may be longer than the one the batch was measured with
        if len(right) > 1 and self.prompt.measure(previous, right) > self.prompt.limit:
            return left + self._halved(f"{step}/b", summary, right)
        return left + self.lines(f"{step}/b", summary, right)

    def said(self, step: str, call: Call) -> Answer:
        """The answer to *call*; an empty one is asked for again, a little warmer, and then given back as it is."""
        answer = self._ask(step, call)
        for attempt in range(1, TRIES_WHEN_EMPTY):
            if answer.text or answer.finish_reason in UNFINISHED:
                return answer
            self.tally.add("retries")
            answer = self._ask(f"{step}/again{attempt}", _warmer(call, attempt))
        return answer

    def whole(self, step: str, call: Call, answer: Answer) -> str:
        """The text of *answer*, gone on with if it was cut; that a step came to nothing is kept in the tally."""
        text = answer.text
        if answer.finish_reason == LENGTH:
            text = self._gone_on(step, call, answer)
        elif answer.finish_reason == REPETITION:
            self.tally.left_cut(step)
            text = _said_once(text)
        if not text:
            self.tally.said_nothing(step)
        return text

    def _gone_on(self, step: str, call: Call, answer: Answer) -> str:
        text = answer.text
        for attempt in range(1, CONTINUATIONS + 1):
            said, gap = _whole_words(text)
            messages = (*call.messages, Message("assistant", said), _GO_ON)
            if not said or self.prompt.work.measure(messages) > self.prompt.limit:
                break
            answer = self._ask(f"{step}/more{attempt}", replace(call, messages=messages))
            self.tally.add("continued")
            text = said + gap + answer.text if answer.text else text
            if answer.finish_reason != LENGTH:
                return text
        self.tally.left_cut(step)
        return text

    def _ask(self, step: str, call: Call) -> Answer:
        answer = self.prompt.work.ask(step, call)
        self.tally.answered(answer)
        return answer


def _warmer(call: Call, attempt: int) -> Call:
    seed = None if call.seed is None else call.seed + attempt
    return replace(call, temperature=min((call.temperature or 0.0) + _WARMER * attempt, 1.5), seed=seed)


def _whole_words(text: str) -> tuple[str, str]:
    """*text* without its last word, which the cut may have split, and the white space that stood before that word."""
    said = re.sub(r"\S+$", "", text)
    return said.rstrip(), said[len(said.rstrip()) :]


def _said_once(text: str) -> str:
    """*text* without what it says again and again at its end, but for the first time."""
    for period in range(1, len(text) // 3 + 1):
        loop = text[-period:]
        if text.endswith(loop * 3):
            while text.endswith(loop * 2):
                text = text[:-period]
            return text.rstrip()
    return text
