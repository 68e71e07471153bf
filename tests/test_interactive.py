from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.backends.adapters.openai import OpenAIBackend
from app.backends.base import Answer, Backend, Call
from app.backends.wrappers.cancellable import Cancellable
from app.cancellation import CancelToken
from app.errors import BackendUnavailable, Cancelled, PromptTooLong
from app.interactive import InteractiveRunner
from app.kinds import KINDS
from app.metrics import NullMetrics
from app.orders import Order
from app.tokens import Tokenizers
from tests.fakes.model import Model
from tests.fakes.openai_server import FakeOpenAI, Reply


def order(backend: str = "one", fallbacks: tuple[Mapping[str, Any], ...] = (), content: str = "Hello") -> Order:
    return Order(
        service="generate",
        kind="generate",
        backend=backend,
        flavor=flavor("small", 2000),
        settings={},
        template="t",
        templates={"t": "{{ prompt }}"},
        text=content,
        options={"variables": {}, "system": "", "before": [], "after": [], "max_tokens": None, "call": {}},
        fallbacks=fallbacks,
    )


def flavor(name: str, context: int) -> dict[str, Any]:
    return {"name": name, "modelName": name, "totalContextLength": context, "maxGenerationLength": 50}


def interactive(**backends: Backend) -> InteractiveRunner:
    return InteractiveRunner(backends.__getitem__, Tokenizers(), KINDS)


def down(call: Call) -> str:
    raise BackendUnavailable("one: refused")


STAND_IN = ({"flavor": flavor("large", 9000), "backend": "two"},)


def test_a_prompt_that_surely_fits_is_not_counted() -> None:
    model = Model(lambda call: "Yes.")
    model.measure = lambda *_: pytest.fail("was counted")  # type: ignore[method-assign]

    assert interactive(one=model).start(order(), CancelToken()).run().text == "Yes."


@pytest.mark.parametrize("streamed", [False, True])
def test_another_flavor_stands_in_while_the_backend_is_down(streamed: bool) -> None:
    two = Model(lambda call: f"{call.model} says yes")
    serving = interactive(one=Model(down), two=two).start(order(fallbacks=STAND_IN), CancelToken())

    said = "".join(piece.text for piece in serving.stream()) if streamed else serving.run().text

    assert said == "large says yes"


class Told(NullMetrics):
    def __init__(self) -> None:
        self.failovers: list[tuple[str, str]] = []

    def failed_over(self, backend: str, error: str, /) -> None:
        self.failovers.append((backend, error))


@pytest.mark.parametrize("streamed", [False, True])
def test_a_flavor_that_is_passed_over_is_counted(streamed: bool) -> None:
    told = Told()
    backends: dict[str, Backend] = {"one": Model(down), "two": Model(lambda call: "yes")}
    serving = InteractiveRunner(backends.__getitem__, Tokenizers(), KINDS, metrics=told).start(
        order(fallbacks=STAND_IN), CancelToken()
    )

    list(serving.stream()) if streamed else serving.run()

    assert told.failovers == [("one", "BackendUnavailable")]


def test_another_flavor_stands_in_for_one_that_the_prompt_does_not_fit() -> None:
    serving = interactive(one=Model(lambda call: "no"), two=Model(lambda call: "yes")).start(
        order(fallbacks=STAND_IN, content="word " * 3000),
        CancelToken(),
    )

    assert serving.run().text == "yes"


def test_what_the_last_one_fails_with_rises() -> None:
    serving = interactive(one=Model(down), two=Model(lambda call: "yes")).start(
        order(fallbacks=STAND_IN, content="word " * 20000),
        CancelToken(),
    )

    with pytest.raises(PromptTooLong):
        serving.run()


@pytest.mark.parametrize("read", [lambda serving: serving.run(), lambda serving: list(serving.stream())])
def test_leaving_ends_what_waits(fake_openai: FakeOpenAI, read: Callable[[Any], Any]) -> None:
    fake_openai.script(Reply(fault="hang_after_headers"))
    cancel = CancelToken()
    serving = interactive(one=OpenAIBackend("fake", fake_openai.base_url, "")).start(order(), cancel)

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(read, serving)
        assert fake_openai.wait_for(lambda fake: fake.open == 1)
        cancel.cancel()
        error = waiting.exception(10)

    assert isinstance(error, Cancelled)
    assert fake_openai.wait_for(lambda fake: fake.open == 0)


def test_who_has_left_is_asked_for_nothing() -> None:
    model, cancel = Model(lambda call: "yes"), CancelToken()
    serving = interactive(one=model).start(order(), cancel)

    cancel.cancel()

    with pytest.raises(Cancelled):
        serving.run()
    assert model.heard == []


def test_a_token_ends_calls_of_many_threads(fake_openai: FakeOpenAI) -> None:
    fake_openai.default = Reply(fault="hang")
    cancel = CancelToken()
    backend = Cancellable(OpenAIBackend("fake", fake_openai.base_url, ""), cancel)
    call = Call("m", (), 10)
    ended: list[BaseException | Answer] = []

    def ask() -> None:
        try:
            ended.append(backend.complete(call))
        except Cancelled as error:
            ended.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert fake_openai.wait_for(lambda fake: fake.open == 3)
    cancel.cancel()
    for thread in threads:
        thread.join(10)

    assert [type(each) for each in ended] == [Cancelled] * 3
