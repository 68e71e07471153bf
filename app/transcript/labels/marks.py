"""Labels that marks are around or behind: brackets, bold type, headings, dashes, arrows."""

from __future__ import annotations

import re

from app.transcript import stamps
from app.transcript.labels.found import WITHIN, Found, matching, undecorated
from app.transcript.names import LONGEST, NUMBERED
from app.transcript.stamps import Stamp

_BOLD = re.compile(r"(\*\*|__)(?P<name>[^*]{1,128}?)\1(?:\s(?P<rest>.*))?$")
_EMPHASISED = re.compile(r"([*_]{1,2})(?P<time>[^*_]{3,40})\1 ?:?\s*(?P<rest>.*)")
_HEADING = re.compile(r"#{1,6} (?P<name>.{1,128}?) ?[:：]?(?: #{1,6})?$")
_ANGLES = re.compile(r"< ?[@+%&~]?(?P<name>[^<>]{1,128})>(?: (?P<rest>.*))?$")
_BULLETS = "-–—• "
_DASH = re.compile(r" (?:-{1,2}|[–—ـ]) ")  # the last one as the Majlis of Iran writes it
_ARROW = re.compile(r"(?P<name>[^\W\d_][^<>|→⇒]{0,127}?)(?: ?(?:>{1,2}|\||->|=>|→|⇒)| (?:=|~|//?)) (?P<rest>[^|].*)$")
_LIST_MARK = re.compile(r"[a-z]{1,2}|[ivx]{1,5}|\d{1,3}")  # `(a) that the House`


def without_role(name: str) -> str:
    """`Tim Cook` of `Tim Cook -- Chief Executive Officer`."""
    return _DASH.split(name, maxsplit=1)[0]


def paired(body: str, stamp: Stamp) -> Found | None:
    """`[Name] text` and `(NAME) text`; the bracket that ends the name is the one that matches the first."""
    end = matching(body)
    rest = body[end:]
    if not end or rest.lstrip()[:1] in (":", "："):
        return None
    if body[0] == "(" and _LIST_MARK.fullmatch(body[1 : end - 1]):
        return None
    glued = bool(rest) and not rest[0].isspace() and body[0] not in "【（［〔"
    if glued and not NUMBERED.fullmatch(body[1 : end - 1]) and (body[0] == "(" or end < 4 or not rest[0].isalnum()):
        return None
    return _named(body[1 : end - 1], rest.strip(), stamp)


def _named(text: str, rest: str, stamp: Stamp) -> Found | None:
    timed = stamps.behind(text)
    if timed is not None:
        text, stamp = timed
    later = stamps.front(rest) if rest[:1] in ("[", "(") and stamp.start is None else None
    stamp, rest = later or (stamp, rest)
    name = undecorated(text)
    return Found(name, rest, stamp) if name else None


def angled(body: str, stamp: Stamp) -> Found | None:
    """`<Ann> hi`."""
    found = _ANGLES.match(body)
    return None if found is None else Found(undecorated(found["name"]), found["rest"] or "", stamp)


def bold(body: str, stamp: Stamp) -> Found | None:
    """`**Ann** hi`, with a time behind it or not."""
    found = _BOLD.match(body)
    if found is None:
        return None
    rest = (found["rest"] or "").strip()
    emphasised = _EMPHASISED.match(rest)
    later = stamps.front(emphasised["time"] if emphasised else rest)
    if emphasised and later is not None:
        later = None if later[1] else (later[0], emphasised["rest"])
    if later is not None and stamp.start is None:
        stamp, rest = later
    return _named(found["name"].rstrip(" :："), rest, stamp)


def headed(body: str, stamp: Stamp) -> Found | None:
    """`### Ann`."""
    found = _HEADING.match(body)
    return None if found is None else _named(found["name"], "", stamp)


def dashed(body: str, stamp: Stamp) -> Found | None:
    """`Ann - hi` and `- Ann - hi`; a dash within brackets is none."""
    marks = _DASH.finditer(body, 0, WITHIN)
    mark = next((each for each in marks if body.count("(", 0, each.start()) == body.count(")", 0, each.start())), None)
    if mark is None or mark.start() > LONGEST:
        return None
    name = undecorated(body[: mark.start()].lstrip(_BULLETS))
    return Found(name, body[mark.end() :].strip(), stamp) if name and ": " not in name else None


def pointed(body: str, stamp: Stamp) -> Found | None:
    """`Ann > hi`, `Ann -> hi`, `Ann | hi`, `Ann = hi`, `Ann ~ hi` and `Ann / hi`."""
    found = _ARROW.match(body)
    name = undecorated(found["name"].rstrip(" -=")) if found is not None else ""
    return Found(name, found["rest"], stamp) if found is not None and name and ": " not in name else None
