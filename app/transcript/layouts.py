"""Brings what belongs to one label onto one line: names, roles and the beginning of speech that stand below each other."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from app.transcript.labels import forms
from app.transcript.lexicon import PARTICLES
from app.transcript.names import LONGEST, TITLE, Likeness, is_brief, is_small, likeness

BUTTON = "buttons of a page"
SAYING = "words such as says behind names"
QUOTED = "marks of quotations before lines"

_LEAST = 2
_NEARLY_ALL = 0.9
_LOOKED_AT = 20  # lines in which a layout shows
_SAYING = ("says", "said", "writes", "wrote", "sagt", "schreibt", "dit", "écrit", "dice", "diz", "пишет", "говорит")
_SAYS = re.compile(rf"(?P<name>[^\W\d].{{0,126}}?) (?:{'|'.join(_SAYING)})(?P<time> ?\([\d:., apmAPM]+\))? ?:(?P<rest>.*)$")
_CALLOUT = re.compile(r"> ?\[!(?P<kind>[\w-]{1,40})\][+-]? (?P<title>\S.*)$")
_SPEECH = ("speech", "speaker", "chat", "dialogue", "dialog", "say", "says", "said", "turn", "quote", "cite")
_LONGEST_QUOTATION = 8  # lines
_BUTTON = re.compile(
    r"(?:share this (?:specific )?contribution|link to this (?:speech|contribution)|view .{1,64}['’]s profile"
    r"|.{1,64} sent the following messages? at \d{1,2}:\d{2} [AP]M)$",
    re.IGNORECASE,
)
_ENDS_OF_BUTTONS = ("contribution", "speech", "profile", " AM", " PM")
_ENDS_OF_SENTENCES = ".!?…;:。！？"
_BRACKETED = re.compile(r"\([^()]{1,80}\)(?: \([^()]{1,40}\))*$")
_MOST_WORDS_OF_A_ROLE = 10
_BEARER = re.compile(rf"\({TITLE}\.? [^()]{{1,60}}\) ?:")  # of an office in the line above


def joined(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The `plain` *lines*, with one line for each label that stood on several."""
    first = list(islice(filter(None, lines), _LOOKED_AT))
    if any(line.endswith(_ENDS_OF_BUTTONS) for line in first):
        lines = _without_buttons(lines, left_out)
    if first and all(line[0] == ">" and line[:2] != ">>" for line in first) and not any("[!" in line[:4] for line in first):
        lines = _unquoted(lines, left_out)
    if first and first[0][:2] in ("**", "##", "# ") and any(line[:2] == "> " and line[2:4] != "[!" for line in first):
        lines = _below_names(lines, left_out)
    if any("[!" in line[:4] for line in first):
        lines = _without_callouts(lines)
    if sum("「" in line for line in first) > 1:
        lines = _with_whole_quotations(lines)
    if any(line[:2] == ": " for line in first):
        lines = _with_their_colons(lines)
    if any(line.partition(":")[0].partition(" (")[0].rpartition(" ")[2] in _SAYING for line in first):
        lines = _without_saying(lines, left_out)
    return _with_roles(_unwrapped(lines))


def _without_buttons(lines: list[str], left_out: Counter[str]) -> list[str]:
    kept = [line for line in lines if not _BUTTON.match(line)]
    if len(lines) - len(kept) < _LEAST:
        return lines
    left_out[BUTTON] += len(lines) - len(kept)
    return kept


def _unquoted(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The lines without the mark of a quotation, if several have it, and all: `> **Ida:** Ice`."""
    marked = sum(1 for line in lines if line)
    if marked < _LEAST or any(line[:1] not in (">", "") for line in lines):
        return lines
    left_out[QUOTED] += marked
    return [line[1:].lstrip() for line in lines]


def _below_names(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`**Ida**` with `> Ice.` below it, in which every line is one or the other, without the marks of quotations."""
    marked = sum(line[:2] == "> " for line in lines)
    heads = sum(line[:2] in ("**", "##", "# ") for line in lines)
    if min(marked, heads) < _LEAST or marked + heads < sum(1 for line in lines if line):
        return lines
    left_out[QUOTED] += marked
    return [line[2:].lstrip() if line[:2] == "> " else line for line in lines]


def _without_callouts(lines: list[str]) -> list[str]:
    """`> [!speech] Ida` with `> Ice.` below it as `[Ida] Ice.`, if names come again so or the callouts are called speech."""
    found = {number: callout for number, line in enumerate(lines) if line[:1] == ">" and (callout := _CALLOUT.match(line))}
    names = [callout["title"] for callout in found.values()]
    spoken = all(callout["kind"].casefold() in _SPEECH for callout in found.values())
    if len(found) < _LEAST or any(likeness(name) < Likeness.NAME for name in names):
        return lines
    if not spoken and len(set(names)) == len(names):
        return lines
    made: list[str] = []
    inside = waits = False
    for number, line in enumerate(lines):
        inside = number in found or (inside and line[:1] == ">")
        text = line.lstrip("> ") if inside else line
        if number in found:
            made.append(f"[{found[number]['title']}]")
        elif waits and text and inside:
            made[-1] = f"{made[-1]} {text}"
        else:
            made.append(text)
        waits = number in found or (waits and not text)
    return made


def _with_whole_quotations(lines: list[str]) -> list[str]:
    """What stands between corner brackets, in one line: `花子「雨が` and `降る」` below it."""
    made: list[str] = []
    rest = iter(range(len(lines)))
    for number in rest:
        below = _rest_of_quotation(lines, number) if "「" in lines[number] else 0
        made.append(" ".join(filter(None, lines[number : number + below + 1])) if below else lines[number])
        next(islice(rest, below, below), None)
    return made


def _rest_of_quotation(lines: Sequence[str], number: int) -> int:
    """How many lines below a line end the quotation that is open in it; 0 if none is, or another begins before it ends."""
    if lines[number].count("「") <= lines[number].count("」"):
        return 0
    for below in range(1, _LONGEST_QUOTATION + 1):
        line = lines[number + below] if number + below < len(lines) else "「"
        if "「" in line or line.endswith("」"):
            return 0 if "「" in line else below
    return 0


def _without_saying(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`Ann says: hi` and `Ann says (10:02): hi` as `Ann: hi`, if names come again so and no line has a label otherwise."""
    said = {number: found for number, line in enumerate(lines) if line and (found := _SAYS.match(line)) is not None}
    seen = {found["name"] for found in said.values()}
    coloned = sum(1 for line in lines if forms.colon(line) is not None) if len(said) > len(seen) else 0
    times = Counter(found["name"] for found in said.values())
    least = {name: Likeness.RETURNING if times[name] > 1 else Likeness.NAME for name in seen}
    everywhere = len(said) >= _NEARLY_ALL * sum(1 for line in lines if line)
    if any(likeness(name) < least[name] and not (everywhere and is_brief(name)) for name in seen):
        return lines
    if len(said) == len(seen) or 2 * len(said) < coloned or (len(seen) < _LEAST and not everywhere):
        return lines
    left_out[SAYING] += len(said)
    return [
        f"{said[number]['name']}{said[number]['time'] or ''}:{said[number]['rest']}" if number in said else line
        for number, line in enumerate(lines)
    ]


def _with_their_colons(lines: list[str]) -> list[str]:
    """A name, and `: speech` on the next line, on one line."""
    parted = [number for number, line in enumerate(lines) if number and line[:2] == ": " and lines[number - 1]]
    if len(parted) < _LEAST or any(likeness(lines[number - 1]) < Likeness.RETURNING for number in parted):
        return lines
    below = set(parted)
    return [
        f"{line}{lines[number + 1]}" if number + 1 in below else line
        for number, line in enumerate(lines)
        if number not in below
    ]


def _unwrapped(lines: list[str]) -> list[str]:
    """A label that goes on in the next line, up to its colon, on one line."""
    begun = [
        number
        for number, (first, second) in enumerate(zip(lines, islice(lines, 1, None), strict=False))
        if first and ":" not in first and ":" in second[:LONGEST]
    ]
    wrapped = {number: label for number in begun if (label := _over_two_lines(lines[number], lines[number + 1])) is not None}
    wrapped = {number: label for number, label in wrapped.items() if not number or _may_end(lines[number - 1])}
    if not wrapped:
        return lines
    made = list(lines)
    times, labels = Counter(lines), Counter(wrapped.values())
    for number, label in wrapped.items():
        stands_alone = times[lines[number]] > labels[label]  # a name, below which other lines stand elsewhere
        if likeness(label) >= Likeness.NAME and not stands_alone:
            _, colon, rest = lines[number + 1].partition(":")
            made[number], made[number + 1] = "", f"{label}{colon}{rest}"
    return made


def _may_end(line: str) -> bool:
    return not line or line[-1] in _ENDS_OF_SENTENCES or line[-1] in ')]"”»–—'


def _over_two_lines(first: str, second: str) -> str | None:
    """The label that *first* and the beginning of *second* are together, if *second* alone begins as no name does."""
    if first[-1] in _ENDS_OF_SENTENCES:
        return None
    small = is_small(second[0])
    if not small and not _BEARER.match(second) and first[-1] not in ",-" and first.rpartition(" ")[2] not in PARTICLES:
        return None
    if not (first[0].isupper() or first[0].isdigit()) or len(first) > LONGEST or first[:2] in ("- ", "* "):
        return None
    hyphen = first[-1] == "-" and small and first[-2:-1].isalpha()
    return f"{first[:-1] if hyphen else first + ' '}{second.partition(':')[0].strip()}"


def _with_roles(lines: list[str]) -> list[str]:
    """`Ann Lee` and `Chair, Harbour Board` below it as `Ann Lee (Chair, Harbour Board)`, if names that come again stand above
    the same words each time, and most names stand above such words."""
    pairs = {number: (lines[number], lines[number + 1]) for number in _heads(lines)}
    roles: defaultdict[str, set[str]] = defaultdict(set)
    for name, role in pairs.values():
        roles[name].add(role)
    all_roles = set().union(*roles.values())
    if len(roles) == len(pairs) or len(all_roles) < _LEAST or any(len(each) > 1 for each in roles.values()):
        return lines
    below = {number + 1 for number in pairs}
    return [
        _with_its_role(line, lines[number + 1]) if number in pairs else line
        for number, line in enumerate(lines)
        if number not in below
    ]


def _with_its_role(name: str, role: str) -> str:
    return f"{name} {role}" if role[0] == "(" else f"{name} ({role})"


def _heads(lines: Sequence[str]) -> Iterator[int]:
    """The lines that may be a name with a role below: at the top of a block, or with a role in brackets below."""
    apart = [
        (number, line, role)
        for number, (before, line, role) in enumerate(zip(["", *lines], lines, islice(lines, 1, None), strict=False))
        if line and role and (not before or role[0] == "(")
    ]
    for number, line, role in apart:
        if _is_a_role(role) and ":" not in line and line[-1] not in _ENDS_OF_SENTENCES and likeness(line) >= Likeness.NAME:
            yield number


def _is_a_role(line: str) -> bool:
    if line[0] == "(":
        return _BRACKETED.match(line) is not None and forms.timed(line) is None
    return (
        line[0].isupper()
        and line[-1] not in _ENDS_OF_SENTENCES
        and ":" not in line
        and 1 < len(line.split()) <= _MOST_WORDS_OF_A_ROLE
    )
