"""The kind `function_call`: a question becomes a call of one of the service's functions, valid or refused, never guessed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app.backends.base import Piece
from app.errors import MissingParameter, Problem
from app.kinds import options
from app.kinds.base import Form, Payload, Result, Work
from app.kinds.base import remember_nothing as remember
from app.kinds.function_call import prompt
from app.kinds.function_call.calls import FunctionCallResult
from app.kinds.function_call.flavor import Flavor
from app.kinds.function_call.pipeline import Pipeline, Stages
from app.kinds.growing import grown
from app.kinds.plan import Plan, PlannedCall, PromptTokens
from app.manifests import Service
from app.manifests.functions import Function
from app.orders import Order
from app.transcript import decode

__all__ = ["CONVERSES", "GROWS", "INTERACTIVE", "OPTIONAL_TEMPLATES"]
__all__ += ["Flavor", "FunctionCallResult", "accept", "check", "plan", "remember", "run", "settle", "stream"]

INTERACTIVE = True
CONVERSES = False
GROWS = False
OPTIONAL_TEMPLATES: tuple[str, ...] = ()
NOT_KEPT = ("response_format", "top_k")  # the form of the answer is that of the functions


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    """The template shows the question, and the functions where the server does not show them itself."""
    shown = any(isinstance(each, Flavor) and each.constraint == "json_schema" for each in service.flavor)
    return prompt.problems(template, dict(templates), shown=shown)


def accept(form: Form) -> Payload:
    """The question: `prompt`, or the content; and the options of the model."""
    given = options.text(form.fields, "prompt") or form.content
    if isinstance(given, bytes):
        given = decode(given)
    if not given or not given.strip():
        raise MissingParameter("prompt")
    most, overrides = options.most_tokens(form.fields), options.overrides(form.fields, without=NOT_KEPT)
    return Payload(given, {"max_tokens": most}, overrides)


def settle(order: Order) -> Order:
    """The flavor as it is asked for: a shorter answer where the request wants one."""
    asked, most = order.options.get("max_tokens"), order.flavor["maxGenerationLength"]
    return replace(order, flavor={**order.flavor, "maxGenerationLength": min(asked or most, most)})


def run(work: Work) -> Result:
    """Takes the question through the pipeline."""
    pipeline = _pipeline(work)
    found = pipeline.run(work.order.content)
    return Result(json.dumps(found.record(), ensure_ascii=False), pipeline.stages.record(), found.record())


def plan(work: Work) -> Plan:
    """The first call; a second follows if the answer to it is no valid call of a function."""
    pipeline = _pipeline(work)
    call = pipeline.call(work.order.content)
    total = work.measure(call.messages)
    question = min(work.count([work.order.content])[0], total)
    tokens = PromptTokens(total - question, 0, question)
    more = "one more call for each answer that is no valid call of a function" if pipeline.flavor.repairs else ""
    return Plan((PlannedCall("answer", call, tokens),), context=int(work.order.flavor["totalContextLength"]), more_calls=more)


def _pipeline(work: Work) -> Pipeline:
    order = work.order
    functions = [Function.model_validate(each, strict=False) for each in order.settings["functions"]]
    return Pipeline(work, Flavor.model_validate(order.flavor, strict=False), functions, Stages(order.service))


def stream(work: Work) -> Iterator[Piece]:
    """The whole answer in one piece, when it is valid."""
    yield from grown(run, work)
