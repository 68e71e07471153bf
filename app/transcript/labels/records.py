"""Labels of stenographic records: of courts, and of parliaments in the languages that have forms of their own."""

from __future__ import annotations

import re

import regex

from app.transcript.labels import colons
from app.transcript.labels.found import WITHIN, Found, undecorated
from app.transcript.lexicon import OFFICES, TITLES
from app.transcript.names import LONGEST
from app.transcript.stamps import Stamp

_STOP = re.compile(r"\.(?=\s|$)")
_STOP_AND_DASH = re.compile(r"\. ?[-–—] (?=\S)|\.[–—](?=\w)")
_CIRCLE = re.compile(r"[○◯〇◎](?P<name>[\uac00-\ud7a3]+ [\uac00-\ud7a3]+(?:\([^()]*\))?|\S+)(?: (?P<rest>.*))?$")
_SURNAME = regex.compile(
    r"(?P<name>(?:(?i:председательствующ(?:ий|ая)|головуюч(?:ий|а)|из зала|с места|із залу|з місця)(?=[.,])"
    r"|\p{Lu}[\w'’]+(?:-\p{Lu}[\w'’]+)? \p{Lu}\. ?\p{Lu}(?=\.))(?:\.?, [^\n]{2,120}?)?)\.(?: (?P<rest>[^\p{Ll}\s].*))?$"
)
_CORNERS = re.compile(
    r"(?P<name>[^\s「」『』（）()、。！？…:：]{1,24})(?<![\u30a0-\u30ff\u3400-\u9fff][はがを])"
    r"(?P<how>[（(][^（）()]{1,24}[）)])? ?"
    r"(?P<rest>(?:「[^「」]*(?:「[^「」]*」[^「」]*)*」 ?|『[^『』]*』 ?)+)$"
)
_INITIAL = re.compile(r"\b\w$|\w\.\w$")
_EXAMINER = re.compile(r"BY (?:MR|MS|MRS|MISS|DR|THE)\b[^a-z]{1,64}:$")
_ANSWER = re.compile(r"(?P<name>[QA])(?:(?:\d{1,4})?[.:]|(?= [^a-z(\[:&]))(?: (?P<rest>.*))?$")


def answered(body: str, stamp: Stamp) -> Found | None:
    """`Q.` and `A.` of a court's record. `BY MS. YATES:` says who asks from here on; nobody says it, so it has no name."""
    if _EXAMINER.match(body):
        return Found("", body, stamp)
    found = _ANSWER.match(body)
    return None if found is None else Found(found["name"], (found["rest"] or "").strip(), stamp)


def stopped(body: str, stamp: Stamp) -> Found | None:
    """`NAME. text` and `M. le président. text`: the label ends at the first full stop that ends no title and no initial."""
    for stop in _STOP.finditer(body, 0, WITHIN):
        before = body[: stop.start()]
        word = before.rpartition(" ")[2]
        if word.casefold() in TITLES or _INITIAL.match(word):
            continue
        name, rest = undecorated(before), body[stop.end() :].strip()
        loud = rest.isupper() and name.isupper() and name.partition(" ")[0].casefold().rstrip(".") not in TITLES | OFFICES
        return None if loud or not name or len(name) > LONGEST or ": " in name else Found(name, rest, stamp)
    return None


def stopped_and_dashed(body: str, stamp: Stamp) -> Found | None:
    """`Ann Lee (Group). – text`, as the European Parliament writes its record."""
    mark = _STOP_AND_DASH.search(body, 0, WITHIN)
    name = undecorated(body[: mark.start()]) if mark is not None else ""
    if mark is not None and mark[0][-1] != " " and name.partition(" ")[0].casefold().rstrip(".") not in TITLES:
        return None  # `Mr. Vale.—I move`, as records of the nineteenth century are printed
    return (
        Found(name, body[mark.end() :], stamp) if mark is not None and 0 < len(name) <= LONGEST and ": " not in name else None
    )


def circled(body: str, stamp: Stamp) -> Found | None:
    """`○Name text`."""
    found = _CIRCLE.match(body)
    return None if found is None else Found(found["name"], found["rest"] or "", stamp)


def cornered(body: str, stamp: Stamp) -> Found | None:
    """`花子「雨」` and `花子（小声で）「雨」`; the outer brackets are no part of what is said if there is one pair."""
    found = _CORNERS.match(body)
    if found is None:
        return None
    said = found["rest"].strip()
    said = said[1:-1] if not any(sign in said[1:-1] for sign in said[0] + said[-1]) else said
    return Found(found["name"], f"{found['how'] or ''}{said}", stamp)


def surnamed(body: str, stamp: Stamp) -> Found | None:
    """A surname with initials, who presides, or the hall, with what is said to be their office; none if a clause goes on."""
    found = _SURNAME.match(body)
    if found is None:
        return None
    name = found["name"]
    return Found(f"{name}." if _INITIAL.search(name[-4:]) and name[-1].isupper() else name, found["rest"] or "", stamp)


def stenographic(body: str, stamp: Stamp) -> Found | None:
    """`Q.`, `A.`, or a label with a colon."""
    return answered(body, stamp) or colons.coloned(body, stamp)
