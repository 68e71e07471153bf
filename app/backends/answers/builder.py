"""What has arrived of an answer, whatever API it came by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.backends.answers.repetition import RepetitionDetector
from app.backends.answers.thinking import ThinkingSplitter, split
from app.backends.answers.tool_calls import ToolCalls
from app.backends.base import Answer, Call, Piece


@dataclass
class AnswerBuilder:
    """Gathers the parts of one answer. Token numbers are 0 as long as nobody has said them."""

    guard: RepetitionDetector
    said: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    logprobs: list[dict[str, Any]] = field(default_factory=list)
    tools: ToolCalls = field(default_factory=ToolCalls)
    finish_reason: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    _spoken: ThinkingSplitter = field(default_factory=ThinkingSplitter)
    _fresh: str = ""  # thoughts that nobody was shown yet

    @property
    def stopped(self) -> bool:
        """Whether the answer came to nothing any more, so that we end it."""
        return bool(self.guard.reason)

    def say(self, text: str) -> str:
        """What of the answer can be shown now that *text* has come."""
        self.said.append(text)
        self.finish_reason = self.guard.feed(text) or self.finish_reason
        return self._spoken.feed(text)

    def think(self, text: str) -> None:
        """The server keeps thoughts apart, and this is one."""
        self.thought.append(text)
        self._fresh += text

    def piece(self, text: str) -> Piece | None:
        """What can be shown: *text*, and what was thought since the last one; None where there is nothing."""
        thinking = self._thoughts()
        return Piece(text, thinking=thinking) if text or thinking else None

    def last(self, text: str, answer: Answer) -> Piece:
        """The last piece."""
        return Piece(text, answer, self._thoughts())

    def _thoughts(self) -> str:
        fresh, self._fresh = self._fresh + self._spoken.thoughts(), ""
        return fresh

    def end(self) -> str:
        """What was held back until the end."""
        return self._spoken.end()

    def answer(self, call: Call, seconds: float) -> Answer:
        text, thought = split("".join(self.said))
        return Answer(
            text=text,
            finish_reason=self.finish_reason,
            prompt_tokens=self.prompt_tokens,
            # of an answer that we ended, its server never says how many; they come one at a time
            completion_tokens=self.completion_tokens or (len(self.said) if self.stopped else 0),
            cached_tokens=self.cached_tokens,
            model=self.model or call.model,
            thinking="\n".join(filter(None, ("".join(self.thought).strip(), thought))),
            seconds=seconds,
            tool_calls=self.tools.whole(),
            logprobs={"content": self.logprobs} if self.logprobs else None,
        )
