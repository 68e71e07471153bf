"""Stop strings that we look for ourselves, because a model or its server does not."""

from __future__ import annotations

from collections.abc import Sequence


class StopStrings:
    """Watches a text that arrives in pieces: what may be the beginning of a stop string is held back."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(filter(None, stops))
        self._longest = max(map(len, self._stops), default=1)
        self._held = ""

    def feed(self, text: str) -> tuple[str, bool]:
        """What is certain to be said, and whether a stop string has come."""
        if not self._stops:
            return text, False
        self._held += text
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            said, self._held = self._held[: min(found)], ""
            return said, True
        certain = max(0, len(self._held) - self._longest + 1)
        said, self._held = self._held[:certain], self._held[certain:]
        return said, False

    def end(self) -> str:
        """What was held back for a stop string that did not come."""
        held, self._held = self._held, ""
        return held
