"""What a piece of work adds to what its kind asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.backends.adapters.echo import Echo
from app.backends.base import Call, Message
from app.kinds.base import Work
from app.orders import Order
from tests.fakes.model import Words

ORDER = Order("cra", "summary", "echo", {"name": "short"}, {}, "cra", {}, "text")
CALL = Call("model", (Message("user", "say something"),), max_tokens=50)


def test_a_call_says_which_service_and_flavor_it_is_for() -> None:
    heard: list[Call] = []
    work = Work(ORDER, Echo(heard=heard.append), Words())

    work.ask("answer", CALL)
    list(work.stream(CALL))

    assert [(call.service, call.flavor) for call in heard] == [("cra", "short")] * 2


def test_a_step_is_watched_while_it_is_asked_and_not_when_it_is_remembered() -> None:
    seen: list[str] = []

    @contextmanager
    def around(step: str) -> Iterator[None]:
        seen.append(f"{step} begins")
        yield
        seen.append(f"{step} ends")

    work = Work(ORDER, Echo(heard=lambda _call: seen.append("called")), Words(), around=around)

    for _ in range(2):
        work.ask("batch/1", CALL)

    assert seen == ["batch/1 begins", "called", "batch/1 ends"]
