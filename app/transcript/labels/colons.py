"""Labels that a colon ends, alone or with a time, a bullet or those to whom something is sent."""

from __future__ import annotations

import re

from app.transcript import stamps
from app.transcript.labels.found import WITHIN, Found, of_text, undecorated
from app.transcript.lexicon import TITLES
from app.transcript.names import LONGEST
from app.transcript.stamps import Stamp

_COLON = re.compile(r"[：﹕∶፦]|:(?:[–—](?![()])|-(?=\s|$)|(?=\s|$))")
_TIGHT_COLON = re.compile(
    r"(?P<name>[^:：\s][^:：]{0,127})(?:(?<!\d):|:(?!\d)|(?<=^[^\W\d_]\d):|(?<=^[^\W\d_][^\W\d_]\d):)(?P<rest>[^\s/:\\].*)$"
)
_BOLD_COLON = re.compile(r"(\*\*|__)(?P<name>[^*]{1,128}?)(?:\s?[:：]\1|\1\s?[:：])\s*(?P<rest>.*)")
_BOLD_BEFORE_COLON = re.compile(r"(\*\*|__)[^*]{1,128}?\1 (?P<first>\w)[^:：]*[:：]")
_BULLET = re.compile(r"(?:[-*•–—·▪‣◦]|\d{1,3}[.)]|\[\d{1,4}\]|\(\d{1,4}\)|#\d{1,4}) (?P<rest>.+)")
_ANGLED_LABEL = re.compile(r"<(?P<name>[^<>]{1,128}[:：])>$")
_FROM_TO = re.compile(
    r"(?:[Ff]rom|Von|De|Da|Van|От|開始|시작|来自) (?P<name>.{1,128}?)(?: ?\((?:Privately|Direct Message)\))?"
    r"(?: (?:to|To|an|An|à|À|[aA](?! [tT]o )|para|aan|для|宛先|수신자|到|至) (?P<whom>.{1,128}?))? ?[:：](?: (?P<rest>.*))?$"
)
_EVERYONE = re.compile(r"(?:everyone|alle|tous|tout le monde|todos|tutti|iedereen|все)\b", re.IGNORECASE)
_LONGEST_TITLE = 5  # characters
_MOST_NAMES = 4  # behind a title


def coloned(body: str, stamp: Stamp) -> Found | None:
    """`Ann: hi`, `**Ann:** hi`, `Mr. Vale (Leeds):`; a title before the colon goes on to the next one."""
    if not body:
        return None
    if body[0] in "*_<":
        found = _BOLD_COLON.match(body)
        if found is not None:
            return of_text(found["name"], found["rest"], stamp)
        speech = _BOLD_BEFORE_COLON.match(body)
        if speech is not None and speech["first"].islower():  # `**Ann** so note: that`
            return None
        angled = _ANGLED_LABEL.match(body)
        body = angled["name"] if angled else body
    mark = _COLON.search(body, 0, WITHIN)
    if mark is None:
        return None
    before = body[: mark.start()]
    if (len(before) <= _LONGEST_TITLE or "(" in before) and _goes_on(before):
        later = _COLON.search(body, mark.end(), WITHIN)
        mark = later if later is not None and _ends_a_name(body[mark.end() : later.start()]) else mark
    return of_text(body[: mark.start()], body[mark.end() :].strip(), stamp)


def _goes_on(before: str) -> bool:
    """Whether what stands *before* a colon cannot be a whole name: `Mr`, `The Chair (Mr`; a slip of print.

    `Me` can, though it is a title in French: chats call so whoever exports them."""
    title = before.rpartition("(")[2]
    return title != "Me" and len(title) > 1 and title.strip().casefold().rstrip(".") in TITLES


def _ends_a_name(rest: str) -> bool:
    """Whether *rest*, between a title and the next colon, is a name, with the bracket before the title closed."""
    return 0 < len(rest.split()) <= _MOST_NAMES and rest.strip()[:1].isupper()


def tightly_coloned(body: str, stamp: Stamp) -> Found | None:
    """`Ann:hi` and `Ann: hi`; a link and a time are none."""
    found = _TIGHT_COLON.match(body)
    return None if found is None else of_text(found["name"], found["rest"], stamp)


def with_a_time_inside(body: str, _stamp: Stamp) -> Found | None:
    """`Ann 0:02 hi`, `Ann [00:00:02] hi`: a name, a time and what is said."""
    found = stamps.inside(body)
    if found is None or len(found[0]) > LONGEST:
        return None
    name = undecorated(found[0])
    return Found(name, found[2], found[1]) if name and name[-1] not in ":：" else None


def colon_or_tight(body: str, stamp: Stamp) -> Found | None:
    """`Ann: hi` or `Ann:hi`."""
    return coloned(body, stamp) or tightly_coloned(body, stamp)


def with_time(found: Found) -> Found | None:
    """A label whose name ends with a time that could be said as well, as in `Ann 0:02: hi`."""
    timed = stamps.behind(found.name)
    if timed is None:
        return None
    name = undecorated(timed[0]).removesuffix(" at")  # `Ann at 0:02: hi`
    return Found(name, found.rest, timed[1]) if name else None


def _listed(line: str) -> re.Match[str] | None:
    return None if line[:1].isalpha() else _BULLET.match(line)  # no letter begins a point, and nearly every line


def is_point(line: str) -> bool:
    """Whether *line* is a point of a list."""
    return _listed(line) is not None


def bulleted(body: str, stamp: Stamp) -> Found | None:
    """`- Ann: hi`, `3. Ann: hi`."""
    listed = _listed(body)
    return None if listed is None else coloned(listed["rest"], stamp)


def sent(body: str, stamp: Stamp) -> Found | None:
    """`From Ann to Everyone: text` of a chat; a time before it, or `Everyone`, tells it from a journey."""
    found = _FROM_TO.match(body)
    if found is None or (stamp.start is None and not _EVERYONE.match(found["whom"] or "")):
        return None
    rest = (found["rest"] or "").strip()
    later = stamps.front(rest) if stamp.start is None else None
    stamp, rest = (later[0], "") if later is not None and not later[1] else (stamp, rest)
    return Found(undecorated(found["name"]), rest, stamp)


def time_and_colon(body: str, stamp: Stamp) -> Found | None:
    """`Ann 0:02: hi`, else a label with a colon."""
    found = coloned(body, stamp)
    return found and (with_time(found) or found)


def dated(body: str, stamp: Stamp) -> Found | None:
    """A label with a colon behind a date with a time, as in exports of chats."""
    return coloned(body, stamp) if stamp.dated else None
