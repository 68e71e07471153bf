"""A preview as JSON: what an order would ask its model.

Its size is bounded: calls come in pages, and messages of one call at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from app.errors import BadParameter
from app.interactive import Planned
from app.jobs.pace import Pace
from app.kinds.plan import PlannedCall
from app.orders import Order

Record: TypeAlias = dict[str, Any]
MOST_LISTED = 100  # calls of one page
MOST_SPEAKERS = 200


def number_of(given: str | None) -> int:
    """The call that `?call=` names, from 1. Raises BadParameter."""
    if not given:
        return 1
    if not (given.isascii() and given.isdigit() and len(given) < 9 and int(given) > 0):
        raise BadParameter("call", "must be the number of a call, from 1")
    return int(given)


def record(order: Order, planned: Planned, pace: Pace | None, number: int = 1) -> Record:
    """The preview of *order*, with the calls from *number* on and the messages of that one. Raises BadParameter."""
    plan, calls = planned.plan, planned.plan.calls
    if number > max(len(calls), 1):
        raise BadParameter("call", f"is {number}, and {len(calls)} calls are foreseen: give one of these")
    page = calls[number - 1 : number - 1 + MOST_LISTED]
    after = number + len(page)
    answer = calls[0].call.max_tokens if calls else int(order.flavor["maxGenerationLength"])
    counts = [_tokens(each) for each in calls]
    tokens = {name: sum(each[name] for each in counts) for name in _TOKENS}
    return {
        "service": order.service,
        "type": order.kind,
        "flavor": order.flavor_name,
        "backend": order.backend,
        "model": order.flavor["modelName"],
        "transcript_turns": plan.transcript_turns,
        "turns": plan.turns,
        "speakers": _most_heard(plan.speakers),
        "batches": len(calls),
        "calls": len(calls),
        "more_calls": plan.more_calls,
        "exact": plan.exact,
        "tokens": tokens,
        "context": {"total": plan.context, "prompt": plan.context - answer, "answer": answer},
        "tokenizer": planned.tokenizer.name,
        "exact_counts": planned.tokenizer.exact,
        "seconds": None if pace is None else round(pace.seconds_per_token * tokens["prompt"], 1),
        "estimated_from": 0 if pace is None else pace.jobs,
        "notes": list(plan.notes),
        "list": [_listed(number + at, each) for at, each in enumerate(page)],
        "next_call": after if after <= len(calls) else None,
        "call": _shown(number, calls[number - 1]) if calls else None,
    }


_TOKENS = ("template", "previous", "turns", "prompt", "answer")


def _tokens(planned: PlannedCall) -> dict[str, int]:
    parts = planned.tokens
    counts = (parts.template, parts.previous, parts.turns, parts.prompt, planned.call.max_tokens)
    return dict(zip(_TOKENS, counts, strict=True))


def _most_heard(speakers: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(speakers.items(), key=lambda pair: -pair[1])[:MOST_SPEAKERS])


def _listed(number: int, planned: PlannedCall) -> Record:
    return {
        "call": number,
        "step": planned.step,
        "first_turn": planned.first_turn,
        "last_turn": planned.last_turn,
        "exact": planned.exact,
        "tokens": _tokens(planned),
    }


def _shown(number: int, planned: PlannedCall) -> Record:
    call = planned.call
    return {
        "call": number,
        "step": planned.step,
        "exact": planned.exact,
        "max_tokens": call.max_tokens,
        "temperature": call.temperature,
        "response_format": call.response_format,
        "messages": [message.wire() for message in call.messages],
    }
