"""Usage: what one call costs in tokens, also when nobody stays until its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.tokens import Estimate

if TYPE_CHECKING:
    from app.backends.base import Answer, Call, Piece

USUAL_ANSWER = 1024  # tokens, for a request that sets no limit
ANSWER_LIMITS = ("max_output_tokens", "max_completion_tokens", "max_tokens")
CHARACTERS_A_TOKEN = 4  # of usual text; a server that sends several tokens in one piece is counted by characters


class Reservation(Protocol):
    """Tokens that are set aside for one call."""

    def settle(self, usage: Usage) -> None:
        """The call is over: charges what it cost, and gives back the rest. Never raises."""


class Budget(Protocol):
    """The tokens that a holder may spend. Safe to use from several threads."""

    def reserve(self, tokens: int) -> Reservation:
        """Sets *tokens* aside; raises TokensSpent if the budget does not allow it."""


@dataclass
class Usage:
    """The tokens of one call; *prompt* is an upper bound until the server's answer says how many the prompt had.

    A call that its caller left costs its prompt and what had arrived. One that failed before anything arrived, or that was
    never sent, costs nothing."""

    prompt: int
    sent: bool = False
    left: bool = False
    pieces: int = 0
    characters: int = 0
    answered: int | None = None
    writes: bool = True  # whether the answer is text of the model's, each piece of which is a token at least

    def begin(self) -> None:
        """The call is sent to the server, perhaps once more: what an earlier attempt brought does not count."""
        self.sent, self.pieces, self.characters = True, 0, 0

    def heard(self, piece: Piece | bytes) -> None:
        """More of the answer has arrived; of one that is not parsed, each event counts as a token."""
        if isinstance(piece, bytes):
            self.pieces += max(1, piece.count(b"data:")) if piece else 0
        elif piece.text or piece.thinking:
            self.pieces += 1
            self.characters += len(piece.text) + len(piece.thinking)

    def answer(self, answer: Answer) -> None:
        """The server's own numbers; ours if it gave none."""
        self.answered = (answer.prompt_tokens or self.prompt) + (answer.completion_tokens or self._arrived)

    def count(self, prompt: int, completion: int) -> None:
        """The server's own numbers, of an answer that is not parsed."""
        self.answered = prompt + (completion or self.pieces if self.writes else completion)

    @property
    def tokens(self) -> int:
        """What the call costs."""
        if self.answered is not None:
            return self.answered
        return self.prompt + self._arrived if self.sent and (self.left or self.pieces) else 0

    @property
    def _arrived(self) -> int:
        return max(self.pieces, self.characters // CHARACTERS_A_TOKEN)


def of_call(call: Call) -> Usage:
    """The usage of *call* before it is sent."""
    tools = [json.dumps(each) for each in (*call.tools, call.response_format) if each]
    counted = Estimate().measure([message.wire() for message in call.messages]) + sum(Estimate().count(tools))
    return Usage(prompt=counted)


def of_request(body: bytes | bytearray, *, writes: bool) -> tuple[Usage, int]:
    """The usage of a request that is passed through before it is sent, and the most tokens that its answer may have.

    Each text of a JSON *body* counts but data that is written as one; what is no JSON (a recording) counts nothing."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = {}
    prompt = sum(Estimate().count(list(_texts(said))))
    wished = next((said[name] for name in ANSWER_LIMITS if isinstance(said, dict) and isinstance(said.get(name), int)), None)
    most = (USUAL_ANSWER if wished is None else max(0, wished)) if writes else 0
    return Usage(prompt=prompt, writes=writes), most


def _texts(value: object) -> Iterator[str]:
    """Every string in *value* that is text, however deep it is nested; a number may be a token."""
    left = [value]
    while left:
        match left.pop():
            case str(text) if not text.startswith("data:"):
                yield text
            case dict(inner):
                left += inner.values()
            case list(inner):
                left += inner
