"""Entities of HTML in a plain text that a program has escaped: `O&#39;Neil`, `R&amp;D`."""

from __future__ import annotations

import html
import re
from itertools import islice

_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z][A-Za-z0-9]{1,31});")
_WITHIN_A_WORD = re.compile(r"\w&(?:#\w{1,6}|[A-Za-z]{1,31});\w")
_FEW_LINES = 2
_MANY_LINES = 4  # so many lines with entities need none within a word


def read(text: str) -> tuple[str, int]:
    """*text* with its entities read if a program has escaped it, and how many they were.

    Such a program leaves no `&`, `<` or `>` as it is, and escapes within words of several lines: who speaks of it does not."""
    if "&" not in text or ";" not in text or "<" in text or ">" in text:
        return text, 0
    entities = len(_ENTITY.findall(text))
    if entities < text.count("&") or entities < _FEW_LINES:
        return text, 0
    lines = sum(1 for _ in islice((line for line in text.splitlines() if _ENTITY.search(line)), _MANY_LINES))
    if lines < _FEW_LINES or (lines < _MANY_LINES and not _WITHIN_A_WORD.search(text)):
        return text, 0
    return html.unescape(text), entities
