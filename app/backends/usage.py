"""Usage: what one call costs in tokens, also when nobody stays until its end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.tokens import Estimate

if TYPE_CHECKING:
    from app.backends.base import Answer, Call, Piece

CHARACTERS_A_TOKEN = 4  # of usual text; a server that sends several tokens in one piece is counted by characters


class Reservation(Protocol):
    """Tokens that are set aside for one call."""

    def renew(self) -> None:
        """Says that the call is still in flight."""
        ...

    def settle(self, usage: Usage) -> None:
        """The call is over: charges what it cost, and gives back the rest. Never raises."""
        ...


class Budget(Protocol):
    """The tokens that a holder may spend. Safe to use from several threads."""

    def reserve(self, tokens: int) -> Reservation:
        """Sets *tokens* aside; raises TokensSpent if the budget does not allow it."""
        ...


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

    def begin(self) -> None:
        """The call is sent to the server, perhaps once more: what an earlier attempt brought does not count."""
        self.sent, self.pieces, self.characters = True, 0, 0

    def heard(self, piece: Piece) -> None:
        if piece.text or piece.thinking:
            self.pieces += 1
            self.characters += len(piece.text) + len(piece.thinking)

    def answer(self, answer: Answer) -> None:
        """The server's own numbers; ours if it gave none."""
        self.answered = (answer.prompt_tokens or self.prompt) + (answer.completion_tokens or self._arrived)

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
