"""What may be repeated of a server's words: neither a key nor a part of the request, which servers like to echo."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 300  # characters of a server's message that are worth a line in a log
ECHO = 12  # characters in a row that the request has too are an echo of it
HIDDEN, CUT = "***", "…"
_BLANKS = re.compile(r"(?:\s|\\[nrt])+")
_KEYLIKE = re.compile(r"(?i)\b(?:bearer\s+\S+|sk-[\w*.-]{6,})")


def quoted(words: str, *, secrets: Iterable[str] = (), request: Iterable[str] = ()) -> str:
    """*words* on one line of at most 300 characters, with *secrets* and whatever *request* holds taken out."""
    clean = _line(words)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        clean = clean.replace(secret, HIDDEN)
    clean = _KEYLIKE.sub(HIDDEN, clean)
    for text in request:
        clean = _without(clean, _line(text))
    return clean if len(clean) <= LONGEST else clean[: LONGEST - 1] + CUT


def _line(text: str) -> str:
    """*text* on one line; a line break that the server wrote as `\\n` counts as one."""
    return _BLANKS.sub(" ", text).strip()


def _without(words: str, text: str) -> str:
    """*words* without what they share with *text*; a short text is only found whole."""
    size = min(ECHO, len(text))
    if size < 4:
        return words
    parts = {text[start : start + size] for start in range(len(text) - size + 1)}
    echoed = [False] * len(words)
    for start in range(len(words) - size + 1):
        if words[start : start + size] in parts:
            echoed[start : start + size] = [True] * size
    kept = "".join("\0" if echo else letter for letter, echo in zip(words, echoed, strict=True))
    return re.sub("\0+", CUT, kept)
