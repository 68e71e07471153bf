"""What captions and recognisers say more than once: rolling captions, and one line again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from operator import attrgetter

from app.transcript.formats.base import Passage
from app.transcript.turn import Utterance

LEAST_LINES = 10  # times that a line is said in a row before it is taken for a recogniser's loop
LEAST_WORDS = 30  # times that a few words are said in a row, within one text
LONGEST_LOOP = 12  # words of such a loop
_PROBE = 24  # characters that come again in a loop, and hardly elsewhere
_ROLLING_SHARE = 0.3  # of the captions begin with what the caption before ended with
_DOUBLED_SHARE = 0.7  # of the captions come two or three times
_LEAST_OVERLAP = 2  # words; a single one is often said twice


# Rolling captions


def unrolled(passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], int]:
    """The *passages* without the lines that each shows again from the one before, and how many words those are.

    Nothing is taken away unless the whole file rolls: people say a thing twice."""
    cleaned = [passage for each in passages if (passage := _cleaned(each)).lines]
    if not (_rolls(cleaned) or _comes_twice(cleaned)):
        return tuple(passages), 0
    kept: list[Passage] = []
    shown: tuple[str, ...] = ()
    for passage in cleaned:
        fresh = _fresh(shown, passage.lines)
        shown = passage.lines
        if fresh:
            kept.append(replace(passage, lines=fresh))
    return tuple(kept), sum(_words(each.lines) for each in cleaned) - sum(_words(each.lines) for each in kept)


def _cleaned(passage: Passage) -> Passage:
    lines = tuple(line for each in passage.lines if (line := " ".join(each.split())))
    return Passage(lines, passage.speaker, passage.start, passage.end)


def _rolls(passages: Sequence[Passage]) -> bool:
    """Whether many captions begin with what the one before ended with, and go on."""
    changes = [(before, now) for before, now in pairwise(passages) if before.lines != now.lines]
    again = sum(1 for before, now in changes if _goes_on(before, now))
    return len(changes) > 2 and again >= _ROLLING_SHARE * len(changes)


def _goes_on(before: Passage, now: Passage) -> bool:
    """Whether *now* begins with at least two words that *before* showed last, says more, and follows at once."""
    if before.speaker != now.speaker or (before.end is not None and now.start is not None and now.start > before.end + 1):
        return False
    fresh = _words(_fresh(before.lines, now.lines))
    return 0 < fresh <= _words(now.lines) - _LEAST_OVERLAP


def _words(lines: Iterable[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _comes_twice(passages: Sequence[Passage]) -> bool:
    """Whether most captions come two or three times in a row."""
    runs = [len(list(run)) for _, run in groupby(passages, key=lambda each: (each.speaker, each.lines))]
    return len(runs) > 3 and sum(1 for length in runs if length in (2, 3)) >= _DOUBLED_SHARE * len(runs)


def _fresh(shown: Sequence[str], lines: Sequence[str]) -> tuple[str, ...]:
    """What *lines* show beyond *shown*: without the lines that both have, or without the beginning of a line that has grown."""
    common = _overlap(shown, lines)
    rest = list(lines[common:])
    if not common and rest and shown and len(rest[0]) > len(shown[-1]) and rest[0].startswith(f"{shown[-1]} "):
        rest[0] = rest[0][len(shown[-1]) :].lstrip()
    return tuple(rest)


def _overlap(before: Sequence[str], behind: Sequence[str]) -> int:
    """The most items that *before* ends with and *behind* begins with."""
    most = min(len(before), len(behind), 8)
    return next((number for number in range(most, 0, -1) if list(before[-number:]) == list(behind[:number])), 0)


# Loops


def unlooped(passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], int]:
    """The *passages*, and how many of them are left out: what comes at least LEAST_LINES times in a row is said once, with its
    count."""
    kept: list[Passage] = []
    for _, run in groupby(passages, key=lambda each: (each.speaker, " ".join(" ".join(each.lines).split()))):
        same = list(run)
        if len(same) >= LEAST_LINES and any(line.strip() for line in same[0].lines):
            *before, last = (line for line in same[0].lines if line.strip())
            same = [replace(same[0], lines=(*before, f"{last} (×{len(same)})"), end=same[-1].end)]
        kept += same
    return tuple(kept), len(passages) - len(kept)


def said_once(utterances: Sequence[Utterance]) -> tuple[list[Utterance], int]:
    """The *utterances* without their loops of lines and of words, and how many rounds are left out."""
    kept: list[Utterance] = []
    for _, run in groupby(utterances, key=attrgetter("speaker", "text")):
        same = list(run)
        if len(same) >= LEAST_LINES:
            same = [replace(same[0], text=f"{same[0].text} (×{len(same)})", end=same[-1].end)]
        kept += same
    left_out = len(utterances) - len(kept)
    for place, each in enumerate(kept):
        if each.text.count(" ") >= LEAST_WORDS - 1 and _may_loop(each.text):
            kept[place], rounds = _without_loops(each, each.text.split())
            left_out += rounds
    return kept, left_out


def _without_loops(utterance: Utterance, words: Sequence[str]) -> tuple[Utterance, int]:
    """*utterance*, whose *words* are given, with each loop of a few words in it said once, with its count."""
    kept: list[str] = []
    left_out = place = 0
    for begin, stop, period in _loops(words):
        times = (stop - begin) // period
        kept += [*words[place : begin + period], f"(×{times})"]
        left_out += times - 1
        place = begin + times * period
    return (replace(utterance, text=" ".join([*kept, *words[place:]])), left_out) if left_out else (utterance, 0)


def _may_loop(text: str) -> bool:
    """False if *text*, which is `plain`, certainly holds no loop.

    Rounds of half to a whole *longest* characters are looked for at a time, first the shortest, `a `. What stands at a place
    within a loop stands there again a round later; LEAST_WORDS rounds hold one of the places that are looked at, and a probe
    and a round behind it."""
    longest = 4
    while True:
        step = (LEAST_WORDS - 1) * longest // 2 - _PROBE
        for place in range(0, len(text) - _PROBE, step):
            if text[place : place + _PROBE] in text[place + 1 : place + _PROBE + longest]:
                return True
        if longest * LEAST_WORDS > len(text):
            return False
        longest *= 2


def _loops(words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Where the same words come again and again: begin, end and how many words a round has; the shortest round that fits."""
    place = 0
    for begin, stop, period in sorted(run for length in range(1, LONGEST_LOOP + 1) for run in _runs(words, length)):
        if begin >= place:
            yield begin, stop, period
            place = stop


def _runs(words: Sequence[str], period: int) -> Iterator[tuple[int, int, int]]:
    begin = 0
    for number in range(period, len(words) + 1):
        if number < len(words) and words[number] == words[number - period]:
            continue
        if number - begin >= LEAST_WORDS * period:
            yield begin, number, period
        begin = number - period + 1
