"""A kind from outside: a long text is translated paragraph by paragraph, as a job that can grow and as an answer of a chat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app import manifests
from app.backends.base import Call, Message, Piece
from app.errors import MissingParameter, Problem
from app.kinds.base import Conversation, Form, Payload, Phase, Progress, Result, Work
from app.kinds.growing import grown
from app.manifests import Flavor, Service
from app.orders import Order

__all__ = [
    "CONVERSES",
    "GROWS",
    "INTERACTIVE",
    "OPTIONAL_TEMPLATES",
    "Flavor",
    "accept",
    "check",
    "remember",
    "run",
    "settle",
    "stream",
]

INTERACTIVE = False
GROWS = True
CONVERSES = True
OPTIONAL_TEMPLATES: tuple[str, ...] = ()

assert manifests  # a kind sees what other kinds see


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    if "{{" not in templates[template]:
        yield Problem(f"{template}.txt", "", "does not show the text that is to be translated")


def accept(form: Form) -> Payload:
    given = form.content or form.fields.get("content") or form.fields.get("message")
    text = given.decode() if isinstance(given, bytes) else str(given or "")
    if not text.strip():
        raise MissingParameter("content")
    return Payload(text.strip())


def settle(order: Order) -> Order:
    return order


def remember(order: Order, conversation: Conversation) -> Order:
    return replace(order, options={**order.options, "remembered": len(conversation.earlier)})


def run(work: Work) -> Result:
    paragraphs = [line for line in work.order.content.split("\n") if line.strip()]
    done: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        prompt = work.order.templates[work.order.template].replace("{{ text }}", paragraph)
        call = Call(str(work.order.flavor["modelName"]), (Message("user", prompt),), 50)
        done.append(work.ask(f"paragraph/{number}", call).text)
        work.report(Progress(Phase("translate"), number + 1, len(paragraphs), "\n".join(done)))
    text = "\n".join(done)
    return Result(text, {"paragraphs": len(done)}, {"translation": text})


def stream(work: Work) -> Iterator[Piece]:
    return grown(run, work)
