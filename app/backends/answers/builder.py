"""What has arrived of an answer, whatever API it came by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.backends.answers import finish_reasons
from app.backends.answers.characters import MendedStream, mended
from app.backends.answers.cleaning import Speech, cleaned
from app.backends.answers.finish_reasons import FUNCTION_CALL, LENGTH, STOP, TOOL_CALLS
from app.backends.answers.repetition import RepetitionDetector
from app.backends.answers.stops import StopStrings
from app.backends.answers.tool_calls import ToolCalls, names_one, schemas
from app.backends.answers.usage import Usage
from app.backends.answers.written_calls import CallsHeldBack, apart
from app.backends.base import Answer, Call, Piece

MOST_DROPPED = 400  # characters that a model may go on to say behind its end; then we end the answer


@dataclass
class AnswerBuilder:
    """Gathers the parts of one answer. *stops* are stop strings that its server does not look for."""

    guard: RepetitionDetector
    stops: StopStrings = field(default_factory=lambda: StopStrings(()))
    said: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    logprobs: list[Mapping[str, Any]] = field(default_factory=list)
    tools: ToolCalls = field(default_factory=ToolCalls)
    usage: Usage = field(default_factory=Usage)
    finish_reason: str = ""  # in plain words; empty as long as the answer has not ended
    given_up: str = ""  # the server's word for an answer that it did not bring to its end
    model: str = ""
    server: str = ""  # how the server names its release
    pieces: int = 0
    choice: int | None = None  # the index of the choice that is read: the first one that came
    refused: bool = False  # the server calls what the model said a refusal
    known: Mapping[str, Any] = field(default_factory=dict)  # schemas of the tools that the model was told of, by name
    warnings: tuple[str, ...] = ()  # what is doubtful of the answer
    named: bool = False  # the caller has named the function to be called, and such an answer ends as any other
    _speech: Speech = field(default_factory=Speech)
    _calls: CallsHeldBack = field(init=False)
    _mended: MendedStream = field(default_factory=MendedStream)
    _mended_thought: MendedStream = field(default_factory=MendedStream)
    _fresh: str = ""  # thoughts that nobody was shown yet
    _blank: bool = False  # whether the last word about an end was an empty one
    _spoke: bool = False
    _stopped: bool = False  # by a stop string that we look for

    @classmethod
    def of(cls, call: Call, stops: tuple[str, ...] = (), model: str = "") -> AnswerBuilder:
        """For the answer to *call*; *stops* are those that the server is not told."""
        known = schemas(call.tools) if call.tool_choice != "none" else {}
        named = names_one(call.tool_choice)
        return cls(
            RepetitionDetector.of(call), StopStrings(stops), tools=ToolCalls(known), model=model, known=known, named=named
        )

    def __post_init__(self) -> None:
        self._calls = CallsHeldBack(self.known)

    @property
    def stopped(self) -> bool:
        """Whether we end the answer: it has come to nothing any more, or its end is here already."""
        return bool(self.guard.reason) or self._stopped or self._speech.dropped > MOST_DROPPED

    @property
    def begun(self) -> bool:
        """Whether something was said, or a call begun; thoughts do not count."""
        return self._spoke or bool(self.tools)

    def say(self, text: str) -> str:
        """What of the answer can be shown now that *text* has come."""
        if self._stopped:
            return ""
        self.pieces += bool(text)
        text, self._stopped = self.stops.feed(self._mended.feed(text))
        self.said.append(text)
        self._spoke = self._spoke or bool(text)
        if self._stopped:
            self.finish_reason = STOP
        else:
            self.finish_reason = self.guard.feed(text) or self.finish_reason
        return self._calls.feed(self._speech.feed(text))

    def think(self, text: str) -> None:
        """The server keeps thoughts apart, and this is one."""
        self.pieces += bool(text)
        text = self._mended_thought.feed(text)
        self.thought.append(text)
        self._fresh += text

    def finish(self, reason: str | None) -> None:
        """What the server says of an end in an event with a choice: nothing, or its *reason*.

        An empty reason is an end only if it is the last word: some servers say it in every event."""
        self._blank = reason is not None and finish_reasons.is_blank(reason)
        if reason is None or self._blank or self.guard.reason or self._stopped:
            return
        self.finish_reason = finish_reasons.known(reason)
        self.given_up = "" if self.finish_reason else reason

    def done(self) -> None:
        """The server says that all of the answer is here."""
        if self._blank and not self.finish_reason and not self.given_up:
            self.finish_reason = STOP

    def ended_by_us(self) -> None:
        """We read no further: what the model says behind its end mark is no part of the answer."""
        self.finish_reason = self.finish_reason or STOP

    def count(self, usage: Usage) -> None:
        """Numbers of the server; later ones count."""
        self.usage = self.usage.updated(usage)

    def piece(self, text: str) -> Piece | None:
        """What can be shown: *text*, and what was thought since the last one; None if there is nothing."""
        thinking = self._thoughts()
        return Piece(text, thinking=thinking) if text or thinking else None

    def last(self, text: str, answer: Answer) -> Piece:
        """The last piece."""
        return Piece(text, answer, self._thoughts())

    def _thoughts(self) -> str:
        fresh, self._fresh = self._fresh + self._speech.thoughts(), ""
        return fresh

    def end(self) -> str:
        """What was held back until the end."""
        if not self._stopped:
            held = self.stops.feed(self._mended.end())[0] + self.stops.end()
            self.said.append(held)
            text = self._speech.feed(held)
        else:
            text = ""
        if rest := self._mended_thought.end():
            self.think(rest)
        return self._calls.feed(text + self._speech.end()) + self._calls.end()

    def answer(self, call: Call, seconds: float) -> Answer:
        """The whole answer. A number that the server did not say is 0, and the answer then says that it is to be estimated."""
        text, thought = self._spoken()
        kept_apart = "".join(self.thought).strip()
        counted = self.usage
        said_something = bool(text or thought or kept_apart or self.tools)
        known = counted.prompt is not None and (bool(counted.completion) or not said_something)
        return Answer(
            text=text,
            finish_reason=self._finished(),
            prompt_tokens=counted.prompt or 0,
            # of an answer that we ended, its server never says how many; they come one at a time
            completion_tokens=counted.completion or (self.pieces if self.stopped else 0),
            cached_tokens=counted.cached or 0,
            reasoning_tokens=self._reasoning(counted, text, said=bool(thought or kept_apart)),
            model=mended(self.model) or call.model,
            thinking="\n".join(filter(None, (kept_apart, thought))),
            seconds=seconds,
            tool_calls=self.tools.whole(),
            logprobs={"content": self.logprobs} if self.logprobs else None,
            estimated=not known,
            refused=self.refused,
            warnings=self.warnings,
        )

    def _spoken(self) -> tuple[str, str]:
        """What was said and thought, without the calls that are written there and that the server did not find: they are taken
        for calls as if it had."""
        text, thought = cleaned("".join(self.said))
        text, calls = apart(text, self.known)
        if not text and not calls and not self.tools and self.finish_reason == STOP:  # within a thought that never ended
            thought, calls = apart(thought, self.known)
        written = self.tools.add_written([*self._speech.calls, *((call.name, call.arguments) for call in calls)])
        if written and self.finish_reason == STOP:
            self.finish_reason = TOOL_CALLS
        return text, thought

    def _finished(self) -> str:
        """A model that went on behind its end mark has stopped there, even if that was cut at its limit later. A call is told
        as one of tools, however old its server's API is."""
        if self.finish_reason in (FUNCTION_CALL, TOOL_CALLS):
            return TOOL_CALLS if self.tools.whole() else STOP  # a client would look for calls where none are
        if self.finish_reason == STOP and not self.named and self.tools.whole():  # Gemini's word for it, and others'
            return TOOL_CALLS
        return STOP if self._speech.over and self.finish_reason == LENGTH else self.finish_reason

    def _reasoning(self, counted: Usage, text: str, *, said: bool) -> int:
        """The tokens of thoughts: the server's number, or all of an answer that is nothing else."""
        if counted.reasoning is not None:
            return counted.reasoning
        return (counted.completion or 0) if said and not text and not self.tools else 0
