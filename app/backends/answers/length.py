"""How long an answer may become: what the prompt leaves of the model's context."""

from __future__ import annotations

from dataclasses import replace

from app.backends.base import Call
from app.errors import PromptTooLong


def fit(call: Call, context: int, measured: int, least: int = 1) -> Call:
    """*call*, its answer clamped to what a prompt of *measured* tokens leaves in a context of so many: servers refuse a wish
    for more. A context of 0 is one that nobody knows, and clamps nothing.

    Raises PromptTooLong if fewer than *least* tokens are left."""
    if context <= 0:
        return call
    room = context - measured
    if room < least:
        raise PromptTooLong(measured, context, least)
    return call if call.max_tokens <= room else replace(call, max_tokens=room)
