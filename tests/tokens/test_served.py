"""A tokenizer that lives in the model's server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from app.backends.base import Message
from app.errors import BackendError, BackendRefused, BackendUnavailable
from app.tokens.served import Served, offered


class Server:
    """Counts words, a prompt has 5 tokens more; fails as it is told."""

    def __init__(self, *, tokenize: BackendError | None = None, measure: BackendError | None = None) -> None:
        self.tokenizing, self.measuring = tokenize, measure
        self.asked: list[list[str]] = []
        self.measured: list[Any] = []

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        if self.tokenizing:
            raise self.tokenizing
        self.asked.append(list(texts))
        return [len(text.split()) for text in texts]

    def measure(self, model: str, messages: Sequence[Any]) -> int:
        if self.measuring:
            raise self.measuring
        self.measured.append(messages)
        return 5 + sum(len(message.content.split()) for message in messages)


def test_texts_go_to_the_server_together_and_once() -> None:
    server = Server()
    tokenizer = Served("m", server)

    counts = [tokenizer.count(["a b", "c", "a b"]), tokenizer.count(["c"])]

    assert (counts, server.asked) == ([[2, 1, 2], [1]], [["a b", "c"]])


def test_a_prompt_is_measured_by_the_server_as_messages() -> None:
    server = Server()
    said = [{"role": "system", "content": "a b"}, {"role": "user", "content": "c"}]

    measured = Served("m", server).measure(said)

    wires = [message.wire() for message in server.measured[0]]
    assert (measured, wires) == (8, [Message("system", "a b").wire(), Message("user", "c").wire()])


def test_a_server_that_cannot_measure_is_given_a_stated_overhead() -> None:
    server = Server(measure=BackendRefused("no route", status=404))

    measured = Served("m", server, measures=False).measure([{"role": "user", "content": "a b"}])

    assert measured > 2 + 8


def test_what_the_server_raises_rises() -> None:
    server = Server(tokenize=BackendUnavailable("reset"))

    with pytest.raises(BackendUnavailable, match="reset"):
        Served("m", server).count(["a"])


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_the_route_offers_nothing(status: int) -> None:
    assert offered("m", Server(tokenize=BackendRefused("no route", status=status))) is None


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_that_counts_texts_only_offers_that(status: int) -> None:
    assert offered("m", Server(measure=BackendRefused("no route", status=status))) == "backend:/tokenize without template"


def test_a_server_that_does_both_offers_both() -> None:
    assert offered("m", Server()) == "backend:/tokenize"


@pytest.mark.parametrize("error", [BackendUnavailable("down"), BackendRefused("bad key", status=401)])
def test_a_server_that_does_not_answer_is_an_error_and_no_estimate(error: BackendError) -> None:
    with pytest.raises(type(error)):
        offered("m", Server(tokenize=error))
