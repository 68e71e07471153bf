"""The kind `chat`: a message is answered in the light of what was said before it."""

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

NAME = "chat"
UNBOUND = 2**20  # tokens; the context of a model whose context nobody knows
DEFAULT_MAX_TOKENS = 4096  # tokens; of an answer of a backend's own model, if the request does not say

INTERACTIVE = True
CONVERSES = True
GROWS = False
OPTIONAL_TEMPLATES: tuple[str, ...] = ()


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    """The template uses what a request can give."""
    return exchange.problems(service, template, templates)


def accept(form: Form) -> Payload:
    """The `message`, after those of `messages`; `variables`, and the options of the model."""
    message, prompt = options.text(form.fields, "message"), options.text(form.fields, "prompt")
    return exchange.payload(form, message or prompt)


def settle(order: Order) -> Order:
    """Every variable of the template is there."""
    return exchange.settle(order, "message")


def run(work: Work) -> Result:
    """Asks the model once."""
    answer = exchange.ask(work)
    said = exchange.told(answer)
    return Result(answer.text, said, {"response": answer.text, **said}, answer)


def direct_order(form: Form, *, model: str, backend: str, context: int) -> Order:
    """The order of a chat with a backend's own *model*, whose context is so many tokens (0: nobody knows it): what the request
    says, and nothing besides."""
    payload = accept(form)
    flavor = {
        "name": model,
        "modelName": model,
        "totalContextLength": context or UNBOUND,
        "maxGenerationLength": payload.options.get("max_tokens") or DEFAULT_MAX_TOKENS,
    }
    return Order(
        service=model,
        kind=NAME,
        backend=backend,
        flavor={**flavor, **payload.overrides},
        settings={},
        template="prompt",
        templates={"prompt": "{{ prompt }}"},
        text=payload.content,
        options=payload.options,
    )
