"""Whether the token numbers of an answer can be right, and the gateway's own count where a server gave none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from app.backends.answers import usage
from app.backends.base import Answer, Call
from app.errors import GatewayError
from app.tokens import Estimate, Tokenizer


def checked(answer: Answer, call: Call, tokenizer: Tokenizer) -> Answer:
    """*answer* to *call*, with the gateway's own count for numbers that its server did not give, and a warning if it has
    left a part of the prompt out."""
    if answer.estimated:
        return replace(
            answer,
            prompt_tokens=answer.prompt_tokens or _prompt(call, tokenizer),
            completion_tokens=answer.completion_tokens or _count(list(_said(answer)), tokenizer),
        )
    read = answer.prompt_tokens
    if not read or not usage.is_too_few(read + answer.cached_tokens, (message.content for message in call.messages)):
        return answer
    counted = _prompt(call, tokenizer)
    return (
        replace(answer, warnings=(*answer.warnings, f"the server read {read} of {counted} tokens"))
        if counted > read
        else answer
    )


def _said(answer: Answer) -> Iterator[str]:
    """All that the model has written."""
    yield answer.text
    yield answer.thinking
    yield from (json.dumps(call.get("function") or call.get("custom"), ensure_ascii=False) for call in answer.tool_calls)


def _prompt(call: Call, tokenizer: Tokenizer) -> int:
    wire = [message.wire() for message in call.messages]
    # the model's chat template prints the tools into the prompt
    tools = _count([json.dumps(each, ensure_ascii=False) for each in call.tools], tokenizer)
    try:
        return tokenizer.measure(wire) + tools
    except GatewayError:  # its server cannot count now
        return Estimate().measure(wire) + tools


def _count(texts: list[str], tokenizer: Tokenizer) -> int:
    spoken = [text for text in texts if text]
    try:
        return sum(tokenizer.count(spoken))
    except GatewayError:
        return sum(Estimate().count(spoken))
