"""The forms of label that lines may have, and how a line of each is taken apart. Which form a file has is not decided here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.transcript import stamps
from app.transcript.labels import colons, marks, records
from app.transcript.labels.found import PAIRS, Find, Found, timed_body, undecorated, unnumbered
from app.transcript.names import LONGEST
from app.transcript.stamps import Stamp

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
_LONGEST_END = 8  # characters of what ends a name with a full stop
_ENDS_OF_NAMES = frozenset(("Inc", "Ltd", "Jr", "Sr", "Co", "Bros", "Esq"))
ENDS_OF_SPEECH = ".!?…,;:。！？、，؟।-"


def candidates(line: str) -> Iterator[tuple[str, Found]]:
    """Every form that *line*, which is `plain` and not empty, may have, with what it then says."""
    stamp, body = timed_body(line)
    if not body:
        return
    before = body  # what may hold other signs of a label: a colon ends every label
    if ":" in body or "：" in body or "﹕" in body or "∶" in body or "፦" in body:
        for form, coloned in _with_a_colon(body, stamp):
            yield form, coloned
            before = coloned.name
    first = body[0]
    if first in PAIRS:
        found = marks.paired(body, stamp)
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


def _with_a_colon(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    if stamp.start is not None or "Everyone" in body or " to " in body:
        sent = colons.sent(body, stamp)
        if sent is not None:
            yield FROM_TO, sent
            return
    listed = colons.bulleted(body, stamp)
    found = None if listed else colons.coloned(body, stamp)
    if found is None and listed is None:
        tight = colons.tightly_coloned(body, stamp)
        if tight is not None:
            yield TIGHT_COLON, tight
    if found is not None:
        yield (CHAT if stamp.dated else COLON if found.rest else COLON_ALONE), found
        timed = colons.with_time(found)
        if timed is not None:
            yield TIME_AND_COLON, timed
    if listed is not None:
        yield BULLET, listed


def _marked(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    for form, find in ((ANGLES, marks.angled), (BOLD, marks.bold), (HEADING, marks.headed)):
        found = find(body, stamp)
        if found is not None:
            yield form, found


def _unmarked(body: str, stamp: Stamp, before: str) -> Iterator[tuple[str, Found]]:
    if stamp.start is None and ":" in body[:LONGEST]:
        inside = colons.with_a_time_inside(body, stamp)
        if inside is not None:
            yield TIME_INSIDE, inside
    if body[0] in "QAB":
        answer = records.answered(body, stamp)
        if answer is not None:
            yield STENOGRAPHIC, answer
    if "." in before:
        stopped = records.stopped(body, stamp)
        if stopped is not None:
            yield FULL_STOP, stopped
    if before is body and len(body) <= LONGEST and _may_be_alone(body):
        alone = Found(unnumbered(undecorated(body)), "", stamp)
        if alone.name:
            yield (NAME_ALONE if stamp.start is None else TIME_AND_NAME), alone


def _may_be_alone(body: str) -> bool:
    """Whether nothing at its end tells that *body* is a sentence; `Ann B.` and `Ann Lee, Acme Inc.` are none."""
    if body[-1] not in ENDS_OF_SPEECH:
        return True
    last = re.split(r"[ .]", body[-_LONGEST_END:-1])[-1] if body[-1] == "." else ""
    return last in _ENDS_OF_NAMES or (len(last) == 1 and last.isupper())


def _with_a_sign(body: str, stamp: Stamp, before: str) -> Iterator[tuple[str, Found]]:
    if " - " in before or "–" in before or "—" in before or " -- " in before or " ـ " in before:
        yield from _with_a_dash(body, stamp)
    if body[-1] in "」』" and (quoted := records.cornered(body, stamp)) is not None:
        yield CORNERS, quoted
    if "> " in before or "| " in before or "→ " in before or " = " in before or " ~ " in before or "/ " in before:
        yield from _with_an_arrow(body, stamp)


def _with_a_dash(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    for form, find in ((DASH, marks.dashed), (STOP_AND_DASH, records.stopped_and_dashed)):
        found = find(body, stamp)
        if found is not None:
            yield form, found


def _with_an_arrow(body: str, stamp: Stamp) -> Iterator[tuple[str, Found]]:
    found = marks.pointed(body, stamp)
    if found is not None:
        yield ARROW, found


def finder(form: str) -> Find:
    """The function that finds a label of that form in a line."""
    return _FINDERS[form]


def colon(line: str) -> Found | None:
    """A label that ends at the first colon before white space or the end; a full-width one needs neither."""
    stamp, body = timed_body(line)
    return colons.coloned(body, stamp)


def tight_colon(line: str) -> Found | None:
    """A label behind whose colon no blank stands."""
    stamp, body = timed_body(line)
    return colons.tightly_coloned(body, stamp)


def timed(line: str) -> tuple[Stamp, str] | None:
    """The time that *line* begins with, and what follows it."""
    stamp, body = timed_body(line)
    return None if stamp.start is None else (stamp, body)


def name_and_time(line: str) -> Found | None:
    """`Name 0:02`, `[Name] 10:15:32`, `Name, [12.03.2024 10:15]`: a line that is a label and ends with a time."""
    timed = stamps.behind(line)
    if timed is None or len(timed[0]) > LONGEST:
        return None
    name = undecorated(timed[0])
    return Found(name, "", timed[1]) if name and name[-1] not in ":：" and not stamps.is_date(name) else None


def _recorded(body: str, stamp: Stamp) -> tuple[str, Found] | None:
    """The label of a record of a parliament whose language has another script than Latin."""
    if body[0] in "○◯〇◎":
        found, form = records.circled(body, stamp), CIRCLE
    else:
        found, form = (records.surnamed(body, stamp) if body[0] <= "\u04ff" and "." in body else None), SURNAME
    return None if found is None else (form, found)


def _alone(body: str, stamp: Stamp) -> Found | None:
    if not body or len(body) > LONGEST or not _may_be_alone(body):
        return None
    name = unnumbered(undecorated(body))
    return Found(name, "", stamp) if name else None


def _of(find: Callable[[str, Stamp], Found | None], first: str = "") -> Find:
    """*find* for whole lines, which may begin with a time."""

    def found(line: str) -> Found | None:
        stamp, body = timed_body(line)
        return find(body, stamp) if body and (not first or body[0] in first) else None

    return found


def _time_and_name(line: str) -> Found | None:
    stamp, body = timed_body(line)
    return None if stamp.start is None else _alone(body, stamp)


_FINDERS: dict[str, Find] = {
    COLON: colon,
    COLON_ALONE: colon,
    CHAT: _of(colons.dated),
    TIGHT_COLON: _of(colons.colon_or_tight),
    TIME_INSIDE: _of(colons.with_a_time_inside),
    BULLET: _of(colons.bulleted),
    TIME_AND_COLON: _of(colons.time_and_colon),
    NAME_AND_TIME: name_and_time,
    TIME_AND_NAME: _time_and_name,
    BRACKETS: _of(marks.paired, "[【{［〔"),
    PARENTHESES: _of(marks.paired, "(（"),
    ANGLES: _of(marks.angled, "<"),
    BOLD: _of(marks.bold, "*_"),
    HEADING: _of(marks.headed, "#"),
    DASH: _of(marks.dashed),
    ARROW: _of(marks.pointed),
    FULL_STOP: _of(records.stopped),
    STOP_AND_DASH: _of(records.stopped_and_dashed),
    CIRCLE: _of(records.circled, "○◯〇◎"),
    CORNERS: _of(records.cornered),
    SURNAME: _of(records.surnamed),
    FROM_TO: _of(colons.sent),
    STENOGRAPHIC: _of(records.stenographic),
    NAME_ALONE: _of(_alone),
}
