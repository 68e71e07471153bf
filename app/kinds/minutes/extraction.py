"""The generative pass: batches of turns become items, each checked against the turns that it cites."""

from __future__ import annotations

from collections.abc import Sequence

from app import prompts
from app.backends.answers.finish_reasons import LENGTH, REPETITION
from app.backends.base import Call, Message
from app.batching import batches
from app.errors import NoRoom
from app.kinds.base import Phase
from app.kinds.languages import is_other
from app.kinds.minutes.answers import NO_JSON, Read, items_in
from app.kinds.minutes.asking import OTHER_LANGUAGE, Asking, in_language, list_of, object_of
from app.kinds.minutes.items import Item, ItemKind, so_far
from app.kinds.sounds import sounds, spoken
from app.kinds.transcripts import record_of, segments
from app.kinds.voids import void_of, why_void
from app.orders import Json
from app.transcript import Turn

SMALLEST_TURN = 16  # tokens; a template that leaves less for a turn is refused
SLACK = 16  # tokens that the joints around a turn may cost


def extracted(asking: Asking, phase: Phase, kinds: Sequence[ItemKind]) -> list[Item]:
    """The items of the whole meeting, in the transcript's order."""
    extraction = Extraction(asking, tuple(kinds))
    plan = extraction.plan()
    asking.tally.add("fillers", len(asking.meeting.turns) - len({turn.source for _, batch in plan for turn in batch}))
    asking.tally.batches += [record_of(step, turns) for step, turns in plan]
    found = asking.side_by_side(
        phase,
        plan,
        lambda _number, batch: extraction.items(*batch),
        lambda finished: so_far(asking.meeting, [item for items in finished for item in items]),
    )
    return [item for items in found for item in items]


class Extraction:
    """One template, filled with batches of turns."""

    def __init__(self, asking: Asking, kinds: tuple[ItemKind, ...]) -> None:
        self._asking = asking
        self._kinds = kinds
        self._template = asking.template("", asking.meeting.pack.extract)

    def plan(self) -> list[tuple[str, Sequence[Turn]]]:
        """The turns in batches that fit the context, each with its step. Raises NoRoom."""
        asking = self._asking
        bare = asking.work.measure(self._messages(()))
        speakers = max(asking.work.count([f"[9999] {name} : " for name in asking.meeting.participants] or [""]))
        room = min(asking.flavor.create_new_turn_after, asking.limit - bare - speakers - SLACK)
        left = asking.limit - bare - speakers
        if room < min(SMALLEST_TURN, asking.flavor.create_new_turn_after):
            raise NoRoom(
                f"the template {self._template.file} leaves no room for a turn: totalContextLength "
                f"{asking.flavor.total_context_length} - maxGenerationLength {asking.flavor.max_generation_length} - template "
                f"{bare} - longest speaker {speakers} = {left} tokens, and a turn needs {SMALLEST_TURN}: shorten "
                "the template or maxGenerationLength, or raise totalContextLength"
            )
        every = asking.meeting.turns.values()
        alone = asking.flavor.max_new_turns == 1  # beside others, sounds cost no call
        turns = list(asking.work.split(spoken(every) if alone and sounds(every) else every, room))
        return [
            (next(steps), batch)
            for steps, stretch in segments(asking.work.order, turns)
            for batch in self._batches(list(stretch), bare)
        ]

    def _batches(self, turns: Sequence[Turn], bare: int) -> list[Sequence[Turn]]:
        cut = batches(
            turns,
            most=self._asking.flavor.max_new_turns,
            room=self._asking.limit,
            costs=self._asking.work.count([str(Numbered(turn)) for turn in turns]),
            measure=lambda head: self._asking.work.measure(self._messages(head)),
            fixed=bare,
        )
        return [batch.turns for batch in cut]

    def items(self, step: str, turns: Sequence[Turn]) -> list[Item]:
        """The items of some turns. A cut answer makes them be asked in two halves; on a single turn what is whole is kept."""
        call = self.call(turns)
        answer = self._asking.ask(step, call)
        if answer.finish_reason in (LENGTH, REPETITION):
            if len(turns) > 1:
                self._asking.tally.add("halved")
                middle = len(turns) // 2
                return self.items(f"{step}/a", turns[:middle]) + self.items(f"{step}/b", turns[middle:])
            self._asking.tally.left_cut(step)
        self._asking.tally.add("turns_sent", len(turns))
        read = self._read(answer.text, turns)
        if read.faults:
            repaired = self._asking.repair(step, call, answer, read.faults)
            if repaired is not None:
                answer, read = repaired, _better(read, self._read(repaired.text, turns))
        if in_language(self._asking.meeting) in read.faults:
            self._asking.tally.at_fault(step, [OTHER_LANGUAGE])
        self._asking.tally.add("dropped", read.dropped)
        is_read = NO_JSON not in read.faults
        self._asking.tally.add("read" if is_read else "unread")
        if not is_read and (not answer.text or void_of(answer)):
            self._asking.tally.said_nothing(step, why_void(answer))
        return list(read.items)

    def _read(self, text: str, turns: Sequence[Turn]) -> Read:
        meeting = self._asking.meeting
        read = items_in(text, [turn.source for turn in turns], meeting, self._kinds)
        if is_other(" ".join(item.text for item in read.items), meeting.language):
            return Read(read.items, read.dropped, (*read.faults, in_language(meeting)))
        return read

    def _messages(self, turns: Sequence[Turn]) -> tuple[Message, ...]:
        return self._asking.messages(self._template, turns=prompts.Lines([Numbered(turn) for turn in turns]))

    def call(self, turns: Sequence[Turn]) -> Call:
        """The call about some turns."""
        return self._asking.call(self._messages(turns), "minutes", self._schema(sorted({turn.source for turn in turns})))

    def _schema(self, batch: Sequence[int]) -> dict[str, Json]:
        """What an answer about the turns of *batch* may be: no other turn, and no other person, can be named."""
        return object_of(
            items=list_of(
                object_of(
                    kind={"type": "string", "enum": list(self._kinds)},
                    text={"type": "string"},
                    turns=list_of({"type": "integer", "enum": list(batch)}, minItems=1),
                    owner={"type": ["string", "null"], "enum": [*self._asking.meeting.participants, None]},
                    due={"type": ["string", "null"]},
                )
            )
        )


class Numbered:
    """A turn that prints with its number: `[17] Ann : text`."""

    def __init__(self, turn: Turn) -> None:
        self.speaker = turn.speaker
        self.text = turn.text
        self.number = turn.source

    def __str__(self) -> str:
        return f"[{self.number}] {self.speaker} : {self.text}"


def _better(first: Read, second: Read) -> Read:
    """The repaired answer, unless it is worse: it lost items without having fewer faults."""
    if len(second.faults) > len(first.faults) or (first.items and not second.items):
        return first
    return second
