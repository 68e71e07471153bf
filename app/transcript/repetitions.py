"""What captions and recognisers say more than once: rolling captions, and one line again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from app.transcript.formats.base import Passage
from app.transcript.turn import Utterance

LEAST_LINES = 10  # times that a line is said in a row before it is taken for a recogniser's loop
LEAST_WORDS = 30  # times that a few words are said in a row, within one text
LONGEST_LOOP = 12  # words of such a loop
_ROLLING_SHARE = 0.3  # of the captions begin with what the caption before ended with
_LEAST_OVERLAP = 2  # words; a single one is often said twice


# Rolling captions


def unrolled(passages: Sequence[Passage]) -> tuple[tuple[Passage, ...], int]:
    """The *passages* without the lines that each shows again from the one before, and how many lines those are.

    Nothing is taken away unless the whole file rolls: people say a thing twice."""
    cleaned = [_cleaned(passage) for passage in passages]
    if not _rolls(cleaned):
        return tuple(passages), 0
    kept: list[Passage] = []
    taken = 0
    shown: tuple[str, ...] = ()
    for passage in cleaned:
        fresh = _fresh(shown, passage.lines)
        taken += len(passage.lines) - len([line for line in fresh if line in passage.lines])
        shown = passage.lines or shown
        if fresh:
            kept.append(replace(passage, lines=fresh))
    return tuple(kept), taken


def _cleaned(passage: Passage) -> Passage:
    return replace(passage, lines=tuple(line for each in passage.lines if (line := " ".join(each.split()))))


def _rolls(passages: Sequence[Passage]) -> bool:
    spoken = [passage for passage in passages if passage.lines]
    again = sum(1 for before, now in pairwise(spoken) if _is_repeated(before, now))
    return len(spoken) > 3 and again >= _ROLLING_SHARE * (len(spoken) - 1)


def _is_repeated(before: Passage, now: Passage) -> bool:
    """Whether *now* begins with at least two words that *before* showed last, and follows at once."""
    if before.speaker != now.speaker or (before.end is not None and now.start is not None and now.start > before.end + 1):
        return False
    fresh = _fresh(before.lines, now.lines)
    return sum(len(line.split()) for line in now.lines) - sum(len(line.split()) for line in fresh) >= _LEAST_OVERLAP


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


def said_once(utterances: Sequence[Utterance]) -> tuple[list[Utterance], int]:
    """The *utterances*, and how many of them are left out: a line that comes at least LEAST_LINES times in a row is said once,
    with its count."""
    kept: list[Utterance] = []
    left_out = 0
    first = 0
    while first < len(utterances):
        stop = first + 1
        while stop < len(utterances) and _same(utterances[first], utterances[stop]):
            stop += 1
        if stop - first >= LEAST_LINES:
            text = f"{utterances[first].text} (×{stop - first})"
            kept.append(replace(utterances[first], text=text, end=utterances[stop - 1].end))
            left_out += stop - first - 1
        else:
            kept += utterances[first:stop]
        first = stop
    looped = [_without_loops(each) for each in kept]
    return [each for each, _ in looped], left_out + sum(number for _, number in looped)


def _same(one: Utterance, other: Utterance) -> bool:
    return one.text == other.text and one.speaker == other.speaker


def _without_loops(utterance: Utterance) -> tuple[Utterance, int]:
    """*utterance* with each loop of a few words in it said once, with its count."""
    words = utterance.text.split()
    if len(words) < LEAST_WORDS:
        return utterance, 0
    kept: list[str] = []
    left_out = place = 0
    for begin, stop, period in _loops(words):
        times = (stop - begin) // period
        kept += [*words[place : begin + period], f"(×{times})"]
        left_out += times - 1
        place = begin + times * period
    return (replace(utterance, text=" ".join([*kept, *words[place:]])), left_out) if left_out else (utterance, 0)


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
