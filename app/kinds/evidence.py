"""Whether turns say what a sentence says: its numbers, dates, names and quotes, and a third of its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, lru_cache

from app.kinds.amounts import amounts_not_said, values_said
from app.kinds.invented_names import names_not_said
from app.kinds.languages import PACKS, Pack, jalali
from app.kinds.languages.numerals import LIBRARY, in_digits
from app.kinds.languages.ordinals import ORDINALS
from app.kinds.languages.units import measured, names_unit
from app.kinds.meeting import Meeting
from app.kinds.quotations import addresses_in, addresses_not_said, phones_in, phones_not_said, quotations_not_said, without
from app.kinds.words import content_words, flat, one_word, plain_digits, shared
from app.transcript import Turn

LAST_DAY = 31
LEAST_SHARED = 1 / 3  # of the content words of a sentence
_NUMBER = re.compile(r"\d+(?:[.,'\u2019\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[.,'\u2019\u00a0\u202f ](?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TIME = re.compile(r"\b\d{1,2}(?::\d{2}){1,2}\b")


def unsupported(text: str, turns: Sequence[Turn], meeting: Meeting) -> tuple[str, ...]:
    """What of *text* the *turns* do not say, in the words of *text*; the whole text if they share too few words with it."""
    parts = [part for turn in turns for part in (turn.speaker, turn.text)]
    said = " ".join(parts)
    found, phones = addresses_in(text), phones_in(text)
    bare = without(text, *found, *phones)
    lost = [*_numbers(bare, said, meeting)]
    units = [written for number, written in _units(bare, said, meeting) if number not in lost]
    contacts = [*addresses_not_said(found, said), *phones_not_said(phones, said, meeting.spoken)]
    named = names_not_said(bare, parts, meeting)
    missing = [
        *lost,
        *units,
        *contacts,
        *_days(bare, said, meeting),
        *_near_days(bare, said, meeting),
        *named,
        *quotations_not_said(text, said),
    ]
    amounts = amounts_not_said(bare, said, lambda: _known(_undated(said, meeting), meeting), meeting)
    missing += [each for each in amounts if not any(_is_marked(each, mark, bare) for mark in missing)]
    if not missing and not _shares_words(text, parts, meeting):
        missing = [text]
    return tuple(dict.fromkeys(missing))


def _is_marked(amount: str, mark: str, text: str) -> bool:
    """Whether a *mark* has the *amount* already, or is the number that it stands beside in *text*."""
    beside = (f"{mark} {amount}", f"{mark}{amount}", f"{amount}{mark}")
    return amount in mark or mark in amount or any(each in text for each in beside)


def is_said(words: str, turns: Sequence[Turn]) -> bool:
    """Whether the *turns* hold *words* as they are, whatever their case and punctuation."""
    wanted = flat(words)
    return bool(wanted) and any(f" {wanted} " in f" {flat(turn.text)} " for turn in turns)


def assigns(name: str, turns: Sequence[Turn], meeting: Meeting) -> bool:
    """Whether *name* speaks in the *turns*, or one of them names that person."""
    known = meeting if name in meeting.participants else replace(meeting, participants={**meeting.participants, name: 0})
    people = known.people
    return any(name in people.speaks_as(turn.speaker) or name in people.named(turn.text) for turn in turns)


def words_of(iso: str, turns: Sequence[Turn], meeting: Meeting) -> str | None:
    """The words of the *turns* that mean the day *iso*, None if there are none or it is no ISO date."""
    if meeting.date is None or not _ISO.fullmatch(iso):
        return None
    for turn in turns:
        parts = turn.text.split()
        places = ((at, at + size) for size in (1, 2, 3) for at in range(len(parts) - size + 1))
        for begin, end in places:
            near = ((begin, end), (max(begin - 1, 0), end), (begin, end + 1))  # "Friday" of "next Friday" is not sure
            if all(due_date(" ".join(parts[first:last]), meeting.date) == iso for first, last in near):
                return " ".join(parts[begin:end]).strip(" .,;:!?")
    return None


def due_date(words: str, day: date | None) -> str | None:
    """The ISO date that *words* mean for a meeting on *day*, if they can mean one only."""
    if day is None:
        return None
    found = {each for pack in PACKS.values() for each in _dates(flat(words), day, pack)}
    return found.pop().isoformat() if len(found) == 1 else None


def _dates(words: str, day: date, pack: Pack) -> Iterator[date]:
    parts = words.split()
    coming = _next_in_iran if pack.code == "fa" else _next
    for month, number in _months_with_days(parts, pack):
        yield coming(day, month, number)
    named = _weekdays_in(words, pack)
    if len(named) == 1 and not any(_leading(part) for part in parts) and not re.search(pack.unsure, words):
        yield day + timedelta(days=(named[0] - day.weekday() - 1) % 7 + 1)
    for said, days in pack.days.items():
        if f" {flat(said)} " == f" {words} ":
            yield day + timedelta(days=days)


def _months_with_days(parts: Sequence[str], pack: Pack) -> Iterator[tuple[int, int]]:
    """The months that the `flat` words *parts* name, by their numbers, with the days beside them."""
    months = [flat(month) for month in pack.months]
    for place, part in enumerate(parts):
        if part in months and (number := _day_beside(parts, place, pack.code)):
            yield months.index(part) + 1, number


def _days_of_months(parts: Sequence[str], pack: Pack) -> Iterator[int]:
    yield from (number for _, number in _months_with_days(parts, pack))


def _weekdays_in(words: str, pack: Pack) -> list[int]:
    """The days of the week that *words* name, by their numbers."""
    weekdays = [one_word(flat(each)) for each in pack.weekdays]
    return [weekdays.index(part) for part in one_word(words).split() if part in weekdays]


def _day_beside(parts: Sequence[str], place: int, language: str) -> int:
    """The number of the day beside the month at a *place*, in digits or in words; 0 if there is none."""
    near = (_leading(each) for each in parts[max(place - 2, 0) : place + 2])
    if number := next((each for each in near if 0 < each <= LAST_DAY), 0):
        return number
    before = " ".join(parts[:place]).removesuffix(" of").removesuffix(" de")
    behind = " ".join(parts[place + 1 :]).removeprefix("the ")
    for word, number in _spoken_days(language):
        if f" {before}".endswith(f" {word}") or f"{behind} ".startswith(f"{word} "):
            return number
    return 0


@cache
def _spoken_days(language: str) -> tuple[tuple[str, int], ...]:
    """The words for days of a month, `flat`, those that hold others first."""
    words = {flat(word): number for word, number in ORDINALS.get(language, {}).items()}
    return tuple(sorted(words.items(), key=lambda each: -len(each[0])))


def _leading(word: str) -> int:
    found = re.match(r"\d{1,2}(?!\d)", word)
    return int(found[0]) if found else 0


def _next(day: date, month: int, number: int) -> date:
    return _first_from(day, (date, day.year), month, number)


def _next_in_iran(day: date, month: int, number: int) -> date:
    return _first_from(day, (jalali.day_of, jalali.year_of(day)), month, number)


def _first_from(day: date, calendar: tuple[Callable[[int, int, int], date], int], month: int, number: int) -> date:
    """The next such day of a calendar's year or the one behind it; *day* itself if there is none."""
    made, first = calendar
    for year in (first, first + 1):
        try:
            found = made(year, month, number)
        except ValueError:
            continue
        if found >= day:
            return found
    return day


# -- numbers and days --------------------------------------------------------------------------------------------------------


def _numbers(text: str, said: str, meeting: Meeting) -> Iterator[str]:
    written = [found[0] for found in _NUMBER.finditer(plain_digits(text))]
    spelt = (
        frozenset(_in_words(text, meeting.language)) if meeting.language in LIBRARY else _values(text, meeting.language)
    ) - set(_digits(text))
    if not written and not spelt:  # then it does not matter which numbers are said
        return
    known = set(_known(said, meeting))
    dated = {value for found in _ISO.finditer(text) if _is_resolved(found[0], said, meeting) for value in _digits(found[0])}
    if any(_value(number) not in known | dated for number in written):
        known |= {str(number) for pack in meeting.packs for number in _days_of_months(flat(said).split(), pack)}
    yield from (number for number in written if _value(number) not in known | dated)
    yield from sorted(value for value in spelt - known if value not in ("0", "1", "2"))


@lru_cache(maxsize=64)
def _known_in(said: str, languages: tuple[str, ...]) -> frozenset[str]:
    told = (values for code in languages for values in (_values(said, code), values_said(said, code)))
    return frozenset(_digits(said)).union(*told)


def _known(said: str, meeting: Meeting) -> frozenset[str]:
    """The numbers that are *said*, in digits or in words of a language of the meeting."""
    return _known_in(said, tuple(pack.code for pack in meeting.packs))


def _undated(said: str, meeting: Meeting) -> str:
    """What is *said* without its days of months: "the 10th of March" is no "ten of them"."""
    months = "|".join(month for pack in meeting.packs for month in pack.months)
    return (
        re.sub(rf"(?<![\w.])[\w.]{{1,20}}(?: of| de)? (?:{months})\b(?: the)?(?: \d{{1,2}}\b)?", " ", said, flags=re.IGNORECASE)
        if months
        else said
    )


def _is_resolved(iso: str, said: str, meeting: Meeting) -> bool:
    """Whether *iso* is a date that words of the turns mean."""
    if meeting.date is None:
        return False
    parts = flat(said).split()
    spans = (" ".join(parts[at : at + size]) for at in range(len(parts)) for size in (1, 2, 3))
    return any(due_date(span, meeting.date) == iso for span in spans)


@lru_cache(maxsize=1024)
def _digits(text: str) -> tuple[str, ...]:
    """The values of the written numbers of *text*. The turns that many lines are compared with are looked through once."""
    return tuple(_value(found[0]) for found in _NUMBER.finditer(plain_digits(text)))


def _value(number: str) -> str:
    """The value of a written number: `1,850` is 1850, and `2,5` is 2.5."""
    if number.isdigit():
        return number.lstrip("0") or "0"
    return _trimmed(_THOUSANDS.sub("", number).replace(",", "."))


def _trimmed(number: str) -> str:
    whole, _, rest = number.partition(".")
    rest = rest.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{f'.{rest}' if rest else ''}"


@lru_cache(maxsize=2048)
def _values(text: str, language: str) -> frozenset[str]:
    """The numbers that *text* says in words, in a run and each word on its own."""
    alone = {word.lower() for word in _WORD.findall(text)} if language in LIBRARY else ()
    return frozenset([*_in_words(text, language), *(value for word in alone for value in _of_word(word, language))])


def _in_words(text: str, language: str) -> tuple[str, ...]:
    return _digits(in_digits(text, language))


_of_word = lru_cache(maxsize=16_384)(_in_words)  # a language has few words that are said often


def _units(text: str, said: str, meeting: Meeting) -> Iterator[tuple[str, str]]:
    """Numbers whose unit the turns do not name, or say with other numbers alone ("ten pounds" for ten minutes): each with its
    unit too."""
    found = _measured(text, meeting.language)
    known: dict[str, set[str]] = {}
    for number, unit, _ in _measured(said, meeting.spoken) if found else ():
        known.setdefault(number, set()).add(unit)
    for number, unit, written in found:
        if not names_unit(said, unit) or unit not in known.get(number, {unit}):
            yield number, written


@lru_cache(maxsize=2048)
def _measured(text: str, language: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(measured(plain_digits(in_digits(text, language) if language in LIBRARY else text)))


def _days(text: str, said: str, meeting: Meeting) -> Iterator[str]:
    """Names of months and days of the week that the turns do not name, in whichever of the languages of the meeting."""
    named = [each for pack in meeting.packs for each in _calendar(text, pack)]
    if not named:
        return
    heard = {mark for pack in meeting.packs for mark, _ in _calendar(said, pack)}
    heard |= {f"m{int(found[2])}" for found in _ISO.finditer(said)}
    yield from (word for mark, word in named if mark not in heard)


def _near_days(text: str, said: str, meeting: Meeting) -> Iterator[str]:
    """Words such as "tomorrow" of *text* that mean a day which no such word of what is *said* means."""
    named = [each for pack in meeting.packs for each in _days_from_now(text, pack)]
    heard = {days for pack in meeting.packs for days, _ in _days_from_now(said, pack)} if named else set()
    yield from (word for days, word in named if days not in heard)


def _days_from_now(text: str, pack: Pack) -> Iterator[tuple[int, str]]:
    small = text.lower()
    near = [(word, days) for word, days in pack.days.items() if days and word.lower() in small]
    told = re.sub(pack.undue, " ", text, flags=re.IGNORECASE) if near else ""
    for word, days in near:
        if found := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", told, 0 if pack.code == "de" else re.IGNORECASE):
            yield days, found[0]


def _calendar(text: str, pack: Pack) -> Iterator[tuple[str, str]]:
    """The months and days of the week that *text* names: the mark of each, and its word in the text."""
    bare = flat(one_word(text))
    marks = {word: mark for word, mark in _marks(pack.code).items() if word in bare}
    for found in _WORD.finditer(one_word(text)) if marks else ():
        word = flat(found[0])
        if word in marks and (word not in ("may", "march") or found[0][0].isupper()):
            yield marks[word], found[0]


@cache
def _marks(language: str) -> Mapping[str, str]:
    """`m1` to `m12` and `d0` to `d6` by the `flat` names of months and days of the week."""
    pack = PACKS[language]
    months = {flat(name): f"m{number}" for number, name in enumerate(pack.months, 1)}
    return months | {flat(one_word(name)): f"d{number}" for number, name in enumerate(pack.weekdays)}


def figures(text: str) -> frozenset[str]:
    """The numbers that *text* has in digits: `1,850` is 1850. Times of day and ISO dates are none."""
    return frozenset(_digits(_TIME.sub(" ", _ISO.sub(" ", text))))


def figures_said(text: str, language: str) -> frozenset[str]:
    """The numbers that *text* says, in digits or in words of *language*."""
    return frozenset(_digits(text)) | _values(text, language)


def facts(text: str, meeting: Meeting) -> frozenset[str]:
    """The numbers, days, months and participants that *text* names: texts that name different ones do not say the same."""
    people = {part for name in meeting.participants for part in flat(name).split() if len(part) > 2}
    days = (mark for pack in meeting.packs for mark, _ in _calendar(text, pack))
    return figures_said(text, meeting.language) | people.intersection(flat(text).split()) | set(days)


# -- words -------------------------------------------------------------------------------------------------------------------


def _shares_words(text: str, said: Sequence[str], meeting: Meeting) -> bool:
    """False if the text is in the language of what is *said* and they share less than a third of its content words."""
    words = content_words(text)
    if not words:
        return False
    if meeting.language != meeting.spoken:
        return True
    return shared(words, said) >= LEAST_SHARED * len(words)


def turns_of(groups: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """The turn numbers of all *groups*, in order and once."""
    return tuple(sorted({number for group in groups for number in group}))
