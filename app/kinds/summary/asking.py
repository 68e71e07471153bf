"""Asking the model for some turns until it has said something whole: retries, halving, going on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.backends.answers.finish_reasons import LENGTH, REPETITION
from app.backends.answers.void import Void
from app.backends.base import Answer, Call, Message
from app.errors import ContextExceeded
from app.kinds.summary.checking import Checked, Checker, correction, quoted
from app.kinds.summary.lines import Line, lines_of, text_of, with_our_speakers
from app.kinds.summary.prompt import Prompt, Room
from app.kinds.tally import Tally
from app.kinds.voids import UNFINISHED, is_whole, void_of, why_void
from app.transcript import Turn, split

SHORTEST_PIECE = 16  # tokens; a shorter piece of a turn is not worth a call
TRIES_WHEN_EMPTY = 3
CONTINUATIONS = 2
_GO_ON = Message("user", "Go on exactly where you stopped. Do not repeat anything.")
_WARMER = 0.4  # added to the temperature of each retry: asked the same way, a model says the same nothing


@dataclass(frozen=True)
class Asking:
    """Asks with one prompt, and remembers in its tally how it went."""

    prompt: Prompt
    room: Room
    tally: Tally
    checker: Checker | None = None  # None: answers are taken as they are

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
        return self.checked(step, call, self.whole(step, call, answer), turns)

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
            if is_whole(answer):
                return answer
            self.tally.add("retries")
            answer = self._ask(f"{step}/again{attempt}", _warmer(call, attempt))
        if not is_whole(answer):
            self.tally.voids[step] = why_void(answer)
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
            self.tally.said_nothing(step, self.tally.voids.get(step) or why_void(answer))
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
            if void_of(answer) in (Void.REFUSED, Void.ASKED):
                break
            text = said + gap + answer.text if answer.text else text
            if answer.finish_reason != LENGTH:
                return text
        self.tally.left_cut(step)
        return text

    def checked(self, step: str, call: Call, text: str, sources: Sequence[Turn | Line]) -> tuple[Line, ...]:
        """The lines of *text*, checked against *sources* if the flavor wants that. With `repair`, a model that is wrong is told
        so and asked once more; the better of the two answers counts. What is still wrong is kept in the tally. With `quote`, a
        lone turn then stands as it was said."""
        if self.checker is None or not text:
            return with_our_speakers(lines_of(text, sources, step), sources)
        found = self._found(self.checker, step, text, sources)
        if found.faults and self.prompt.flavor.repairs:
            repaired = self._repaired(self.checker, step, call, found, sources)
            found = repaired if repaired and len(repaired.faults) < len(found.faults) else found
        if self.prompt.flavor.check == "quote":
            found = quoted(found, sources, self.checker)
        self.tally.add("speakers_corrected", found.renamed)
        self.tally.at_fault(step, {str(fault.doubt) for fault in found.faults})
        return with_our_speakers(found.lines, sources)

    def _found(self, checker: Checker, step: str, text: str, sources: Sequence[Turn | Line]) -> Checked:
        bare, around = checker.bare(text)
        found = checker.check(lines_of(bare, sources, step), sources)
        return replace(found, faults=(*around, *found.faults)) if around else found

    def _repaired(
        self, checker: Checker, step: str, call: Call, found: Checked, sources: Sequence[Turn | Line]
    ) -> Checked | None:
        """What the model says after it is told what was wrong; None if there is no room to tell it, or nothing comes of it."""
        said = Message("assistant", text_of(found.lines) or "-")
        asked = correction(found.faults, checker.language)
        messages = (*call.messages, said, Message("user", asked))
        if self.prompt.work.measure(messages) > self.prompt.limit:
            return None
        self.tally.add("repairs")
        try:
            answer = self._ask(f"{step}/repair", replace(call, messages=messages))
        except ContextExceeded:
            return None
        if answer.finish_reason in UNFINISHED or not is_whole(answer):
            return None
        return self._found(checker.hearing(asked), step, answer.text, sources)

    def _ask(self, step: str, call: Call) -> Answer:
        answer = self.prompt.work.ask(step, call)
        self.tally.answered(step, answer)
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
