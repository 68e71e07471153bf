"""The kinds of services; a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from app.kinds import chat, function_call, generate, minutes, summary
from app.kinds.base import Kind

KINDS: Mapping[str, Kind] = {
    "summary": summary,
    "minutes": minutes,
    "generate": generate,
    chat.NAME: chat,
    "function_call": function_call,
}
