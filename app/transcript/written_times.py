"""Times beside labels that are written in words, in other places or with other signs, as `stamps` reads them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from app.transcript import stamps
from app.transcript.labels import forms
from app.transcript.labels.found import timed_body
from app.transcript.names import Likeness, likeness

REPEATED = "repeated names and times of labels"
LINK = "links of times"
RECEIPT = "read receipts"
EDITED = "marks of edited messages"

_LEAST = 2
_FEWEST_BELOW = 3  # times below messages
_LOOKED_AT = 20  # lines in which a way to write times shows
_DAY = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:mo|di|mi|do|fr|sa|so)(?=[.,])|"
    r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|(?:lun|mar|mer|jeu|ven|sam|dim)(?:(?:c?re)?di|anche)?|"
    r"lunes|martes|mi[eé](?:rcoles)?|jue(?:ves)?|vie(?:rnes)?|s[aá]b(?:ado)?|dom(?:ingo)?"
)
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.? ?m\b\.?)?"
_WORDED = re.compile(  # `Mon, Mar 4, 2024, 10:02 AM - `, `Mar 04, 2024 10:02:03 AM`
    rf"(?:(?:{_DAY})\.?,? )?(?:(?P<month>[^\W\d_]{{3,9}})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})"
    rf"|(?P<date>\d{{1,2}}[-/. ](?:\d{{1,2}}|[^\W\d_]{{3,9}}\.?)[-/. ]\d{{2,4}}))"
    rf"(?:,| at| um| à| a las)? (?P<clock>{_CLOCK})(?! ?[-–] ?\d)"
    r"(?P<receipt> \(Read by .{1,60}\))?[,:]?(?: [-–—](?= ))?",
    re.IGNORECASE,
)
_DIGITS = r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4}\.?"
_NAMED_MONTH = r"\d{1,2}(?:\. |[-/. ])[^\W\d_]{3,9}\.?[-/. ]\d{2,4}"
_DATED = re.compile(  # `4.3.2024 klo 10.02 - `, `04/03/24, 10:02 पूर्वाह्न - `, `2024/3/4 凌晨1:04 - `
    rf"(?P<date>{_DIGITS})(?:,| г\.,)? ?(?P<before>[^\W\d]{{1,8}} ?)?(?P<clock>\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?)"
    r"(?P<half> [^\d:\[\]–—-]{1,16})? [-–] "
)
_CLOCK_FIRST = re.compile(  # `[10:02, 3/4/2024] `, `10:02, 04/03/2024 - `, `10:02 am, 4 March 2024`
    rf"(?P<open>\[)?(?P<clock>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)(?P<half> ?[^\W\d]{{1,4}}\.?(?: ?m\.?)?)?, "
    rf"(?P<date>{_DIGITS}|{_NAMED_MONTH})(?(open)\]|(?: -|$))"
)
_AFTERNOON = re.compile(
    r"p\.? ?m|下午|晚上|傍晚|오후|午後|अपराह्न|ÖS|μ\.μ|م$|da (?:tarde|noite)|de la (?:tarde|noche)|chiều"
    r"|tối|du soir|ip\.|em\b|sore|malam",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"(?:today|yesterday|heute|gestern|aujourd['’]hui|hier|hoy|ayer|oggi|ieri|{_DAY}),?"
    rf"(?: (?:at|um|à|a las|alle))? (?P<clock>{_CLOCK})(?: Uhr)?$",
    re.IGNORECASE,
)
_MARKED = re.compile(r"#(\d{2}:\d{2}:\d{2})-(\d)# ?")  # before a paragraph, as programs for interviews write it
_WEEKDAY_BEHIND = re.compile(rf"(?P<name>.{{1,64}}), (?:{_DAY}),? (?P<clock>{_CLOCK})(?P<edited>, edited)?$", re.IGNORECASE)
_TIME_LINK = re.compile(r"(?<=[\dMm]\])\((?:https?://)[^()\s]+\)")
_SPELLED = re.compile(
    r"(?:(?P<name>.{1,64}?) )??(?=\d)(?:(?P<h>\d{1,2}) (?:hours?|heures?|horas?|Stunden?),? ?)?"
    r"(?:(?P<m>\d{1,3}) (?:minut[eo]s?|Minuten?),? ?)?(?:(?P<s>\d{1,2}) (?:seconds?|secondes?|segundos?|Sekunden?))?$",
)
_LOGGED = re.compile(  # `10:02 <@ann> hi`, `[10:02] * ann nods`, as programs for IRC log it
    r"\[?(?P<clock>(?P<hour>\d{1,2}):\d{2})(?P<behind>\]? +(?:(?P<nick><[@+%&~ ]?[^\s<>]{1,64}>)|-!-|\*{1,3} ) ?)"
)
_OF_THE_YEAR = re.compile(r"(?P<day>[A-Z][a-z]{2} \d{1,2}) (?P<clock>\d{2}:\d{2}:\d{2}) ")  # `Mar 04 10:02:11 <ann> hi`
_DOTTED = re.compile(r"[\[(]\d{1,2}\.\d{2}(?:\.\d{2})?[\])](?= |$)|(?:kl\. |klo )?\d{1,2}\.\d{2} Uhr(?= |$)")
_EDITED = (", edited", " (edited)", ", bearbeitet", " (bearbeitet)", ", modifié", " (modifié)", ", editado", " (editado)")
_UNITS = (
    "second",
    "seconds",
    "seconde",
    "secondes",
    "segundo",
    "segundos",
    "Sekunde",
    "Sekunden",
    "minute",
    "minutes",
    "minuto",
    "minutos",
    "Minute",
    "Minuten",
)
_WORDED_MAYBE = re.compile(r"[^\W\d_]{2,10}\.?,? (?:[^\W\d_]{3,9}\.? )?\d{1,2}")
_HALF_OF_A_DAY = 12
_HOURS_OF_A_DAY = 24
_LONGEST = 100  # characters of a name with its day and time
_LONGEST_DAY = 40  # characters of a day with its time
_DASHES = ("—", "–", "-")
_DASHES_BEFORE = ("— ", "– ")
_FIRST_OF_CLOCKS = "[(k0123456789"
_FIRST_OF_TIMES = "#[0123456789"
_AT = frozenset(["klo", "kl", "kl.", "at", "um", "à", "às", "om", "o", "u", "ore", "alle"])


def in_figures(lines: list[str], left_out: Counter[str]) -> list[str]:
    """The `plain` *lines*, with the times beside labels in figures and in brackets where others might not know them."""
    first = list(islice(filter(None, lines), _LOOKED_AT))
    if any("](http" in line for line in first):
        lines = _without_links(lines, left_out)
    if any(line.endswith(_UNITS) for line in first):
        lines = _with_figures(lines, left_out)
    if any(line[0] in _FIRST_OF_TIMES and _date_first(line) for line in first):
        lines = _with_dates_first(lines)
    if any(len(line) < _LONGEST_DAY and (line[0] in _DASHES or _RELATIVE.match(line)) for line in first):
        parted = _without_dashes_before(lines)
        lines = _with_days_of_the_week(parted, Likeness.NAME if parted is lines else Likeness.RETURNING)
    if any(_WORDED_MAYBE.match(line) and _WORDED.match(line) for line in first):
        lines = _with_dates_in_brackets(lines, left_out)
    if any(len(line) < _LONGEST and ", " in line and ":" in line[-16:] and _WEEKDAY_BEHIND.match(line) for line in first):
        lines = _without_days_behind(lines)
    lines = _without_dots(lines, first)
    if any("<" in line[:24] and _LOGGED.match(line) for line in first):
        lines = _with_seconds(lines)
    if any(line[:1].isupper() and _OF_THE_YEAR.match(line) for line in first):
        lines = _with_days_in_brackets(lines)
    if any(":" in line[-9:] and forms.name_and_time(line) for line in first):
        lines = _without_edited(lines, left_out)
    return lines


def _with_seconds(lines: list[str]) -> list[str]:
    """The lines of a log of IRC, whose times are hours and minutes of the day, with seconds; none if hours are over 23."""
    found = {
        number: logged for number, line in enumerate(lines) if line[:1] in _FIRST_OF_TIMES and (logged := _LOGGED.match(line))
    }
    hours = [int(logged["hour"]) for logged in found.values()]
    if len(found) < _LEAST or max(hours) >= _HOURS_OF_A_DAY:
        return lines
    if not hours[0] and all(logged["nick"] and logged["nick"][1:].lstrip()[0] not in "@+%&~" for logged in found.values()):
        return lines  # minutes and seconds of a recording begin with none
    return [
        f"{line[: found[number].end('clock')]}:00{line[found[number].end('clock') :]}" if number in found else line
        for number, line in enumerate(lines)
    ]


def _with_days_in_brackets(lines: list[str]) -> list[str]:
    """`Mar 04 10:02:11 <ann> hi` as `[04 Mar, 10:02:11] <ann> hi`."""
    found = {number: dated for number, line in enumerate(lines) if line[:1].isupper() and (dated := _OF_THE_YEAR.match(line))}
    if len(found) < _LEAST or 2 * len(found) < sum(1 for line in lines if line):
        return lines
    made = list(lines)
    for number, dated in found.items():
        month, _, day = dated["day"].partition(" ")
        made[number] = f"[{day} {month}, {dated['clock']}] {lines[number][dated.end() :]}"
    return made


def _without_edited(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`Ann, 10:02 AM, Edited` as `Ann, 10:02 AM`."""
    edited = {
        number: line[: -len(mark)]
        for number, line in enumerate(lines)
        if line[-1:] in "dtéo)" and (mark := next((each for each in _EDITED if line.casefold().endswith(each)), ""))
    }
    edited = {number: line for number, line in edited.items() if forms.name_and_time(line) is not None}
    if not edited:
        return lines
    left_out[EDITED] += len(edited)
    return [edited.get(number, line) for number, line in enumerate(lines)]


def _without_links(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`[00:03](https://…)` as `[00:03]`, as recorders copy a time that can be clicked."""
    found = [number for number, line in enumerate(lines) if "](http" in line and _has_a_link(line)]
    if len(found) < _LEAST:
        return lines
    made = list(lines)
    for number in found:
        made[number] = _TIME_LINK.sub("", lines[number], count=1)
    left_out[LINK] += len(found)
    return made


def _has_a_link(line: str) -> bool:
    """Whether the time that a line begins or ends with is a link."""
    before = _TIME_LINK.sub("", line, count=1)
    return before != line and (forms.timed(line) is not None or forms.name_and_time(before) is not None)


def _with_figures(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`Ann 1 minute 5 seconds` and the lines above that say the same as `Ann 1:05`, as meeting programs write for screen
    readers; a time in words alone on its line is put behind the name above it."""
    spelled = {number: found for number, line in enumerate(lines) if line and (found := _spelled(line)) is not None}
    named = {number: found for number, found in spelled.items() if found["name"]}
    if len(named) >= _LEAST:
        return _with_names_once(lines, named, left_out)
    if len(spelled) < _LEAST or any(not number or not lines[number - 1] for number in spelled):
        return lines
    if any(likeness(lines[number - 1]) < Likeness.RETURNING for number in spelled):
        return lines
    made = [f"{line} {_figures(spelled[number + 1])}" if number + 1 in spelled else line for number, line in enumerate(lines)]
    return [line for number, line in enumerate(made) if number not in spelled]


def _spelled(line: str) -> re.Match[str] | None:
    found = _SPELLED.match(line) if line[-1] in "smenSMENao" else None
    return found if found is not None and (found["m"] or found["s"]) else None


def _with_names_once(lines: list[str], named: dict[int, re.Match[str]], left_out: Counter[str]) -> list[str]:
    above = {number: list(_said_again(lines, number, found)) for number, found in named.items()}
    if sum(bool(again) for again in above.values()) < 0.8 * len(above):
        return lines
    dropped = {number for again in above.values() for number in again}
    left_out[REPEATED] += len(dropped)
    return [
        f"{named[number]['name']} {_figures(named[number])}" if number in named else line
        for number, line in enumerate(lines)
        if number not in dropped
    ]


def _said_again(lines: Sequence[str], number: int, found: re.Match[str]) -> Iterator[int]:
    """The lines right above that say the name, its initials or the time that the label says."""
    name, time = found["name"], found.group()[len(found["name"]) + 1 :]
    initials = "".join(word[0] for word in name.split() if word[0].isalnum())
    same = {"", name, time, _figures(found), f"0{_figures(found)}", initials, initials[:1] + initials[-1:]}
    place = number - 1
    seen: list[int] = []
    while place >= 0 and lines[place] in same:
        seen.append(place)
        place -= 1
    yield from (each for each in seen if lines[each])


def _figures(found: re.Match[str]) -> str:
    hours, minutes, seconds = (int(found[part] or 0) for part in "hms")
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _with_dates_first(lines: list[str]) -> list[str]:
    """Times as chats of other languages and copies of pages have them as `[04/03/2024, 10:02 PM]`, and `#00:00:03-2#` before a
    paragraph as `[00:00:03.2]`."""
    begun = [number for number, line in enumerate(lines) if line[:1] in _FIRST_OF_TIMES and line]
    made = {number: new for number in begun if (new := _date_first(lines[number])) is not None}
    labels = sum(1 for new in made.values() if new[-1] == "]" or forms.colon(new) is not None)
    if len(made) < _LEAST or 2 * labels < len(made):
        return lines
    return [made.get(number, line) for number, line in enumerate(lines)]


def _without_dashes_before(lines: list[str]) -> list[str]:
    """The lines without the dashes between names and times below them, alone or before the times, as copies of a chat have."""
    before = {
        number: line[2:]
        for number, line in enumerate(lines)
        if line[:2] in _DASHES_BEFORE and number and len(line) < _LONGEST_DAY and _is_time(line[2:])
    }
    heads = [number - 1 for number in before]
    dropped: set[int] = set()
    for number, line in enumerate(lines):
        if line in _DASHES and 0 < number < len(lines) - 2:
            head, time = number - 1 - (not lines[number - 1]), number + 1 + (not lines[number + 1])
            if head >= 0 and _is_time(lines[time]):
                heads.append(head)
                dropped.update(range(head + 1, time))
    if len(heads) < _LEAST or any(likeness(lines[head]) < Likeness.RETURNING for head in heads):
        return lines
    return [before.get(number, line) for number, line in enumerate(lines) if number not in dropped]


def _is_time(line: str) -> bool:
    timed = forms.timed(line) if 0 < len(line) < _LONGEST_DAY else None
    return (timed is not None and not timed[1]) or (bool(line) and _RELATIVE.match(line) is not None)


def _with_days_of_the_week(lines: list[str], least: Likeness) -> list[str]:
    """A time of yesterday or of a day of the week as that time, alone below what is at *least* so like a name, or below
    messages."""
    relative = {
        number: _of_a_day(found["clock"])
        for number, line in enumerate(lines)
        if number and lines[number - 1] and len(line) < _LONGEST_DAY and (found := _RELATIVE.match(line)) is not None
    }
    last = max((number for number, line in enumerate(lines) if line), default=0)
    if len(relative) >= _FEWEST_BELOW and last in relative:  # the times stand below messages
        return [relative.get(number, line) for number, line in enumerate(lines)]
    if len(relative) < _LEAST or any(likeness(lines[number - 1]) < least for number in relative):
        return lines
    return [relative.get(number, line) for number, line in enumerate(lines)]


def _without_dots(lines: list[str], first: Sequence[str]) -> list[str]:
    """Clocks with full stops before most of the *first* lines, `[00.01]`, `10.01 Uhr`, with colons, if labels stand behind."""
    if 2 * sum(line[0] in _FIRST_OF_CLOCKS and _DOTTED.match(line) is not None for line in first) <= len(first):
        return lines
    found = {number: dotted for number, line in enumerate(lines) if line and (dotted := _DOTTED.match(line)) is not None}
    made = {number: f"{dotted[0].replace('.', ':')}{lines[number][dotted.end() :]}" for number, dotted in found.items()}
    labels = sum(1 for line in made.values() if forms.colon(line) is not None or not timed_body(line)[1])
    return [made.get(number, line) for number, line in enumerate(lines)] if 2 * labels > len(made) else lines


def _of_a_day(clock: str) -> str:
    """A time of the day with seconds, so that nobody takes `10:02` for minutes of a recording."""
    return f"{clock}:00" if clock[-1].isdigit() and clock.count(":") == 1 else clock


def _date_first(line: str) -> str | None:
    if line[0] == "#":
        marked = _MARKED.match(line)
        return f"[{marked[1]}.{marked[2]}] {line[marked.end() :]}" if marked else None
    if not line[0].isdigit() and line[0] != "[":
        return None
    found = _DATED.match(line)
    if found is None:
        found = _CLOCK_FIRST.match(line)
    elif found["before"] is None and found["half"] is None and ":" in found["clock"] and "г." not in found.group():
        return None
    if found is None or ((known := stamps.front(line)) is not None and known[1] == line[found.end() :].lstrip()):
        return None
    half = (found["half"] or "") + (found.groupdict().get("before") or "")
    clock = found["clock"].replace(".", ":")
    noon = (
        (" PM" if _AFTERNOON.search(half) else " AM") if half.strip() and int(clock.partition(":")[0]) <= _HALF_OF_A_DAY else ""
    )
    if found.groupdict().get("before") is not None and not found["half"] and found["before"].strip().casefold() in _AT:
        noon = ""
    date = found["date"].replace(". ", ".")
    return f"[{date}, {clock}{noon}] {line[found.end() :].strip()}".rstrip()


def _with_dates_in_brackets(lines: list[str], left_out: Counter[str]) -> list[str]:
    """`Mon, Mar 4, 2024, 10:02 AM - Ann: hi` as `[4 Mar 2024, 10:02 AM] Ann: hi`."""
    dated = {
        number: found
        for number, line in enumerate(lines)
        if line and _WORDED_MAYBE.match(line) and (found := _WORDED.match(line))
    }
    dated = {number: found for number, found in dated.items() if not lines[number][0].isdigit() or found["receipt"]}
    alone = [number for number, found in dated.items() if found.end() == len(lines[number])]
    made = list(lines)
    if alone and any(number and lines[number - 1] for number in alone):
        return _with_dates_above(lines, dated)
    if len(dated) >= _LEAST:
        for number, found in dated.items():
            made[number] = f"{_in_brackets(found)} {lines[number][found.end() :].strip()}".strip()
            left_out[RECEIPT] += bool(found["receipt"])
    return made


def _without_days_behind(lines: list[str]) -> list[str]:
    """`Ann, Mon 10:02 AM` as `Ann, [10:02 AM]`."""
    found = {number: day for number, line in enumerate(lines) if len(line) < _LONGEST and (day := _WEEKDAY_BEHIND.match(line))}
    if len(found) <= _LEAST or any(likeness(day["name"]) < Likeness.NAME for day in found.values()):
        return lines
    return [
        f"{found[number]['name']}, [{found[number]['clock']}]" if number in found else line for number, line in enumerate(lines)
    ]


def _in_brackets(found: re.Match[str]) -> str:
    date = found["date"] or f"{found['day']} {found['month']} {found['year']}"
    return f"[{date}, {found['clock']}]"


def _with_dates_above(lines: list[str], dated: dict[int, re.Match[str]]) -> list[str]:
    """A date that ends a message behind the name that begins it, if names that come again stand right below all dates."""
    filled = [number for number, line in enumerate(lines) if line]
    below = dict(pairwise(filled))
    heads = dict(zip([filled[0], *(below[number] for number in dated if number in below)], dated.items(), strict=False))
    names = [lines[number] for number in heads if number < len(lines)]
    if filled[-1] not in dated or len(set(names)) == len(names) or any(likeness(name) < Likeness.NAME for name in names):
        return _with_dates_below(lines, dated)
    return [
        f"{line}, {_in_brackets(heads[number][1])}" if number in heads else line
        for number, line in enumerate(lines)
        if number not in dated
    ]


def _with_dates_below(lines: list[str], dated: dict[int, re.Match[str]]) -> list[str]:
    """A date alone below a name in brackets, if names that come again stand above all dates."""
    above = [lines[number - 1] if number else "" for number in dated]
    if len(set(above)) == len(above) or any(likeness(name) < Likeness.NAME for name in above):
        return lines
    return [_in_brackets(dated[number]) if number in dated else line for number, line in enumerate(lines)]
