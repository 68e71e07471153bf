"""Pairs of surrogates that the events of one answer cut in two: joined, and lone halves mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.backends.answers.characters import MendedStream, mended_everywhere
from app.backends.answers.tool_calls import index_in

_TEXTS = ("content", "reasoning_content", "reasoning", "refusal")  # of a delta, which go on from event to event


class JoinedHalves:
    """Mends the events of one answer. A first half waits for the event that brings the other one."""

    def __init__(self) -> None:
        self._streams: dict[tuple[object, ...], MendedStream] = {}

    @property
    def begun(self) -> bool:
        """True once an event had a half: from then on any may have the other one."""
        return bool(self._streams)

    def mended(self, chunk: dict[str, Any]) -> dict[str, Any]:
        """*chunk* without halves; what is held back comes with the reason of the end at the latest."""
        choices = chunk.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            if isinstance(choice, dict):
                ends = isinstance(choice.get("finish_reason"), str)
                for key, holder, name in _texts(choice):
                    self._mend((index_in(choice), *key), holder, name, ends=ends)
        return dict(mended_everywhere(chunk))

    def _mend(self, key: tuple[object, ...], holder: dict[str, Any], name: str, *, ends: bool) -> None:
        text = holder.get(name)
        if key not in self._streams and not isinstance(text, str):
            return
        stream = self._streams.setdefault(key, MendedStream())
        said = stream.feed(text if isinstance(text, str) else "") + (stream.end() if ends else "")
        if said or isinstance(text, str):
            holder[name] = said


def _texts(choice: dict[str, Any]) -> Iterator[tuple[tuple[object, ...], dict[str, Any], str]]:
    """Each text of *choice* that may go on: which it is, what holds it, and under which name."""
    yield ("text",), choice, "text"
    delta = choice.get("delta")
    if not isinstance(delta, dict):
        return
    for name in _TEXTS:
        yield (name,), delta, name
    calls = delta.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield ("arguments", index_in(call)), function, "arguments"
