"""What the kinds that work on a transcript have in common: how it is accepted, and how its job reads it again."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, groupby, islice

from app.errors import BadParameter, MissingParameter
from app.kinds.base import Form, Result
from app.orders import NAMES, Json, Order
from app.transcript import Renaming, StoredTranscript, Transcript, Turn, named, parse

CUTS = "cuts"  # the option of an order that was corrected: where the batches of its last run began
AHEAD = 500  # turns that are read before the first is asked
LONGEST_TITLE = 100  # characters of what the name of a file calls a meeting
_ENDING = re.compile(r"(?:\.transcript|\.[a-z]{2})?\.[a-z][^\s.]{0,9}$", re.IGNORECASE)
_NO_TITLES = frozenset({"blob", "file", "transcript", "content", "upload", "untitled", "stdin"})  # names that programs give
_JOINERS = "\u200c\u200d"  # of Persian and Indian scripts: letters of a name
BATCH = "batch/"  # what the step of a batch begins with


def accepted(form: Form, speakers: Sequence[str], others: Sequence[str] = ()) -> str:
    """The transcript of a request, read, in the form in which a job stores it. *speakers* and *others* are names of speakers
    even if they do not look like it; of turns that are added to a job, its speakers so far are known too.

    Raises MissingParameter, BadParameter, BadContent."""
    known = Transcript.restored(form.so_far, speakers).speakers if form.so_far else ()
    return parse(_content(form), [*speakers, *others, *known]).stored()


def file_title(file: str) -> str:
    """What the name of an uploaded *file* calls its meeting, on one line without folders and ending; empty if none."""
    name = _ENDING.sub("", re.split(r"[/\\]", file)[-1]).replace("_", " ")
    shown = "".join(each if each.isprintable() or each in _JOINERS else " " for each in name)
    text = " ".join(shown.split())[:LONGEST_TITLE].rstrip()
    return text if text.casefold() not in _NO_TITLES and "\ufffd" not in text and any(map(str.isalnum, text)) else ""


def heard(order: Order) -> Transcript:
    """The transcript of *order* as it was accepted, with what was added to it since."""
    return Transcript.restored(order.text, order.options.get("speakers", ()))


def stored(order: Order) -> StoredTranscript:
    """As `heard`, and no turn is kept."""
    return StoredTranscript.of(order.text, order.options.get("speakers", ()))


def renamed(order: Order, result: Result) -> Result:
    """*result* with the names that people gave to the speakers of *order* since: the model has seen their labels."""
    names = order.options.get(NAMES)
    if not names:
        return result
    transcript = heard(order)
    renaming = Renaming(names, transcript.turns)
    return Result(
        renaming.text(result.text, transcript.speakers), renaming.coverage(result.coverage), result.body, result.answer
    )


def as_named(order: Order) -> Order:
    """*order* with a transcript in which the speakers have the names that people gave them."""
    names = order.options.get(NAMES)
    if not names:
        return order
    transcript = heard(order)
    turns, struck = (
        tuple(replace(turn, speaker=named(turn, names)) for turn in each) for each in (transcript.turns, transcript.struck)
    )
    return replace(order, text=replace(transcript, turns=turns, struck=struck).stored())


class TurnStream:
    """Turns that are read while batches of them are already asked, and how many there will be. *characters* are those of all
    turns together."""

    def __init__(self, turns: Iterable[Turn], characters: int, *, ahead: int = AHEAD) -> None:
        self.read = 0
        self._turns = iter(turns)
        self._ahead: deque[Turn] = deque()
        self._most_ahead = ahead
        self._characters = characters
        self._seen = 0  # characters
        self._is_whole = False  # whether the last turn was read
        self._told = (0, 0)
        self._look_ahead()  # a transcript of no more turns is known from the beginning

    def __iter__(self) -> Iterator[Turn]:
        while self._ahead:
            self.read += 1
            yield self._ahead.popleft()
            self._look_ahead()

    def _look_ahead(self) -> None:
        for turn in islice(self._turns, self._most_ahead - len(self._ahead)):
            self._ahead.append(turn)
            self._seen += len(turn.glue) + len(turn.text)
        self._is_whole = len(self._ahead) < self._most_ahead

    def total(self, done: int) -> int:
        """About how many turns there are, told when *done* of them are; the share that is done never falls.

        Exact once all are read."""
        known = self.read + len(self._ahead)
        total = known if self._is_whole else round(known * self._characters / self._seen)
        before, told = self._told
        total = max(done, min(total, done * told // before) if before else total)
        self._told = done, total
        return total


def record_of(step: str, turns: Sequence[Turn]) -> dict[str, Json]:
    """A batch as the coverage of a job tells it: its step, its first and last turn, and the part with which it begins."""
    return {"step": step, "turns": [turns[0].source, turns[-1].source], "part": turns[0].part}


def segments(order: Order, turns: Iterable[Turn]) -> Iterator[tuple[Iterator[str], Iterator[Turn]]]:
    """The turns as they have to be cut into batches, each stretch with the names of its steps. Each stretch is to be read
    before the next one is asked for.

    It is one stretch, unless the transcript was corrected after a run: then each batch of that run is one, so that a turn
    that got longer or was struck changes its own batch and leaves the calls of the others as they were."""
    cuts = [(str(step), (int(source), int(part))) for step, source, part in order.options.get(CUTS, ())]
    if not cuts:
        yield (f"{BATCH}{number}" for number in count()), iter(turns)
        return
    last = max(int(step.removeprefix(BATCH).partition(".")[0]) for step, _ in cuts)
    begins = [begin for _, begin in cuts[1:]]
    for number, stretch in groupby(turns, lambda turn: bisect_right(begins, (turn.source, turn.part))):
        yield _further(cuts[number][0], None if number < len(begins) else last), stretch


def _further(step: str, last: int | None) -> Iterator[str]:
    """*step*, then what further batches of its stretch are called; at the end of the transcript they are numbered on from
    *last*."""
    yield step
    yield from (f"{step}.{number}" if last is None else f"{BATCH}{last + number}" for number in count(1))


def _content(form: Form) -> bytes | str:
    given = form.content if form.content is not None else form.fields.get("content")
    if given is not None and not isinstance(given, bytes | str):
        raise BadParameter("content", "must be the text of a transcript")
    if not given or not given.strip():
        raise MissingParameter("content")
    return given
