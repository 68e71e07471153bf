"""The transcript of a job as people see it: its turns by number, with the names that they gave to the speakers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.errors import JobConflict
from app.jobs import Job
from app.jobs.shares import Share
from app.kinds.base import Kind
from app.kinds.languages import detected
from app.kinds.transcripts import heard
from app.orders import NAMES, Json, Order
from app.transcript import UNKNOWN_SPEAKER, Transcript, Turn, named


@dataclass(frozen=True)
class MeetingTranscript:
    """The transcript of one job. *names* are what people call the labels of the upload."""

    job: Job
    order: Order
    transcript: Transcript
    names: Mapping[str, str]

    @classmethod
    def of(cls, job: Job, order: Order, kinds: Mapping[str, Kind]) -> MeetingTranscript:
        """Raises JobConflict if the job works on something else."""
        kind = kinds.get(job.kind)
        if kind is None or not kind.GROWS:
            able = ", ".join(name for name, each in kinds.items() if each.GROWS)
            raise JobConflict(
                f"{job.id} is a job of the kind {job.kind}: only those of the kinds {able} have a transcript; choose such a job"
            )
        return cls(job, order, heard(order), order.options.get(NAMES, {}))

    @cached_property
    def language(self) -> str:
        """The language that is spoken, as the job found or the request said."""
        told = self.job.coverage.get("transcript_language") or self.order.options.get("language")
        return str(told) if told and told != "auto" else detected(" ".join(turn.text for turn in self.transcript.turns))

    def speaker(self, turn: Turn) -> str:
        return named(turn, self.names)

    def speakers(self) -> list[dict[str, Json]]:
        """Who speaks, in the order of their first words, each with the first label of the upload that is theirs."""
        found: dict[str, dict[str, Json]] = {}
        for label, turns in self.transcript.speakers.items():
            name = self.names.get(label, label)
            entry = found.setdefault(name, {"name": name, "label": label, "turns": 0})
            entry["turns"] += turns
        return list(found.values())

    def labels(self) -> tuple[str, ...]:
        """All labels that the turns carry, those of struck turns among them."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.transcript.all_turns if turn.speaker != UNKNOWN_SPEAKER))

    def record(self, first: int, last: int | None) -> dict[str, Json]:
        """The JSON of the whole, with the turns from *first* to *last*."""
        struck = {turn.source for turn in self.transcript.struck}
        every = self.transcript.all_turns
        shown = every[first : None if last is None else last + 1]
        return {
            "jobId": self.job.id,
            "version": self.job.content_version,
            "language": self.language,
            "stale": bool(self.job.stale),
            "total": len(every),
            "speakers": self.speakers(),
            "turns": [self.turn_record(turn, struck=turn.source in struck) for turn in shown],
        }

    def turn_record(self, turn: Turn, *, struck: bool) -> dict[str, Json]:
        return {
            "number": turn.source,
            "speaker": self.speaker(turn),
            "text": turn.text,
            "start": turn.start,
            "end": turn.end,
            "struck": struck,
        }


@dataclass(frozen=True)
class SharedMeeting:
    """What a share shows: one job and its transcript."""

    share: Share
    transcript: MeetingTranscript

    @property
    def job(self) -> Job:
        return self.transcript.job

    @property
    def order(self) -> Order:
        return self.transcript.order
