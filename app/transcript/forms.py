"""The forms of label that lines may have, and how a line of each is taken apart. Which form a file has is not decided here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import regex

from app.transcript import stamps
from app.transcript.lexicon import OFFICES, TITLES
from app.transcript.names import LONGEST, NUMBERED
from app.transcript.stamps import NO_STAMP, Stamp

COLON = "colon"
COLON_ALONE = "colon alone"
TIGHT_COLON = "colon without a blank"
TIME_AND_COLON = "time and colon"  # `Ann 0:02: hi`
TIME_INSIDE = "name, time, speech"  # `Ann 0:02 hi`
BULLET = "bullet"
NAME_AND_TIME = "name and time"
TIME_AND_NAME = "time and name"
BRACKETS = "brackets"
PARENTHESES = "parentheses"
ANGLES = "angle brackets"
BOLD = "bold"
HEADING = "heading"
DASH = "dash"
FULL_STOP = "full stop"
STOP_AND_DASH = "full stop and dash"
CORNERS = "corner brackets"  # `花子「雨」`, of scripts in Japanese and Chinese
CIRCLE = "circle"  # `○Name text`, of the records of parliaments in East Asia
SURNAME = "surname and initials"  # `Иванов И. И., фракция "Лёд". text`, of the State Duma and the Verkhovna Rada
FROM_TO = "from-to"
STENOGRAPHIC = "stenographic"
NAME_ALONE = "name alone"
ARROW = "arrow or bar"  # `Ann > hi`, `Ann | hi`, `Ann = hi`
CHAT = "chat"

OWN_LINE = frozenset({COLON_ALONE, NAME_AND_TIME, TIME_AND_NAME, HEADING, NAME_ALONE})  # the speech begins on the next line
SURE = frozenset(
    {BRACKETS, PARENTHESES, ANGLES, NAME_AND_TIME, TIME_AND_COLON, FROM_TO, STOP_AND_DASH, CIRCLE, CORNERS, SURNAME}
)  # signs that hardly anything but a label has

_WITHIN = 2 * LONGEST  # characters in which a label has ended
_INVISIBLE = re.compile(
    r"[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|^[\u200c\u200d]+|[\u200c\u200d]+$"
)
_COLON = re.compile(r"[：﹕∶፦]|:(?:[–—](?![()])|-(?=\s|$)|(?=\s|$))")
_TIGHT_COLON = re.compile(
    r"(?P<name>[^:：\s][^:：]{0,127})(?:(?<!\d):|:(?!\d)|(?<=^[^\W\d_]\d):|(?<=^[^\W\d_][^\W\d_]\d):)(?P<rest>[^\s/:\\].*)$"
)
_BOLD_COLON = re.compile(r"(\*\*|__)(?P<name>[^*]{1,128}?)(?:\s?[:：]\1|\1\s?[:：])\s*(?P<rest>.*)")
_BOLD = re.compile(r"(\*\*|__)(?P<name>[^*]{1,128}?)\1(?:\s(?P<rest>.*))?$")
_EMPHASISED = re.compile(r"([*_]{1,2})(?P<time>[^*_]{3,40})\1 ?:?\s*(?P<rest>.*)")
_BOLD_BEFORE_COLON = re.compile(r"(\*\*|__)[^*]{1,128}?\1 (?P<first>\w)[^:：]*[:：]")
_HEADING = re.compile(r"#{1,6} (?P<name>.{1,128}?) ?[:：]?(?: #{1,6})?$")
_BULLET = re.compile(r"(?:[-*•–—·▪‣◦]|\d{1,3}[.)]|\[\d{1,4}\]|\(\d{1,4}\)|#\d{1,4}) (?P<rest>.+)")
_CAPTION = re.compile(  # `>> Ann`, `-Ann`, `~ Ann` (who is in nobody's list of contacts), `*ANN` (a code of a corpus)
    r"^(?:>+\s*|[-–—](?=\w)|~ ?(?=[^\W_]|\+\d)|\*(?=[A-Z\d]{2,8}$))"
)
_NUMBERED_SPEECH = re.compile(r"^(?:Anf\. \d{1,4}|Q\d{1,4}\.?) (?=\S)")
_ANGLED_LABEL = re.compile(r"<(?P<name>[^<>]{1,128}[:：])>$")
_WRAPPED = re.compile(r"(\*\*|__|[*_])(?P<name>[^*]+)\1$")
_ANGLES = re.compile(r"< ?[@+%&~]?(?P<name>[^<>]{1,128})>(?: (?P<rest>.*))?$")
_FROM_TO = re.compile(
    r"(?:[Ff]rom|Von|De|Da|Van|От) (?P<name>.{1,128}?)(?: ?\((?:Privately|Direct Message)\))?"
    r"(?: (?:to|To|an|An|à|À|[aA](?! [tT]o )|para|aan|для) (?P<whom>.{1,128}?))? ?[:：](?: (?P<rest>.*))?$"
)
_EVERYONE = re.compile(r"(?:everyone|alle|tous|tout le monde|todos|tutti|iedereen|все)\b", re.IGNORECASE)
_DASH = re.compile(r" (?:-{1,2}|[–—ـ]) ")  # the last one as the Majlis of Iran writes it
_ARROW = re.compile(r"(?P<name>[^\W\d_][^<>|→⇒]{0,127}?)(?: ?(?:>{1,2}|\||->|=>|→|⇒)| (?:=|~|//?)) (?P<rest>[^|].*)$")
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
_INITIAL = re.compile(r"\w$|\w\.\w$")
_EXAMINER = re.compile(r"BY (?:MR|MS|MRS|MISS|DR|THE)\b[^a-z]{1,64}:$")
_ANSWER = re.compile(r"(?P<name>[QA])(?:\.|[:]|(?= [^a-z]))(?: (?P<rest>.*))?$")
_LIST_MARK = re.compile(r"[a-z]{1,2}|[ivx]{1,5}|\d{1,3}")  # `(a) that the House`
_LONGEST_TITLE = 5  # characters
_MOST_NAMES = 4  # behind a title
_PAIRS = {"[": "]", "(": ")", "（": "）", "【": "】", "{": "}"}
ENDS_OF_SPEECH = ".!?…,;:。！？、，؟।-"


class Found(NamedTuple):
    """A label that a line may have: the name without time and decoration, and what stands behind the label."""

    name: str
    rest: str = ""
    stamp: Stamp = NO_STAMP


Find: TypeAlias = Callable[[str], Found | None]


def candidates(line: str) -> Iterator[tuple[str, Found]]:
    """Every form that *line*, which is `plain` and not empty, may have, with what it then says."""
    stamp, body = _timed(line)
    if not body:
        return
    before = body  # what may hold other signs of a label: a colon ends every label
    if ":" in body or "：" in body or "﹕" in body or "∶" in body or "፦" in body:
        for form, coloned in _with_a_colon(body, stamp):
            yield form, coloned
            before = coloned.name
    first = body[0]
    if first in _PAIRS:
        found = _paired(body, stamp)
        if found is not None:
            yield (PARENTHESES if first in "(（" else BRACKETS), found
    elif first in "<*_#":
        yield from _marked(body, stamp)
    elif first >= "\u0400" and (recorded := _recorded(body, stamp)) is not None:
        yield recorded
    timed = name_and_time(line) if before is body and body[-1] in stamps.ENDS else None
    if timed is not None:
        yield NAME_AND_TIME, timed
    yield from _with_a_sign(body, stamp, before if timed is None else timed.name)
    yield from _unmarked(body, stamp, before)


def _timed(line: str) -> tuple[Stamp, str]:
    if not line[:1].isprintable():
        line = _INVISIBLE.sub("", line)
    return stamps.front(line) or (NO_STAMP, line)


def _with_a_colon(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    if stamp.start is not None or "Everyone" in body or " to " in body:
        sent = _sent(body, stamp)
        if sent is not None:
            yield FROM_TO, sent
            return
    listed = _bulleted(body, stamp)
    found = None if listed else _coloned(body, stamp)
    if found is None and listed is None:
        tight = _tightly_coloned(body, stamp)
        if tight is not None:
            yield TIGHT_COLON, tight
    if found is not None:
        yield (CHAT if stamp.dated else COLON if found.rest else COLON_ALONE), found
        timed = _with_time(found)
        if timed is not None:
            yield TIME_AND_COLON, timed
    if listed is not None:
        yield BULLET, listed


def _marked(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    for form, find in ((ANGLES, _angled), (BOLD, _bold), (HEADING, _headed)):
        found = find(body, stamp)
        if found is not None:
            yield form, found


def _unmarked(body: str, stamp: Stamp, before: str) -> Iterator[tuple[str, Found]]:
    if stamp.start is None and ":" in body[:LONGEST]:
        inside = _with_a_time_inside(body, stamp)
        if inside is not None:
            yield TIME_INSIDE, inside
    if body[0] in "QAB":
        answer = _answered(body, stamp)
        if answer is not None:
            yield STENOGRAPHIC, answer
    if "." in before:
        stopped = _stopped(body, stamp)
        if stopped is not None:
            yield FULL_STOP, stopped
    if before is body and len(body) <= LONGEST and body[-1] not in ENDS_OF_SPEECH:
        alone = Found(undecorated(body), "", stamp)
        if alone.name:
            yield (NAME_ALONE if stamp.start is None else TIME_AND_NAME), alone


def _with_a_sign(body: str, stamp: Stamp, before: str) -> Iterator[tuple[str, Found]]:
    if " - " in before or "–" in before or "—" in before or " -- " in before or " ـ " in before:
        yield from _with_a_dash(body, stamp)
    if body[-1] in "」』" and (quoted := _cornered(body, stamp)) is not None:
        yield CORNERS, quoted
    if "> " in before or "| " in before or "→ " in before or " = " in before or " ~ " in before or "/ " in before:
        yield from _with_an_arrow(body, stamp)


def _with_a_dash(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    for form, find in ((DASH, _dashed), (STOP_AND_DASH, _stopped_and_dashed)):
        found = find(body, stamp)
        if found is not None:
            yield form, found


def _with_an_arrow(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    found = _pointed(body, stamp)
    if found is not None:
        yield ARROW, found


def finder(form: str) -> Find:
    """The function that finds a label of that form in a line."""
    return _FINDERS[form]


def colon(line: str) -> Found | None:
    """A label that ends at the first colon before white space or the end; a full-width one needs neither."""
    stamp, body = _timed(line)
    return _coloned(body, stamp)


def tight_colon(line: str) -> Found | None:
    """A label behind whose colon no blank stands."""
    stamp, body = _timed(line)
    return _tightly_coloned(body, stamp)


def timed(line: str) -> tuple[Stamp, str] | None:
    """The time that *line* begins with, and what follows it."""
    stamp, body = _timed(line)
    return None if stamp.start is None else (stamp, body)


def without_role(name: str) -> str:
    """`Tim Cook` of `Tim Cook -- Chief Executive Officer`."""
    return _DASH.split(name, maxsplit=1)[0]


def name_and_time(line: str) -> Found | None:
    """`Name 0:02`, `[Name] 10:15:32`, `Name, [12.03.2024 10:15]`: a line that is a label and ends with a time."""
    timed = stamps.behind(line)
    if timed is None or len(timed[0]) > LONGEST:
        return None
    name = undecorated(timed[0])
    return Found(name, "", timed[1]) if name and name[-1] not in ":：" and not stamps.is_date(name) else None


def undecorated(text: str) -> str:
    """A name without what no name has around it: invisible characters, marks of captions, brackets, bold type."""
    text = text.strip()
    if text[:1].isalnum() and text[-1:].isalnum() and text.isprintable() and "**" not in text:
        return text  # as most names, and nothing around it
    text = _CAPTION.sub("", _INVISIBLE.sub("", text).strip(), count=1)
    if text[:1] == "[" and _matching(text) == len(text):
        text = text[1:-1]
    wrapped = _WRAPPED.match(text)
    if wrapped is not None:
        text = wrapped["name"]
    return text.strip().replace("**", "") if "**" in text else text.strip()


def _coloned(body: str, stamp: Stamp) -> Found | None:
    if not body:
        return None
    if body[0] in "*_<":
        found = _BOLD_COLON.match(body)
        if found is not None:
            return _found(found["name"], found["rest"], stamp)
        speech = _BOLD_BEFORE_COLON.match(body)
        if speech is not None and speech["first"].islower():  # `**Ann** so note: that`
            return None
        angled = _ANGLED_LABEL.match(body)
        body = angled["name"] if angled else body
    mark = _COLON.search(body, 0, _WITHIN)
    if mark is None:
        return None
    if (mark.start() <= _LONGEST_TITLE or "(" in body[: mark.start()]) and _goes_on(body[: mark.start()]):
        later = _COLON.search(body, mark.end(), _WITHIN)
        mark = later if later is not None and _ends_a_name(body[mark.end() : later.start()]) else mark
    return _found(body[: mark.start()], body[mark.end() :].strip(), stamp)


def _goes_on(before: str) -> bool:
    """Whether what stands *before* a colon cannot be a whole name: `Mr`, `The Chair (Mr`; a slip of print."""
    return before.rpartition("(")[2].strip().casefold().rstrip(".") in TITLES and len(before.rpartition("(")[2]) > 1


def _ends_a_name(rest: str) -> bool:
    """Whether *rest*, between a title and the next colon, is a name, with the bracket before the title closed."""
    return 0 < len(rest.split()) <= _MOST_NAMES and rest.strip()[:1].isupper()


def _tightly_coloned(body: str, stamp: Stamp) -> Found | None:
    """`Ann:hi` and `Ann: hi`; a link and a time are none."""
    found = _TIGHT_COLON.match(body)
    return None if found is None else _found(found["name"], found["rest"], stamp)


def _with_a_time_inside(body: str, _stamp: Stamp) -> Found | None:
    """`Ann 0:02 hi`, `Ann [00:00:02] hi`: a name, a time and what is said."""
    found = stamps.inside(body)
    if found is None or len(found[0]) > LONGEST:
        return None
    name = undecorated(found[0])
    return Found(name, found[2], found[1]) if name and name[-1] not in ":：" else None


def _colon_or_tight(body: str, stamp: Stamp) -> Found | None:
    return _coloned(body, stamp) or _tightly_coloned(body, stamp)


def _with_time(found: Found) -> Found | None:
    """A label whose name ends with a time that could be said as well, as in `Ann 0:02: hi`."""
    timed = stamps.behind(found.name)
    if timed is None:
        return None
    name = undecorated(timed[0])
    return Found(name, found.rest, timed[1]) if name else None


def _found(text: str, rest: str, stamp: Stamp) -> Found | None:
    """What is found where *text* stands in the place of a label; times in it are taken for its time."""
    name = text.strip()
    if name[-1:] == ":":  # `Ann :: hi`
        name = name.rstrip(" :")
    if name and name[-1] in stamps.ENDS:
        timed = stamps.behind(name, surely=True)
        if timed is not None:
            name, stamp = timed
    name = _NUMBERED_SPEECH.sub("", undecorated(name))
    if stamp.start is None and (name[:1].isdigit() or name[:1] in stamps.OPENING):
        before = stamps.front(name)
        stamp, name = before or (stamp, name)
    if stamp.start is None and rest[:1] in stamps.OPENING:
        later = stamps.front(rest)
        stamp, rest = (later[0], later[1]) if later else (stamp, rest)
    return Found(name, rest, stamp) if name and len(name) <= LONGEST else None


def _bulleted(body: str, stamp: Stamp) -> Found | None:
    listed = _BULLET.match(body)
    return None if listed is None else _coloned(listed["rest"], stamp)


def _paired(body: str, stamp: Stamp) -> Found | None:
    """`[Name] text` and `(NAME) text`; the bracket that ends the name is the one that matches the first."""
    end = _matching(body)
    rest = body[end:]
    if not end or rest.lstrip()[:1] in (":", "："):
        return None
    if body[0] == "(" and _LIST_MARK.fullmatch(body[1 : end - 1]):
        return None
    glued = bool(rest) and not rest[0].isspace() and body[0] not in "【（"
    if glued and not NUMBERED.fullmatch(body[1 : end - 1]) and (body[0] == "(" or end < 4 or not rest[0].isalnum()):
        return None
    return _named(body[1 : end - 1], rest.strip(), stamp)


def _matching(body: str) -> int:
    """The place behind the bracket that matches the first; 0 if there is none near."""
    opening, closing, depth = body[0], _PAIRS[body[0]], 0
    for place, sign in enumerate(body[: LONGEST + 2]):
        depth += (sign == opening) - (sign == closing)
        if depth == 0:
            return place + 1
    return 0


def _named(text: str, rest: str, stamp: Stamp) -> Found | None:
    timed = stamps.behind(text)
    if timed is not None:
        text, stamp = timed
    later = stamps.front(rest) if rest[:1] in ("[", "(") and stamp.start is None else None
    stamp, rest = later or (stamp, rest)
    name = undecorated(text)
    return Found(name, rest, stamp) if name else None


def _angled(body: str, stamp: Stamp) -> Found | None:
    found = _ANGLES.match(body)
    return None if found is None else Found(undecorated(found["name"]), found["rest"] or "", stamp)


def _bold(body: str, stamp: Stamp) -> Found | None:
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
    return _named(found["name"], rest, stamp)


def _headed(body: str, stamp: Stamp) -> Found | None:
    found = _HEADING.match(body)
    return None if found is None else _named(found["name"], "", stamp)


def _sent(body: str, stamp: Stamp) -> Found | None:
    """`From Ann to Everyone: text` of a chat; a time before it, or `Everyone`, tells it from a journey."""
    found = _FROM_TO.match(body)
    if found is None or (stamp.start is None and not _EVERYONE.match(found["whom"] or "")):
        return None
    rest = (found["rest"] or "").strip()
    later = stamps.front(rest) if stamp.start is None else None
    stamp, rest = (later[0], "") if later is not None and not later[1] else (stamp, rest)
    return Found(undecorated(found["name"]), rest, stamp)


def _dashed(body: str, stamp: Stamp) -> Found | None:
    marks = _DASH.finditer(body, 0, _WITHIN)
    mark = next((each for each in marks if body.count("(", 0, each.start()) == body.count(")", 0, each.start())), None)
    if mark is None or mark.start() > LONGEST:
        return None
    name = undecorated(body[: mark.start()])
    return Found(name, body[mark.end() :].strip(), stamp) if name and ": " not in name else None


def _pointed(body: str, stamp: Stamp) -> Found | None:
    """`Ann > hi`, `Ann -> hi`, `Ann | hi`, `Ann = hi`, `Ann ~ hi` and `Ann / hi`."""
    found = _ARROW.match(body)
    name = undecorated(found["name"].rstrip(" -=")) if found is not None else ""
    return Found(name, found["rest"], stamp) if found is not None and name and ": " not in name else None


def _answered(body: str, stamp: Stamp) -> Found | None:
    """`Q.` and `A.` of a court's record. `BY MS. YATES:` says who asks from here on; nobody says it, so it has no name."""
    if _EXAMINER.match(body):
        return Found("", body, stamp)
    found = _ANSWER.match(body)
    return None if found is None else Found(found["name"], (found["rest"] or "").strip(), stamp)


def _stopped(body: str, stamp: Stamp) -> Found | None:
    """`NAME. text` and `M. le président. text`: the label ends at the first full stop that ends no title and no initial."""
    for stop in _STOP.finditer(body, 0, _WITHIN):
        before = body[: stop.start()]
        word = before.rpartition(" ")[2]
        if word.casefold() in TITLES or _INITIAL.match(word):
            continue
        name, rest = undecorated(before), body[stop.end() :].strip()
        loud = rest.isupper() and name.isupper() and name.partition(" ")[0].casefold().rstrip(".") not in TITLES | OFFICES
        return None if loud or not name or len(name) > LONGEST or ": " in name else Found(name, rest, stamp)
    return None


def _stopped_and_dashed(body: str, stamp: Stamp) -> Found | None:
    """`Ann Lee (Group). – text`, as the European Parliament writes its record."""
    mark = _STOP_AND_DASH.search(body, 0, _WITHIN)
    name = undecorated(body[: mark.start()]) if mark is not None else ""
    if mark is not None and mark[0][-1] != " " and name.partition(" ")[0].casefold().rstrip(".") not in TITLES:
        return None  # `Mr. Vale.—I move`, as records of the nineteenth century are printed
    return (
        Found(name, body[mark.end() :], stamp) if mark is not None and 0 < len(name) <= LONGEST and ": " not in name else None
    )


def _recorded(body: str, stamp: Stamp) -> tuple[str, Found] | None:
    """The label of a record of a parliament whose language has another script than Latin."""
    if body[0] in "○◯〇◎":
        found, form = _circled(body, stamp), CIRCLE
    else:
        found, form = (_surnamed(body, stamp) if body[0] <= "\u04ff" and "." in body else None), SURNAME
    return None if found is None else (form, found)


def _circled(body: str, stamp: Stamp) -> Found | None:
    found = _CIRCLE.match(body)
    return None if found is None else Found(found["name"], found["rest"] or "", stamp)


def _cornered(body: str, stamp: Stamp) -> Found | None:
    """`花子「雨」` and `花子（小声で）「雨」`; the outer brackets are no part of what is said if there is one pair."""
    found = _CORNERS.match(body)
    if found is None:
        return None
    said = found["rest"].strip()
    said = said[1:-1] if not any(sign in said[1:-1] for sign in said[0] + said[-1]) else said
    return Found(found["name"], f"{found['how'] or ''}{said}", stamp)


def _surnamed(body: str, stamp: Stamp) -> Found | None:
    """A surname with initials, who presides, or the hall, with what is said to be their office; none if a clause goes on."""
    found = _SURNAME.match(body)
    if found is None:
        return None
    name = found["name"]
    return Found(f"{name}." if _INITIAL.search(name[-4:]) and name[-1].isupper() else name, found["rest"] or "", stamp)


def _stenographic(body: str, stamp: Stamp) -> Found | None:
    return _answered(body, stamp) or _coloned(body, stamp)


def _alone(body: str, stamp: Stamp) -> Found | None:
    if not body or len(body) > LONGEST or body[-1] in ENDS_OF_SPEECH:
        return None
    name = undecorated(body)
    return Found(name, "", stamp) if name else None


def _time_and_colon(body: str, stamp: Stamp) -> Found | None:
    found = _coloned(body, stamp)
    return found and (_with_time(found) or found)


def _dated(body: str, stamp: Stamp) -> Found | None:
    return _coloned(body, stamp) if stamp.dated else None


def _of(find: Callable[[str, Stamp], Found | None], first: str = "") -> Find:
    """*find* for whole lines, which may begin with a time."""

    def found(line: str) -> Found | None:
        stamp, body = _timed(line)
        return find(body, stamp) if body and (not first or body[0] in first) else None

    return found


def _time_and_name(line: str) -> Found | None:
    stamp, body = _timed(line)
    return None if stamp.start is None else _alone(body, stamp)


_FINDERS: dict[str, Find] = {
    COLON: colon,
    COLON_ALONE: colon,
    CHAT: _of(_dated),
    TIGHT_COLON: _of(_colon_or_tight),
    TIME_INSIDE: _of(_with_a_time_inside),
    BULLET: _of(_bulleted),
    TIME_AND_COLON: _of(_time_and_colon),
    NAME_AND_TIME: name_and_time,
    TIME_AND_NAME: _time_and_name,
    BRACKETS: _of(_paired, "[【{"),
    PARENTHESES: _of(_paired, "(（"),
    ANGLES: _of(_angled, "<"),
    BOLD: _of(_bold, "*_"),
    HEADING: _of(_headed, "#"),
    DASH: _of(_dashed),
    ARROW: _of(_pointed),
    FULL_STOP: _of(_stopped),
    STOP_AND_DASH: _of(_stopped_and_dashed),
    CIRCLE: _of(_circled, "○◯〇◎"),
    CORNERS: _of(_cornered),
    SURNAME: _of(_surnamed),
    FROM_TO: _of(_sent),
    STENOGRAPHIC: _of(_stenographic),
    NAME_ALONE: _of(_alone),
}
