"""The lines of a summary: parsed from answers, shown to the model again, consolidated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.orders import Json
from app.transcript import UNKNOWN_SPEAKER, Turn, read


@dataclass(frozen=True)
class Line:
    """One line of a summary, and the turns of the transcript (*first* to *last*, from 0) that it was made from.

    *gap* says that an empty line stood before it, which Markdown needs."""

    speaker: str
    text: str
    first: int
    last: int
    step: str
    gap: bool = False

    def __str__(self) -> str:
        return f"{self.speaker} : {self.text}" if self.speaker else self.text

    def record(self) -> dict[str, Json]:
        return {"line": str(self), "turns": [self.first, self.last], "step": self.step}


def lines_of(answer: str, sources: Sequence[Turn | Line], step: str) -> tuple[Line, ...]:
    """The lines of *answer*, each made from *sources*."""
    first, last = span(sources)
    made: list[Line] = []
    gap = False
    for line in map(str.rstrip, answer.split("\n")):
        if line:
            made.append(Line(*_spoken(line), first, last, step, gap))
        gap = not line
    return tuple(made)


def span(sources: Sequence[Turn | Line]) -> tuple[int, int]:
    """The numbers of the first and the last turn of the transcript behind *sources*."""
    if not sources:
        return (0, 0)
    firsts = (each.source if isinstance(each, Turn) else each.first for each in sources)
    lasts = (each.source if isinstance(each, Turn) else each.last for each in sources)
    return min(firsts), max(lasts)


def _spoken(line: str) -> tuple[str, str]:
    """Speaker and text of one line; no speaker where the line names none, and the line is then kept as it is."""
    turns = read(line)
    if len(turns) != 1 or turns[0].speaker == UNKNOWN_SPEAKER:
        return "", line
    return turns[0].speaker, turns[0].text


def consolidated(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines with consecutive ones of one speaker merged; lines without a speaker stay alone."""
    held: Line | None = None
    for line in lines:
        if held is not None and held.speaker and held.speaker == line.speaker:
            held = replace(
                held, text=f"{held.text} {line.text}", first=min(held.first, line.first), last=max(held.last, line.last)
            )
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def text_of(lines: Iterable[Line]) -> str:
    return "\n".join(f"\n{line}" if line.gap else str(line) for line in lines).strip()
