"""The kind `generate`: a prompt becomes a text, through a template of the service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.errors import Problem
from app.kinds import exchange, options
from app.kinds.base import Form, Payload, Result, Work
from app.kinds.exchange import Flavor, oddities, plan, remember, stream
from app.manifests import Service
from app.orders import Order

__all__ = ["CONVERSES", "GROWS", "INTERACTIVE", "OPTIONAL_TEMPLATES"]
__all__ += ["Flavor", "accept", "check", "oddities", "plan", "remember", "run", "settle", "stream"]

INTERACTIVE = True
CONVERSES = True
GROWS = False
OPTIONAL_TEMPLATES: tuple[str, ...] = ()


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    """The template uses what a request can give."""
    return exchange.problems(service, template, templates)


def accept(form: Form) -> Payload:
    """The `prompt`, or the last user message of `messages`; `variables`, and the options of the model."""
    return exchange.payload(form, options.text(form.fields, "prompt"))


def settle(order: Order) -> Order:
    """Every variable of the template is there."""
    return exchange.settle(order, "prompt")


def run(work: Work) -> Result:
    """Asks the model once."""
    answer = exchange.ask(work)
    said = exchange.told(answer)
    return Result(answer.text, said, {"generated_text": answer.text, **said}, answer)
