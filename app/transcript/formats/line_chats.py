"""Chats as LINE exports them (a line with a date for each day, then times, names and messages), and logs of WeeChat."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby, takewhile

from app.transcript import stamps
from app.transcript.formats.base import Reading, spoken, without_speech
from app.transcript.names import Likeness, likeness
from app.transcript.turn import Utterance
from app.transcript.unmarked import names_before

_DATE = r"(?:\d{4}[./]\d{1,2}[./]\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})"
_DAY = re.compile(rf"[^\W\d_]{{2,4}}\.?, ?{_DATE}|{_DATE}\.? ?(?:\(\w{{1,4}}\.?\)|（\w{{1,4}}）|[^\W\d_]{{1,9}})")
_TABBED = re.compile(r"(?P<clock>\D{0,3}\d{1,2}:\d{2}(?: ?[AP]M)?)\t(?P<name>[^\t]{1,64})\t(?P<text>.*)")
_SPACED = re.compile(r"(?P<clock>\d{1,2}:\d{2}(?: ?[AP]M)?) (?P<rest>\S.*)")
_HEAD = re.compile(r"\[LINE\]")
_LOGGED = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\t(?P<nick>[^\t]{0,64})\t(?P<text>.*)")
_ANGLED = re.compile(r"<[^\s<>]{1,64}>\t")
_NOBODY = frozenset({"-->", "<--", "--", "*", "=!=", ""})  # what WeeChat writes in the place of a nick


def looks_like_line(lines: Sequence[str]) -> bool:
    """True if a day stands above the first message, and all messages are rows between tabs or begin with names that return."""
    before = list(takewhile(lambda line: not _SPACED.match(line) and not _TABBED.match(line), lines))
    if not before or len(before) > 4 or len(before) == len(lines) or not _DAY.fullmatch(before[-1].strip()):
        return False
    if _TABBED.match(lines[len(before)]):
        return True
    messages = [found["rest"] for line in lines if (found := _SPACED.match(line))]
    named = names_before(messages)
    turns = [name for name, _ in groupby(_parted(message, named)[0] for message in messages)]
    return bool(_HEAD.match(lines[0])) or (len(set(turns)) < len(turns) and all(turns) and 2 * len(named) >= len(messages))


def read(lines: Sequence[str]) -> Reading:
    """The messages of a chat; what is no row goes on from the message before. Raises BadContent."""
    left_out: Counter[str] = Counter()
    tabbed = any(map(_TABBED.match, lines))
    names = {} if tabbed else names_before([found["rest"] for line in lines if (found := _SPACED.match(line))])
    said: list[tuple[str, float | None, list[str]]] = []
    for line in lines:
        found = (_TABBED if tabbed else _SPACED).match(line)
        if _DAY.fullmatch(line.strip()) or (line.strip() and not said and found is None):
            left_out["days and the head of a chat"] += 1
        elif found is not None:
            name, text = (found["name"], found["text"]) if tabbed else _parted(found["rest"], names)
            said.append((name, stamps.stamp(f"1/1/2000 {found['clock']}").start, [text]))
        elif line.strip():
            said[-1][2].append(line)
    passages = spoken(Utterance(name, _unquoted(texts), start) for name, start, texts in said)
    if not passages:
        raise without_speech("a chat of LINE")
    return Reading("line", passages, left_out=dict(left_out))


def looks_like_weechat(lines: Sequence[str]) -> bool:
    """True if the first lines are a time, who writes, and a text between tabs, and some are of nobody or of an operator."""
    rows = [_LOGGED.match(line) for line in lines]
    nicks = [row["nick"].strip() for row in rows if row is not None]
    return len(nicks) == len(lines) and any(nick in _NOBODY or nick[:1] in "@+%&~" for nick in nicks)


def looks_like_angles(lines: Sequence[str]) -> bool:
    """True if all lines begin with a nick in angle brackets and a tab, as HexChat logs them: a text, and no table."""
    return len(lines) > 1 and all(map(_ANGLED.match, lines))


def read_weechat(lines: Sequence[str]) -> Reading:
    """The messages of a log; what the program says of people who come and go is nobody's. Raises BadContent."""
    said: list[Utterance] = []
    for line in lines:
        row = _LOGGED.match(line)
        if row is None:
            said.append(Utterance(said[-1].speaker if said else "", line))
            continue
        nick = row["nick"].strip()
        said.append(Utterance("" if nick in _NOBODY else nick.lstrip("@+%&~"), row["text"], stamps.stamp(row["time"]).start))
    passages = spoken(said)
    if not passages:
        raise without_speech("a log of WeeChat")
    return Reading("weechat", passages)


def _unquoted(texts: Sequence[str]) -> str:
    """A message; one of several lines stands in quotation marks."""
    text = " ".join(texts)
    return text[1:-1] if len(texts) > 1 and text.startswith('"') and text.rstrip().endswith('"') else text


def _parted(message: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Who writes, and what: a name that is seen once is one word."""
    message = " ".join(message.split())
    first, _, rest = message.partition(" ")
    name = names.get(message) or (first if rest and likeness(first) >= Likeness.NAME else "")
    return name, message[len(name) :].strip()
