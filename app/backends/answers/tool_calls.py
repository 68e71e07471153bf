"""Functions that a model asks for, put together from the parts that a stream sends them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ToolCalls:
    """The calls in the order of their index. A part's id, type and name say whose they are; its arguments are gone on with."""

    def __init__(self) -> None:
        self._calls: dict[int, dict[str, Any]] = {}

    def add(self, part: Mapping[str, Any]) -> None:
        """One element of a delta's `tool_calls`."""
        known = self._calls.setdefault(part.get("index", len(self._calls)), {"id": "", "type": "function"})
        function = known.setdefault("function", {"name": "", "arguments": ""})
        known["id"] = part.get("id") or known["id"]
        said = part.get("function") or {}
        function["name"] = said.get("name") or function["name"]
        function["arguments"] += said.get("arguments") or ""

    def whole(self) -> tuple[dict[str, Any], ...]:
        """The calls as a message that is not streamed has them."""
        return tuple(self._calls[index] for index in sorted(self._calls))
