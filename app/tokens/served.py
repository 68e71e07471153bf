"""A tokenizer that lives in the model's server: `/tokenize`, with what was counted lately remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from app.errors import BackendRefused
from app.tokens.base import Messages, Remote, overhead, said
from app.tokens.counting import Remembered

SERVED = "backend:/tokenize"
UNTEMPLATED = f"{SERVED} without template"
SHORTEST: Messages = ({"role": "user", "content": "a"},)
NO_SUCH_ROUTE = (404, 405, 501)


class Served:
    """Counts by asking *remote*; what it raises (BackendError) rises.

    One that counts texts but *measures* no messages is given a stated overhead for the chat template."""

    def __init__(self, model: str, remote: Remote, *, measures: bool = True) -> None:
        self.name = SERVED if measures else UNTEMPLATED
        self.exact = measures
        self._model = model
        self._remote = remote
        self._counts = Remembered(partial(remote.tokenize, model))

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._counts(texts)

    def adds_up(self, text: str) -> bool:  # noqa: ARG002
        return False

    def measure(self, messages: Messages) -> int:
        if self.exact:
            return self._remote.measure(self._model, said(messages))
        return overhead(messages) + sum(self.count([message["content"] for message in messages]))


def offered(model: str, remote: Remote) -> str | None:
    """The name of the tokenizer that *remote* has for *model*, or None if it has no route for that.

    Raises BackendError if it cannot be reached or refuses otherwise."""
    if not _has_route(lambda: remote.tokenize(model, ["a"])):
        return None
    return SERVED if _has_route(lambda: remote.measure(model, said(SHORTEST))) else UNTEMPLATED


def _has_route(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except BackendRefused as refused:
        if refused.status in NO_SUCH_ROUTE:
            return False
        raise
    return True
