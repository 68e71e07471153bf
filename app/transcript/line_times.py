"""The times that stand before lines or alone between them, and which of the lines they belong to."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise

from app.transcript.labels import forms
from app.transcript.labels.forms import ENDS_OF_SPEECH
from app.transcript.names import Likeness, is_brief, likeness
from app.transcript.stamps import Stamp
from app.transcript.unmarked import TIMESTAMP

_END_MARK = re.compile(r" ?#(\d{1,2}):(\d{2}):(\d{2})-(\d)#$")  # of a paragraph, as programs for interviews write it
_FEWEST_NAMES = 2  # above times, where other times stand within speeches
_LEAST_HALVES = 2  # times of half a day, alone on their lines
_FEWEST_TIMED = 4  # lines; in fewer a time before a line is no system
Timed = tuple[Stamp, str]


def with_times(lines: Sequence[str], left_out: Counter[str]) -> list[Timed]:
    """The lines with the times before them taken off, where the file has them by system; else all with no time."""
    timed = {place: found for place, line in enumerate(lines) if (found := forms.timed(line)) is not None}
    timed = _of_one_style(lines, timed) if timed else timed
    none = Stamp()
    filled = sum(1 for line in lines if line)
    alone = [place for place, (_, body) in timed.items() if not body]
    halves = [place for place in alone if lines[place][-1].isalpha()]
    if _LEAST_HALVES <= len(halves) < len(alone):  # `10:03` between `10:02 AM` and `10:04 AM` begins no message
        timed = {place: found for place, found in timed.items() if found[1] or place in set(halves)}
        alone = halves
    if alone and _are_a_system(lines, alone, timed, filled):
        return _times_above(lines, timed, left_out)
    spans = sum(stamp.end is not None for stamp, _ in timed.values())
    enough = 2 if spans >= 0.6 * len(timed) else _FEWEST_TIMED
    if len(timed) >= enough and len(timed) > 0.6 * filled and not _dated(timed) and not _are_sent(lines, timed):
        return [(timed[place][0], timed[place][1]) if place in timed else (none, line) for place, line in enumerate(lines)]
    return [(none, line) for line in lines]


def _are_sent(lines: Sequence[str], timed: Mapping[int, Timed]) -> bool:
    """Whether the times stand before `From Ann:`, where without a time nothing tells that somebody sent something."""
    first = list(islice(timed, _FEWEST_TIMED))
    sent = forms.finder(forms.FROM_TO)
    if not all(timed[place][1][:1] in "FfVDО開시来" and sent(lines[place]) is not None for place in first):
        return False
    return sum(sent(lines[place]) is not None for place in timed) > 0.6 * len(timed)


def _names_above(lines: Sequence[str], timed: Mapping[int, Timed], left_out: Counter[str]) -> list[str] | None:
    """The lines, each time put behind the name in the line above it. None unless names that come again stand above all times,
    and no empty line parts them from the speech before, or what stands above is short and the speech is below the times."""
    alone = [place for place, (_, body) in timed.items() if not body and place]
    above = [lines[place - 1] for place in alone]
    if len(set(above)) == len(above):
        return None
    apart = 2 * sum(place > 1 and not lines[place - 2] for place in alone) > len(alone)
    if apart and _head_blocks(lines, alone):
        return _with_times_beside(lines, [place - 1 for place in alone], behind=True)
    if (apart or not all(likeness(name) >= Likeness.NAME for name in above)) and not _are_handles(lines, alone, above):
        alone = [] if apart else _below_names(lines, alone)
    if not alone:
        return None
    behind = {place - 1: lines[place] for place in alone}
    within = {place for place, (_, body) in timed.items() if not body} - set(alone)
    left_out[TIMESTAMP] += len(within)
    return [
        f"{line} {behind[place]}" if place in behind else line
        for place, line in enumerate(lines)
        if place - 1 not in behind and place not in within
    ]


def _head_blocks(lines: Sequence[str], alone: Sequence[int]) -> bool:
    """Whether above all the times *alone* stands something brief at the top of a block, and most of that comes again."""
    tops = [place - 1 for place in alone]
    above = all(not place or not lines[place - 1] for place in tops) and alone[-1] + 1 < len(lines)
    return above and all(lines[place + 1] for place in alone) and _are_known(lines, tops)


def _are_known(lines: Sequence[str], places: Sequence[int]) -> bool:
    """Whether the lines at *places* are brief, and most of them come again and are names."""
    seen = Counter(lines[place] for place in places)
    again = sum(times for name, times in seen.items() if times > 1 and likeness(name) >= Likeness.RETURNING)
    like = all(name and is_brief(name) and name[-1] not in ENDS_OF_SPEECH for name in seen)
    return like and len(seen) >= _FEWEST_NAMES and 2 * again > len(places)


def _names_below(lines: Sequence[str], timed: Mapping[int, Timed]) -> list[str] | None:
    """The lines, each time put before the name below it. None unless below all times, which begin blocks, stand names with
    speech below."""
    alone = [place for place, (_, body) in timed.items() if not body]
    tops = all(not place or not lines[place - 1] for place in alone) and alone[-1] + 2 < len(lines)
    if not tops or not all(lines[place + 2] for place in alone) or not _are_known(lines, [place + 1 for place in alone]):
        return None
    return _with_times_beside(lines, [place + 1 for place in alone], behind=False)


def _with_times_beside(lines: Sequence[str], names: Sequence[int], *, behind: bool) -> list[str]:
    """The lines with the time that stands *behind* (below) or above each of the *names* on its line, in brackets."""
    times = {name: lines[name + 1 if behind else name - 1].strip("[]() ") for name in names}
    dropped = {name + 1 if behind else name - 1 for name in names}
    return [
        (f"{line} [{times[place]}]" if behind else f"[{times[place]}] {line}") if place in times else line
        for place, line in enumerate(lines)
        if place not in dropped
    ]


def _below_names(lines: Sequence[str], alone: Sequence[int]) -> list[int]:
    """Those of the times *alone* that stand below names, of which most come again, where other times stand within speeches."""
    seen = Counter(lines[place - 1] for place in alone)
    least = {name: Likeness.NAME if times > 1 else Likeness.FULL_NAME for name, times in seen.items()}
    below = [place for place in alone if likeness(lines[place - 1]) >= least[lines[place - 1]]]
    named = {lines[place - 1] for place in below}
    again = sum(seen[name] for name in named if seen[name] > 1)
    sure = (
        below[:1] == list(alone[:1]) and len(named) >= _FEWEST_NAMES and 2 * again > len(below) and 3 * len(below) > len(alone)
    )
    return below if sure else []


def _are_handles(lines: Sequence[str], alone: Sequence[int], above: Sequence[str]) -> bool:
    """Whether the lines *above* times are names that people of a chat give themselves, some in small letters: between two
    times stands more than one line, and the names that come again are most, if the times are of a day; else they are all."""
    seen = Counter(above)
    return (
        (all(lines[place][-1].isalpha() for place in alone) or (len(seen) >= _FEWEST_NAMES and min(seen.values()) > 1))
        and all(lines[place - 1] and place < len(lines) - 1 and lines[place + 1] for place in alone)
        and all(after - before > 2 for before, after in pairwise(alone))
        and all(is_brief(name) and likeness(name) >= Likeness.RETURNING for name in seen)
        and 2 * sum(times for times in seen.values() if times > 1) > len(above)
    )


def with_ends(lines: list[Timed]) -> list[Timed]:
    """The lines with the marks of time behind them, such as `#00:01:02-5#`, taken for when they end."""
    ends = {place: found for place, (_, line) in enumerate(lines) if line[-1:] == "#" and (found := _END_MARK.search(line))}
    if len(ends) < 2:
        return lines
    for place, found in ends.items():
        stamp, line = lines[place]
        hours, minutes, seconds, tenths = map(int, found.groups())
        lines[place] = stamp._replace(end=3600 * hours + 60 * minutes + seconds + tenths / 10), line[: found.start()]
    return lines


def _of_one_style(lines: Sequence[str], timed: dict[int, Timed]) -> dict[int, Timed]:
    """Those times that are written as most are; one of the others is said, unless it lies between its neighbours."""
    styles = {place: _style(lines[place], body) for place, (_, body) in timed.items()}
    usual = Counter(styles.values()).most_common(1)[0][0]
    alike = [place for place, style in styles.items() if style[0] == usual[0]]
    kept: dict[int, Timed] = {}
    before = 0.0
    starts = [timed[place][0].start or 0.0 for place in alike]
    grown = bool(alike) and styles[alike[-1]][1] > usual[1]  # minutes and seconds become hours at the end of a recording
    for place, now, after in zip(alike, starts, [*starts[1:], math.inf if grown else -1.0], strict=True):
        if styles[place] == usual or before <= now <= after:
            kept[place] = timed[place]
            before = now
    return kept


def _style(line: str, body: str) -> tuple[str, int]:
    """How a time before *body* is written: its bracket, and how many numbers it has."""
    written = line[: len(line) - len(body)].partition("-->")[0]
    return (written[:1] if written[:1] in "[(" else "", written.count(":"))


def _dated(timed: Mapping[int, Timed]) -> bool:
    return 2 * sum(stamp.dated for stamp, _ in timed.values()) >= len(timed)


def _are_a_system(lines: Sequence[str], alone: Sequence[int], timed: Mapping[int, Timed], filled: int) -> bool:
    """Whether lines that are a time and nothing else are times of the lines below them: many, rising, each above words.

    Nobody says hours, minutes and seconds and nothing else, so of such times few are enough."""
    full = all(_style(lines[place], "")[1] == 2 for place in alone)
    if not full and (len(alone) < 2 or 6 * len(alone) < filled):
        return False
    starts = [timed[place][0].start or 0.0 for place in alone]
    rising = sum(before <= after for before, after in pairwise(starts))
    times = {None, *alone}
    below = sum(1 for place in alone if _next(lines, place) not in times)
    return rising >= 0.95 * (len(starts) - 1) and below >= 0.95 * len(alone) and (full or starts[0] < starts[-1])


def _next(lines: Sequence[str], place: int) -> int | None:
    for later in range(place + 1, min(place + 4, len(lines))):
        if lines[later]:
            return later
    return None


def _times_above(lines: Sequence[str], timed: Mapping[int, Timed], left_out: Counter[str]) -> list[Timed]:
    """The lines, those that are a time alone made the time of the line below."""
    named = _names_above(lines, timed, left_out)
    if named is None:
        named = _names_below(lines, timed)
    if named is not None:
        return [(Stamp(), line) for line in named]
    made: list[Timed] = []
    waiting = Stamp()
    for place, line in enumerate(lines):
        if place in timed and not timed[place][1]:
            waiting = timed[place][0]
            made.append((Stamp(), ""))
            left_out[TIMESTAMP] += 1
            continue
        made.append((waiting if line else Stamp(), line))
        waiting = Stamp() if line else waiting
    return made
