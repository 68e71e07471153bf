"""What a model thinks aloud, `<think>…</think>`, apart from what it says."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


def split(raw: str) -> tuple[str, str]:
    """The text and the thoughts in *raw*, both stripped. A thought that is never closed goes on to the end; one that was opened
    in the prompt (some templates do) ends at a `</think>` of its own."""
    opened, closed = raw.find(OPEN), raw.find(CLOSE)
    if closed >= 0 and (opened < 0 or closed < opened):
        raw = OPEN + raw
    said: list[str] = []
    thought: list[str] = []
    while raw:
        text, _, raw = raw.partition(OPEN)
        said.append(text)
        thinking, _, raw = raw.partition(CLOSE)
        thought.append(thinking.strip())
    return "".join(said).strip(), "\n".join(filter(None, thought))


class ThinkingSplitter:
    """The same piece by piece: what `feed` and `end` give out is, joined, the text that `split` gives.

    The exception is a thought that was opened in the prompt: it is out before its end tells what it was."""

    def __init__(self) -> None:
        self._held = ""
        self._thought = ""
        self._thinking = False
        self._blank: str | None = None  # blanks that only count if more text follows; None before the first text

    def feed(self, piece: str) -> str:
        """What can be said now; blanks and what may be the beginning of a tag are held back."""
        self._held += piece
        spoken = ""
        while True:
            before, tag, after = self._held.partition(CLOSE if self._thinking else OPEN)
            if not tag:
                break
            spoken += self._aloud(before)
            self._thinking = not self._thinking
            self._held = after
        kept = _begun(self._held, CLOSE if self._thinking else OPEN)
        ready, self._held = self._held[: len(self._held) - kept], self._held[len(self._held) - kept :]
        return self._stripped(spoken + self._aloud(ready))

    def end(self) -> str:
        """What was held back for a tag that did not come."""
        held, self._held = self._held, ""
        return self._stripped(self._aloud(held))

    def thoughts(self) -> str:
        """What was thought since this was last asked, blanks and all."""
        thought, self._thought = self._thought, ""
        return thought

    def _aloud(self, text: str) -> str:
        """What of *text* is said; a thought is kept for whoever asks."""
        if not self._thinking:
            return text
        self._thought += text
        return ""

    def _stripped(self, text: str) -> str:
        if self._blank is None:
            text = text.lstrip()
        if not text:
            return ""
        text = (self._blank or "") + text
        spoken = text.rstrip()
        self._blank = text[len(spoken) :]
        return spoken


def _begun(text: str, tag: str) -> int:
    """How many characters at the end of *text* may be the beginning of *tag*."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)
