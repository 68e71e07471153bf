"""The transcript as subtitles: SRT and WebVTT, with the speakers as they are named now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from app.documents.cleaning import clean
from app.documents.sources import Source
from app.errors import JobConflict
from app.transcript import UNKNOWN_SPEAKER, Turn

SHORTEST = 0.2  # seconds of a cue whose end is not known, or not behind its beginning
LAST = 3.0  # seconds of a cue after which nothing is known
_MARKUP = re.compile(r"<(?=[a-zA-Z/!])|\{(?=\\)")  # what players take for markup in SRT, which has no way to escape it


@dataclass(frozen=True)
class Cue:
    """Words from *start* to *end*, in seconds. *speaker* is empty if nobody is named."""

    start: float
    end: float
    speaker: str
    text: str


def srt(source: Source) -> bytes:
    """Raises JobConflict if the transcript has no times."""
    return "".join(
        f"{number}\n{_time(cue.start, ',')} --> {_time(cue.end, ',')}\n{_plain(cue)}\n\n"
        for number, cue in enumerate(cues(source), 1)
    ).encode()


def vtt(source: Source) -> bytes:
    """Raises JobConflict if the transcript has no times."""
    told = (f"{_time(cue.start, '.')} --> {_time(cue.end, '.')}\n{_voiced(cue)}\n" for cue in cues(source))
    return "\n".join(["WEBVTT\n", *told]).encode()


def cues(source: Source) -> list[Cue]:
    """One cue for each time that the recogniser gave. A turn without times stands between its neighbours.

    Raises JobConflict if there is no time at all."""
    turns = source.transcript.turns
    if all(turn.start is None for turn in turns):
        raise JobConflict(
            f"the transcript of {source.job.id} has no times: subtitles need them; export it as md or html instead"
        )
    return list(_timed([piece for turn in turns for piece in _pieces(turn)]))


def _pieces(turn: Turn) -> Iterator[Turn]:
    """The parts of a turn between the places at which the recogniser gave a time."""
    places = [place for place, _ in turn.marks if 0 < place < len(turn.text)]
    for first, stop in zip([0, *places], [*places, len(turn.text)], strict=True):
        if turn.text[first:stop].strip():
            yield turn.between(first, stop)


def _timed(pieces: Sequence[Turn]) -> Iterator[Cue]:
    begins = _filled([piece.start for piece in pieces])
    for number, piece in enumerate(pieces):
        start = begins[number]
        following = begins[number + 1] if number + 1 < len(begins) else start + LAST
        end = piece.end if piece.end is not None and piece.end > start else max(following, start + SHORTEST)
        speaker = "" if piece.speaker == UNKNOWN_SPEAKER else clean(piece.speaker)
        yield Cue(start, end, speaker, clean(piece.text).replace("-->", "→"))


def _filled(times: Sequence[float | None]) -> list[float]:
    """The times, each missing one that of the one before, and none earlier than the one before."""
    last = 0.0
    found = []
    for time in times:
        last = last if time is None else max(time, last)
        found.append(last)
    return found


def _time(seconds: float, mark: str) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}{mark}{whole % 1000:03}"


def _plain(cue: Cue) -> str:
    told = f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text
    return _MARKUP.sub(lambda found: "‹" if found[0] == "<" else "(", told).replace("-->", "→")


def _voiced(cue: Cue) -> str:
    text = escape(cue.text, quote=False)
    speaker = escape(cue.speaker, quote=False).replace("--&gt;", "→")
    return f"<v {speaker}>{text}" if speaker else text
