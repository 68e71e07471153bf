"""Minutes as a value, and as the JSON that clients read (document/minutes.schema.json)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from app.kinds.meeting import Meeting
from app.orders import Json
from app.transcript import UNKNOWN_SPEAKER

DOUBTFUL_ITEMS = "items say what their turns do not say; they are marked"
DOUBTFUL_SENTENCES = "sentences of the summary say more than their turns; they are marked"
VERSION = 1  # of the JSON; a change that breaks a client makes another
ItemKind: TypeAlias = Literal["topic", "decision", "action", "question"]
KINDS: tuple[ItemKind, ...] = get_args(ItemKind)


@dataclass(frozen=True)
class Item:
    """One thing that the minutes say, with the numbers of the *turns* that it comes from, in order and never none.

    *unsupported* names what of it the turns do not say. *seconds* is when the first of the turns begins."""

    kind: ItemKind
    text: str
    turns: tuple[int, ...]
    owner: str | None = None
    due: str | None = None
    due_date: str | None = None
    unsupported: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    seconds: float | None = None
    id: int = 0

    def record(self) -> dict[str, Json]:
        told = {"owner": self.owner, "due": self.due, "due_date": self.due_date, "time": clock(self.seconds)}
        return {
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
            **{name: value for name, value in told.items() if value is not None},
            "speakers": list(self.speakers),
            "turns": list(self.turns),
            "unsupported": list(self.unsupported),
        }


def dressed(item: Item, meeting: Meeting) -> Item:
    """*item* with what its turns tell: who spoke, and when."""
    turns = meeting.evidence(item.turns)
    speakers = tuple(dict.fromkeys(turn.speaker for turn in turns if turn.speaker != UNKNOWN_SPEAKER))
    return replace(item, speakers=speakers, seconds=next((turn.start for turn in turns if turn.start is not None), None))


@dataclass(frozen=True)
class Sentence:
    """A sentence of the summary, with the ids of the *items* that it rests on and their turns."""

    text: str
    items: tuple[int, ...]
    turns: tuple[int, ...]
    unsupported: tuple[str, ...] = ()

    def record(self) -> dict[str, Json]:
        return {
            "text": self.text,
            "items": list(self.items),
            "turns": list(self.turns),
            "unsupported": list(self.unsupported),
        }


@dataclass(frozen=True)
class Minutes:
    """The minutes of one meeting. *participants* are names with their number of turns, 0 if only the request names them."""

    title: str
    language: str
    participants: tuple[tuple[str, int], ...]
    items: tuple[Item, ...]
    summary: tuple[Sentence, ...] = ()
    date: str | None = None

    def counts(self) -> dict[str, Json]:
        """How many turns are cited, how many items there are of each kind, and how many say what their turns do not."""
        kinds = Counter(item.kind for item in self.items)
        return {
            "turns_cited": len({number for item in self.items for number in item.turns}),
            "items": {kind: kinds[kind] for kind in KINDS},
            "unsupported": sum(bool(item.unsupported) for item in self.items),
        }

    def warnings(self) -> list[str]:
        """What a reader must know of items and sentences that say more than their turns."""
        items = sum(bool(item.unsupported) for item in self.items)
        sentences = sum(bool(sentence.unsupported) for sentence in self.summary)
        told = ((items, DOUBTFUL_ITEMS), (sentences, DOUBTFUL_SENTENCES))
        return [f"{number} {what}" for number, what in told if number]

    def record(self) -> dict[str, Json]:
        return {
            "version": VERSION,
            "title": self.title,
            **({"date": self.date} if self.date else {}),
            "language": self.language,
            "participants": [{"name": name, "turns": turns} for name, turns in self.participants],
            "summary": [sentence.record() for sentence in self.summary],
            "items": [item.record() for item in self.items],
        }


def so_far(meeting: Meeting, items: Sequence[Item]) -> dict[str, Json]:
    """The part of a job's report that holds minutes which are not finished: the *items* that were found, with
    provisional ids, and no summary."""
    numbered = tuple(replace(item, id=number) for number, item in enumerate(items))
    title, people = meeting.title or meeting.heading, tuple(meeting.participants.items())
    day = meeting.date.isoformat() if meeting.date else None
    return {"minutes": Minutes(title, meeting.language, people, numbered, date=day).record()}


def clock(seconds: float | None) -> str | None:
    """`00:12:04`."""
    if seconds is None:
        return None
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
