"""Asking the model for some turns until it has said something whole: retries, halving, going on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from app.backends.answers.finish_reasons import FILTERED, LENGTH, REPETITION
from app.backends.answers.void import Void, void
from app.backends.base import Answer, Call, Message
from app.errors import ContextExceeded
from app.kinds.summary.lines import Line, lines_of
from app.kinds.summary.prompt import Prompt, Room
from app.orders import Json
from app.transcript import Turn, split

REDUCE = "reduce/"  # how the steps of the final reduce are called
MOST_LISTED = 5  # steps that a warning names
SHORTEST_PIECE = 16  # tokens; a shorter piece of a turn is not worth a call
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
    reasons: dict[str, Void] = field(default_factory=dict)  # why each of the empty steps is empty
    voids: dict[str, Void] = field(default_factory=dict)  # what was wrong with answers that were taken for none
    filtered: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)  # what is doubtful of a step's answer
    estimated: bool = False  # some numbers are the gateway's own count
    batches: list[dict[str, Json]] = field(default_factory=list)  # see `transcripts.record_of`
    _lock: Lock = field(default_factory=Lock)

    def answered(self, step: str, answer: Answer) -> None:
        with self._lock:
            if answer.finish_reason == FILTERED:
                self.filtered.append(step)
            if answer.warnings:
                self.doubts[step] = "; ".join(answer.warnings)
            self.numbers.update(
                calls=1,
                tokens_in=answer.prompt_tokens,
                tokens_out=answer.completion_tokens,
                tokens_cached=answer.cached_tokens,
                tokens_reasoning=answer.reasoning_tokens,
                retries=answer.attempts - 1,
            )
            self.estimated = self.estimated or answer.estimated

    def add(self, what: str, number: int = 1) -> None:
        with self._lock:
            self.numbers[what] += number

    def said_nothing(self, step: str, reason: Void) -> None:
        with self._lock:
            self.empty.append(step)
            self.reasons[step] = reason

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
        warnings = list(self.warnings())
        return {
            **{key: self.numbers[key] for key in keys},
            "empty": sorted(self.empty),
            "cut": sorted(self.cut),
            **({"estimated": True} if self.estimated else {}),
            **({"batches": self.batches} if self.batches else {}),
            **({"warnings": warnings} if warnings else {}),
        }

    def warnings(self) -> Iterator[str]:
        """What the one who reads the minutes should know, in sentences."""
        parts = {reason: [step for step, why in self.reasons.items() if why is reason] for reason in Void}
        for reason, steps in parts.items():
            if lost := [step for step in steps if not step.startswith(REDUCE)]:
                yield f"a part of the transcript is not in the minutes: {reason} ({_listed(lost)})"
            if kept := [step for step in steps if step.startswith(REDUCE)]:
                yield f"the notes are given as they are, and not made shorter: {reason} ({_listed(kept)})"
        if self.cut:
            yield f"an answer was cut at its limit and could not be finished ({_listed(self.cut)})"
        if self.filtered:
            yield f"the model server has filtered an answer ({_listed(self.filtered)})"
        for doubt in sorted(set(self.doubts.values()))[:MOST_LISTED]:
            yield f"{doubt} ({_listed([step for step, said in self.doubts.items() if said == doubt])})"
        if self.numbers["unreduced"]:
            yield "the notes are given as they are: they did not get shorter"

    def why_empty(self) -> str:
        """Why there is no text at all."""
        reason = Counter(self.reasons.values()).most_common(1)[0][0] if self.reasons else Void.EMPTY
        if reason is Void.THOUGHTS:
            spent = self.numbers["tokens_reasoning"] or self.numbers["tokens_out"]
            cure = "raise maxGenerationLength, or limit its thinking"
            return f"{reason}: {spent} tokens of reasoning (finish_reason {LENGTH}); {cure}"
        return f"{reason}, however often it was asked"


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
        previous = self.prompt.window(summary, self.room.reserve)
        if len(turns) > 1 and self.prompt.is_known_to_be_too_long(previous, turns):
            return self._in_halves(step, summary, turns)
        call = self.prompt.call(previous, turns)
        try:
            answer = self.said(step, call)
        except ContextExceeded as refused:
            return self._shorter(step, summary, turns, refused)
        if len(turns) > 1 and answer.finish_reason in UNFINISHED:
            return self._in_halves(step, summary, turns)
        self.tally.add("turns_sent", len(turns))
        return lines_of(self.whole(step, call, answer), turns, step)

    def _shorter(
        self, step: str, summary: tuple[Line, ...], turns: Sequence[Turn], refused: ContextExceeded
    ) -> tuple[Line, ...]:
        """The lines for *turns*, for which the server has *refused* the prompt: it is longer than the model's context.

        A single turn is asked without the summary so far, and then in pieces."""
        self.prompt.learned.note(refused.limit)
        if len(turns) > 1:
            return self._in_halves(step, summary, turns)
        if summary and self.prompt.window(summary, self.room.reserve):
            return self.lines(f"{step}/alone", (), turns)
        pieces = self._pieces(turns[0])
        if len(pieces) < 2:
            raise refused
        self.tally.add("turns_sent", 1 - len(pieces))  # they are one turn of the transcript
        return self._in_halves(step, summary, pieces)

    def _pieces(self, turn: Turn) -> list[Turn]:
        """*turn* in about two halves; itself alone where it is too short for that."""
        half = (self.prompt.work.count([turn.text])[0] + 1) // 2
        return list(split([turn], half, self.prompt.work.count)) if half >= SHORTEST_PIECE else [turn]

    def _in_halves(self, step: str, summary: tuple[Line, ...], turns: Sequence[Turn]) -> tuple[Line, ...]:
        self.tally.add("halved")
        return self._halved(step, summary, turns)

    def _halved(self, step: str, summary: tuple[Line, ...], turns: Sequence[Turn]) -> tuple[Line, ...]:
        middle = len(turns) // 2
        left = self.lines(f"{step}/a", summary, turns[:middle])
        right, summary = turns[middle:], summary + left
        previous = self.prompt.window(summary, self.room.reserve)  # may be longer than the one the batch was measured with
        if len(right) > 1 and self.prompt.measure(previous, right) > self.prompt.limit:
            return left + self._halved(f"{step}/b", summary, right)
        return left + self.lines(f"{step}/b", summary, right)

    def said(self, step: str, call: Call) -> Answer:
        """The answer to *call*; one that says nothing (see `answers.void`) is asked for again, a little warmer, and is then
        given back without text."""
        answer = self._ask(step, call)
        for attempt in range(1, TRIES_WHEN_EMPTY):
            if _is_whole(answer):
                return answer
            self.tally.add("retries")
            answer = self._ask(f"{step}/again{attempt}", _warmer(call, attempt))
        if not _is_whole(answer):
            self.tally.voids[step] = _why(answer)
            answer = replace(answer, text="")
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
            self.tally.said_nothing(step, self.tally.voids.get(step) or _why(answer))
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
            if void(answer.text) in (Void.REFUSED, Void.ASKED):
                break
            text = said + gap + answer.text if answer.text else text
            if answer.finish_reason != LENGTH:
                return text
        self.tally.left_cut(step)
        return text

    def _ask(self, step: str, call: Call) -> Answer:
        answer = self.prompt.work.ask(step, call)
        self.tally.answered(step, answer)
        return answer


def _is_whole(answer: Answer) -> bool:
    """Whether there is something to keep, or to go on with. What is cut or went in circles need not be asked for again."""
    if answer.finish_reason in UNFINISHED:
        return void(answer.text) in (None, Void.EMPTY)
    return void(answer.text) is None


def _why(answer: Answer) -> Void:
    """Why there is nothing in *answer*."""
    return Void.THOUGHTS if answer.thinking and not answer.text else void(answer.text) or Void.EMPTY


def _listed(steps: Sequence[str]) -> str:
    shown = sorted(steps)[:MOST_LISTED]
    return ", ".join(shown) + (f", and {len(steps) - len(shown)} more" if len(steps) > len(shown) else "")


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
