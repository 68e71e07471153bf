"""The lines of a summary: parsed from answers, shown to the model again, consolidated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.orders import Json
from app.transcript import UNKNOWN_SPEAKER, Turn, stream


@dataclass(frozen=True)
class Line:
    """One line of a summary, and the turns of the transcript (*first* to *last*, from 0) that it was made from.

    *gap* says that an empty line stood before it, which Markdown needs. *start* and *end* are the seconds of the recording that
    those turns cover, None if the transcript gives no times. *confirmed* says that the speaker speaks in those turns."""

    speaker: str
    text: str
    first: int
    last: int
    step: str
    gap: bool = False
    start: float | None = None
    end: float | None = None
    confirmed: bool = True

    def __str__(self) -> str:
        return f"{self.speaker} : {self.text}" if self.speaker else self.text

    def record(self) -> dict[str, Json]:
        times = {"start": self.start, "end": self.end}
        known = {name: time for name, time in times.items() if time is not None}
        named = {"speaker": self.speaker} if self.speaker and self.confirmed else {}
        return {"line": str(self), **named, "turns": [self.first, self.last], **known, "step": self.step}


def lines_of(answer: str, sources: Sequence[Turn | Line], step: str) -> tuple[Line, ...]:
    """The lines of *answer*, each made from *sources*."""
    first, last = span(sources)
    start, end = times(sources)
    made: list[Line] = []
    gap = False
    for line in map(str.rstrip, answer.split("\n")):
        if line:
            made.append(Line(*_spoken(line), first, last, step, gap, start, end))
        gap = not line
    return tuple(made)


def with_our_speakers(lines: Iterable[Line], sources: Sequence[Turn | Line]) -> tuple[Line, ...]:
    """*lines*, of which those are confirmed whose speaker speaks in *sources*; another name is only what the model writes."""
    ours = {each.speaker for each in sources if isinstance(each, Turn) or each.confirmed}
    return tuple(replace(line, confirmed=line.speaker in ours) for line in lines)


def span(sources: Sequence[Turn | Line]) -> tuple[int, int]:
    """The numbers of the first and the last turn of the transcript behind *sources*."""
    if not sources:
        return (0, 0)
    firsts = (each.source if isinstance(each, Turn) else each.first for each in sources)
    lasts = (each.source if isinstance(each, Turn) else each.last for each in sources)
    return min(firsts), max(lasts)


def times(sources: Sequence[Turn | Line]) -> tuple[float | None, float | None]:
    """When what is behind *sources* was begun and ended to be said, in seconds, as far as the transcript tells."""
    starts = [each.start for each in sources if each.start is not None]
    ends = [end for each in sources if (end := each.start if each.end is None else each.end) is not None]
    return min(starts, default=None), max(ends, default=None)


def _spoken(line: str) -> tuple[str, str]:
    """Speaker and text of one line; no speaker where the line names none, and the line is then kept as it is."""
    turns = list(stream([line]))
    if len(turns) != 1 or turns[0].speaker == UNKNOWN_SPEAKER:
        return "", line
    return turns[0].speaker, turns[0].text


def consolidated(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with consecutive ones of one speaker merged; lines without a speaker stay alone."""
    held: Line | None = None
    for line in lines:
        if held is not None and held.speaker and held.speaker == line.speaker:
            (first, last), (start, end) = span([held, line]), times([held, line])
            held = replace(held, text=f"{held.text} {line.text}", first=first, last=last, start=start, end=end)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


class Growing:
    """Lines to which more are added, and their texts at any moment. One thread adds; any thread may make a text."""

    def __init__(self) -> None:
        self._lines: list[Line] = []

    def add(self, lines: Iterable[Line]) -> Callable[[], str]:
        """Adds *lines*; the result makes the text of all lines up to these, however many are added later."""
        self._lines.extend(lines)
        number = len(self._lines)
        return lambda: text_of(self._lines[:number])

    def last(self, most: int) -> tuple[Line, ...]:
        return tuple(self._lines[max(len(self._lines) - most, 0) :])

    def all(self) -> tuple[Line, ...]:
        return tuple(self._lines)


def text_of(lines: Iterable[Line]) -> str:
    return "\n".join(f"\n{line}" if line.gap else str(line) for line in lines).strip()
