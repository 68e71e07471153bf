"""One exchange with a model, which the kinds `generate` and `chat` have in common: a message made by a template, after what was
said before, and the answer to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from app import manifests, prompts
from app.backends.answers.length import fit
from app.backends.base import Answer, Call, Message, Piece
from app.errors import ContextExceeded, MissingParameter, Problem, TemplateError
from app.kinds import conversing, inputs, options
from app.kinds.base import Conversation, Form, Payload, Work, call_with
from app.kinds.plan import Plan, PlannedCall, PromptTokens
from app.kinds.repairing import again, broken
from app.manifests import Service, Source
from app.orders import Json, Order
from app.tokens.base import overhead
from app.transcript import decode

OURS = ("prompt", "message", "messages", "system", "service", "flavor")  # names that every template may use
TEXT = frozenset({"prompt", "message", "turns"})  # those that hold what the user says; the last is the blank of an old template
_SAMPLE = {"prompt": "alpha", "message": "alpha", "messages": [], "system": "", "service": "service", "flavor": "flavor"}


class Flavor(manifests.Flavor):
    """How the model chooses its words, and the form that it must keep to."""

    top_k: Annotated[
        int | None, Field(ge=-1, description="how many of the likeliest tokens it chooses among; 0 and -1: all of them")
    ] = None
    response_format: Annotated[
        dict[str, Any] | None, Field(description="the form of the answer, as OpenAI's API spells it, e.g. a `json_schema`")
    ] = None


def problems(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    """What a manifest and its template say that does not go together."""
    yield from inputs.problems(f"{template}.json", service.inputs)
    compiled = prompts.compile(template, templates)
    if compiled.legacy and compiled.blanks != 1:
        opened = "" if compiled.blanks or "{{" not in compiled.source else ": `{{` is never closed by `}}`"
        yield Problem(compiled.file, "", f"holds {compiled.blanks} {{}}; it must hold one, for the prompt{opened}")
    elif not compiled.variables:
        yield Problem(compiled.file, "", "uses neither prompt nor any variable: every request would be the same")
    elif not compiled.legacy and service.inputs is not None:
        yield from inputs.unknown(compiled, (*OURS, *service.inputs.get("properties", {})))
    if not compiled.legacy:
        yield from prompts.excesses(compiled, **{**inputs.defaults(service.inputs or {}), **_SAMPLE})


def oddities(service: Service, source: Source, template: str, templates: Mapping[str, str]) -> Iterator[Problem]:
    """Variables that a request cannot know of, and inputs that nothing uses."""
    compiled = prompts.compile(template, templates)
    if compiled.legacy:
        return
    given = (service.inputs or {}).get("properties", {})
    for name in sorted(given.keys() - compiled.variables):
        yield source.problem((inputs.KEY, "properties", name), f"is not used by {compiled.file}")
    if service.inputs is None:
        for name in inputs.beyond(compiled, OURS):
            reason = f"uses {name}, which only a request's `variables` can give: say so in `{inputs.KEY}` of {source.file}"
            yield prompts.naming(compiled, name, reason)


def payload(form: Form, prompt: str | None) -> Payload:
    """What was accepted of a form whose *prompt* stands in a field of its own, in `messages`, or in its content."""
    messages = form.fields.get("messages")
    chat = conversing.read(messages, is_complete=not prompt) if messages not in (None, "", []) else None
    if chat is None:
        chat = conversing.Chat("", prompt or _content(form), ())
    elif prompt:
        chat = conversing.Chat(chat.system, prompt, chat.said)
    accepted = {
        "variables": options.mapping(form.fields, "variables") or {},
        "system": chat.system,
        "before": list(chat.before),
        "after": list(chat.after),
        "max_tokens": options.most_tokens(form.fields),
        "call": options.beside(form.fields),
    }
    return Payload(chat.prompt, accepted, options.overrides(form.fields))


def _content(form: Form) -> str:
    """The text of an uploaded file or of the field `content`. Raises BadContent for what is no text."""
    return decode(form.content) if form.content else ""


def settle(order: Order, name: str) -> Order:
    """The order with the defaults of its inputs; raises what keeps its message from being made.

    *name* is what the kind calls the prompt."""
    variables = inputs.settled(order.settings.get("inputs"), order.options["variables"])
    settled = replace(order, options={**order.options, "variables": variables})
    if not order.content.strip() and prompts.remembered(order.template, order.templates).variables & TEXT:
        raise MissingParameter(name)
    _rendered(settled)
    return settled


def remember(order: Order, conversation: Conversation) -> Order:
    """A request's own messages come after those of the conversation, the oldest of which are left out if all are too long."""
    flavor = {**order.flavor, "system": conversation.system} if conversation.system else order.flavor
    before = [*conversation.earlier, *order.options["before"]]
    remembered = {**order.options, "before": before, "trim": True, "affinity": conversation.id}
    return replace(order, flavor=flavor, options=remembered)


def call(work: Work, longest: int = 0) -> Call:
    """What the model is asked, within its context: of what may leave (`trim`), the oldest does so first. *longest* is the
    context that its server has named, 0 if it has not.

    Raises PromptTooLong."""
    flavor, asked = Flavor.model_validate(work.order.flavor, strict=False), work.order.options
    context = min(flavor.total_context_length, longest or flavor.total_context_length)
    most = min(asked.get("max_tokens") or flavor.max_generation_length, flavor.max_generation_length)
    before = [conversing.message(each) for each in asked["before"]]
    messages = _messages(work.order, before)
    tools = _spelled(asked["call"].get("tools") or ())
    measured = _measured(work, messages, tools, context - most)
    while measured + most > context and before and asked.get("trim"):
        before = _without_oldest(before)
        messages = _messages(work.order, before)
        measured = _measured(work, messages, tools, context - most)
    told = replace(
        call_with(flavor, messages, most),
        top_k=flavor.top_k,
        response_format=flavor.response_format,
        affinity=asked.get("affinity"),
        **asked["call"],
    )
    return fit(told, context, measured)


def plan(work: Work) -> Plan:
    """The one call."""
    asked = call(work)
    total = work.measure(asked.messages)
    said, *before = work.count([work.order.content, *(each["content"] for each in work.order.options["before"])])
    previous = min(sum(before), total)
    message = min(said, total - previous)
    tokens = PromptTokens(total - previous - message, previous, message)
    return Plan((PlannedCall("answer", asked, tokens),), context=int(work.order.flavor["totalContextLength"]))


def ask(work: Work) -> Answer:
    """The answer; one that does not keep to the form that it must have is asked for once more."""
    asked = call(work)
    try:
        answer = work.ask("answer", asked)
    except ContextExceeded as error:
        asked = _shorter(work, asked, error)
        answer = work.ask("answer/shorter", asked)
    if broken(answer, asked.response_format):
        answer = work.ask("answer/again", again(asked))
    return answer


def stream(work: Work) -> Iterator[Piece]:
    """The answer as it comes."""
    asked = call(work)
    begun = False
    try:
        with closing(work.stream(asked)) as pieces:
            for piece in pieces:
                begun = True
                yield piece
    except ContextExceeded as error:
        if begun:
            raise
        yield from work.stream(_shorter(work, asked, error))


def _shorter(work: Work, asked: Call, refused: ContextExceeded) -> Call:
    """The call within the context that its server named when it refused *asked*. Raises PromptTooLong, or *refused* where
    nothing is learned from it."""
    shorter = call(work, refused.limit) if refused.limit else asked
    if shorter == asked:
        raise refused
    return shorter


def told(answer: Answer) -> dict[str, Json]:
    """What every client is told of an answer beside its text; what there is not is left out."""
    more = {
        "thinking": answer.thinking,
        "tool_calls": list(answer.tool_calls),
        "logprobs": answer.logprobs,
        "warnings": list(answer.warnings),
    }
    return {
        "model": answer.model,
        "finish_reason": answer.finish_reason,
        "usage": usage(answer),
        **{name: value for name, value in more.items() if value},
    }


def usage(answer: Answer) -> dict[str, Json]:
    """The tokens of an answer, as OpenAI spells them; `estimated` where some of them are the gateway's own count."""
    counted: dict[str, Json] = {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens,
    }
    if answer.reasoning_tokens:
        counted["completion_tokens_details"] = {"reasoning_tokens": answer.reasoning_tokens}
    return {**counted, "estimated": True} if answer.estimated else counted


def _measured(work: Work, messages: tuple[Message, ...], tools: list[str], room: int) -> int:
    """The tokens of the prompt with its *tools*, which are JSON, or more than it can have where these are within *room* anyway.

    No token is shorter than a byte, so a short prompt need not be counted. How a model is told of tools is its template's own
    business: their JSON is about as long. Earlier calls of tools are counted twice where a server counts the prompt itself."""
    spelled = [*tools, *_spelled(each for message in messages for each in message.tool_calls)]
    contents = [message.content for message in messages]
    most = sum(len(text.encode()) for text in (*contents, *spelled)) + overhead([message.wire() for message in messages])
    return most if most <= room else work.measure(messages) + sum(work.count(spelled))


def _spelled(tools: Iterable[Mapping[str, Json]]) -> list[str]:
    return [json.dumps(each, ensure_ascii=False) for each in tools]


def _without_oldest(before: list[Message]) -> list[Message]:
    """What is left when the oldest message goes, and the answers to it: many models take none before a user's message."""
    left = before[1:]
    while left and left[0].role != "user":
        left = left[1:]
    return left


def _messages(order: Order, before: list[Message]) -> tuple[Message, ...]:
    system = "\n\n".join(filter(None, (order.flavor.get("system"), order.options["system"])))
    after = (conversing.message(each) for each in order.options["after"])
    opening = (Message("system", system),) if system else ()
    return (*opening, *before, Message("user", _rendered(order)), *after)


def _rendered(order: Order) -> str:
    """The template with the request in it. Raises MissingParameter for a variable that nobody gives, TemplateError."""
    template, text = prompts.remembered(order.template, order.templates), order.content
    given = {
        **order.options["variables"],
        "prompt": text,
        "message": text,
        "turns": text,  # what the one blank of an old template is filled with
        "messages": order.options["before"],
        "system": order.flavor.get("system") or "",
        "service": order.service,
        "flavor": order.flavor_name,
    }
    try:
        return template.render(**given)
    except TemplateError as exc:
        missing = sorted(template.variables - given.keys())
        raise MissingParameter(f"variables.{missing[0]}") if missing else exc from exc
