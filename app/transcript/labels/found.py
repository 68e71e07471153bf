"""A label that a line may have, as it was found there: what is no part of a name is taken off."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from app.transcript import stamps
from app.transcript.names import LONGEST, is_sound
from app.transcript.stamps import NO_STAMP, Stamp
from app.transcript.turn import UNKNOWN_SPEAKER

WITHIN = 2 * LONGEST  # characters in which a label has ended
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|^[\u200c\u200d]+|[\u200c\u200d]+$"
)
_BEFORE_MARKS = (
    f"{stamps.OPENING}0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"  # what times begin with that may have marks of direction inside
)
_CAPTION = re.compile(  # `>> Ann`, `-Ann`, `~ Ann` (who is in nobody's list of contacts), `*Ann` (a code of a corpus)
    r"^(?:>+\s*|[-–—](?=\w)|~ ?(?=[^\W_][^~]*$|\+\d)|\*(?=[^\W_][^*]*$))"
)
_ENCLOSED = re.compile(r"(?:\((?P<name>[^()]{1,64})\)|< ?(?P<nick>[^<>]{1,64})>)$")
_NUMBERED_SPEECH = re.compile(r"^(?:Anf\. \d{1,4}|Q\d{1,4}\.?) (?=\S)")
_LINKED = re.compile(r"\[(?P<name>[^\[\]]+)\]\(https?://[^\s()]+\)$")
_WRAPPED = re.compile(r"(\*\*|__|[*_])(?P<name>[^*]+)\1$")
PAIRS = {"[": "]", "(": ")", "（": "）", "【": "】", "{": "}", "［": "］", "〔": "〕"}


class Found(NamedTuple):
    """A label that a line may have: the name without time and decoration, and what stands behind the label."""

    name: str
    rest: str = ""
    stamp: Stamp = NO_STAMP


Find: TypeAlias = Callable[[str], Found | None]


def timed_body(line: str) -> tuple[Stamp, str]:
    """The time that *line* begins with, if it does, and what follows it."""
    if not line[:1].isprintable():
        line = _INVISIBLE.sub("", line)
    found = stamps.front(line)
    if found is not None:
        return found
    if line[:1] in _BEFORE_MARKS and not line[: stamps.LONGEST].isprintable():
        found = stamps.front(_INVISIBLE.sub("", line[: stamps.LONGEST]) + line[stamps.LONGEST :])
    return found or (NO_STAMP, line)


def undecorated(text: str) -> str:
    """A name without what no name has around it: invisible characters, marks of captions, brackets, bold type."""
    text = text.strip()
    if text[:1].isalnum() and text[-1:].isalnum() and text.isprintable() and "**" not in text:
        return text  # as most names, and nothing around it
    text = _CAPTION.sub("", _INVISIBLE.sub("", text).strip(), count=1)
    if text[:1] == "[" and matching(text) == len(text):
        text = text[1:-1]
    elif text[:1] == "[" and (linked := _LINKED.match(text)) is not None:
        text = linked["name"]
    wrapped = _WRAPPED.match(text)
    if wrapped is not None:
        text = wrapped["name"]
    return text.strip().replace("**", "") if "**" in text else text.strip()


def unescaped(name: str) -> str:
    """A name with its entities read: `M&uuml;ller`, `A &amp; B`."""
    return html.unescape(name) if "&" in name and ";" in name else name


def unnumbered(name: str) -> str:
    """A name without the number of the speech before it: `Anf. 3 Ann Lee`, `Q4 Ann Lee`."""
    return _NUMBERED_SPEECH.sub("", name) if name[:1] in "AQ" else name


def of_text(text: str, rest: str, stamp: Stamp) -> Found | None:
    """What is found where *text* stands in the place of a label; times in it are taken for its time."""
    name, beside = _named(text)
    stamp = beside or stamp
    if stamp.start is None and (name[:1].isdigit() or name[:1] in stamps.OPENING):
        before = stamps.front(name)
        stamp, name = before or (stamp, name)
    if stamp.start is None and rest[:1] in stamps.OPENING:
        later = stamps.front(rest)
        stamp, rest = (later[0], later[1]) if later else (stamp, rest)
    return Found(name, rest, stamp) if name and len(name) <= LONGEST else None


@lru_cache(1024)
def _named(text: str) -> tuple[str, Stamp | None]:
    """The name that *text* is in the place of a label, and the time beside it; an empty one if it is none."""
    name = unescaped(text.strip())
    if name.count("[") > name.count("]"):  # `[Speaker:0] hi`
        return "", None
    stamp = None
    if name[-1:] == ":":  # `Ann :: hi`
        name = name.rstrip(" :")
    if name and name[-1] in stamps.ENDS:
        timed = stamps.behind(name, surely=True)
        if timed is not None:
            name, stamp = timed
    if name[:1] in "(<" and (enclosed := _ENCLOSED.match(name)) is not None:
        inner = enclosed["name"] or enclosed["nick"]
        name = name if is_sound(inner) else inner
    return unnumbered(undecorated(name)) if name[:1] != "?" or name.strip("?") else UNKNOWN_SPEAKER, stamp


def matching(body: str) -> int:
    """The place behind the bracket that matches the first; 0 if there is none near."""
    opening, closing, depth = body[0], PAIRS[body[0]], 0
    for place, sign in enumerate(body[: LONGEST + 2]):
        depth += (sign == opening) - (sign == closing)
        if depth == 0:
            return place + 1
    return 0
