"""Corrections of a transcript: what a request asks for, and what becomes of the job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.errors import BadParameter, nearest
from app.jobs import Job
from app.jobs.edits import Correction, Edited
from app.kinds.transcripts import CUTS
from app.meetings.renaming import with_names
from app.meetings.staleness import digests
from app.meetings.transcripts import MeetingTranscript
from app.orders import NAMES, Json, Order
from app.transcript import Transcript, TurnChange, changed_turns, corrected, plain, renamed

MOST_CHANGES = 10_000  # turns of one request
A_CHANGE = '{"number": 17, "text": "…"}'
LONGEST_NAME = 200  # characters
LONGEST_TEXT = 100_000  # characters of a turn
KEYS = ("number", "text", "speaker", "struck")


@dataclass(frozen=True)
class Asked:
    """What a request asks for: other names for speakers, by their present names, and changes of turns."""

    speakers: Mapping[str, str] = field(default_factory=dict)
    turns: tuple[TurnChange, ...] = ()

    @classmethod
    def of(cls, body: Mapping[str, Json]) -> Asked:
        """Raises BadParameter, which names the place."""
        for name in body:
            if name not in ("speakers", "turns"):
                raise BadParameter(str(name)[:LONGEST_NAME], "is not known here; there are speakers and turns")
        asked = cls(dict(_speakers(body.get("speakers", {}))), tuple(_turns(body.get("turns", []))))
        if (void := next((at for at, turn in enumerate(asked.turns) if turn == TurnChange(turn.number)), None)) is not None:
            raise BadParameter(f"turns.{void}", f"says nothing to change: give one of {', '.join(KEYS[1:])}")
        if not asked.speakers and not asked.turns:
            raise BadParameter("turns", 'say what to change, as in {"speakers": {"SPEAKER_00": "Ann"}} or {"turns": […]}')
        return asked


def _speakers(given: Json) -> Iterator[tuple[str, str]]:
    if not isinstance(given, dict):
        raise BadParameter("speakers", "must be an object of present names and new ones")
    for old, new in given.items():
        yield old, _name(f"speakers.{old[:LONGEST_NAME]}", new)


def _name(where: str, given: Json) -> str:
    name = " ".join(plain(given).split()) if isinstance(given, str) else ""
    if not name or len(name) > LONGEST_NAME:
        raise BadParameter(where, f"must be a name of 1 to {LONGEST_NAME} characters")
    return name


def _turns(given: Json) -> Iterator[TurnChange]:
    if not isinstance(given, list) or len(given) > MOST_CHANGES:
        raise BadParameter("turns", f"must be a list of at most {MOST_CHANGES} changes such as {A_CHANGE}")
    seen: set[int] = set()
    for place, each in enumerate(given):
        change = _turn(f"turns.{place}", each)
        if change.number in seen:
            raise BadParameter(f"turns.{place}.number", f"{change.number} is changed twice: send one change of each turn")
        seen.add(change.number)
        yield change


def _turn(where: str, given: Json) -> TurnChange:
    if not isinstance(given, dict) or not isinstance(given.get("number"), int) or isinstance(given["number"], bool):
        raise BadParameter(where, f"must be an object such as {A_CHANGE}")
    for name in given:
        if name not in KEYS:
            raise BadParameter(f"{where}.{name[:LONGEST_NAME]}", f"is not known; there are {', '.join(KEYS)}")
    text, speaker, struck = (given.get(name) for name in KEYS[1:])
    if struck is not None and not isinstance(struck, bool):
        raise BadParameter(f"{where}.struck", "must be true or false")
    return TurnChange(
        given["number"],
        None if text is None else _text(f"{where}.text", text),
        None if speaker is None else _name(f"{where}.speaker", speaker),
        struck,
    )


def _text(where: str, given: Json) -> str:
    text = " ".join(plain(given).split()) if isinstance(given, str) else ""
    if not text or len(text) > LONGEST_TEXT:
        raise BadParameter(where, f"must be 1 to {LONGEST_TEXT} characters; strike a turn that is to have none")
    return text


def correction_of(asked: Asked, meeting: MeetingTranscript) -> Correction:
    """What becomes of a job. Raises BadParameter for speakers and turns that there are not."""
    job, order, before = meeting.job, meeting.order, meeting.transcript
    _refuse_unknown(asked, meeting)
    labels = meeting.labels()
    names = renamed(meeting.names, labels, asked.speakers)
    after = corrected(before, _labelled(asked.turns, labels, names))
    options = {**order.options, NAMES: names, **_cuts(job)}
    content = order.content if after == before else after.stored()
    made = replace(order, text=content, options=options)
    return Correction(made, _former(job.id, before, after), _renamed(asked, meeting, made))


def _former(job_id: str, before: Transcript, after: Transcript) -> dict[int, str]:
    """Digests of the turns that are other ones in *after*, as they were *before*."""
    were = digests(job_id, before)
    return {number: were.get(number, "") for number in changed_turns(before, after)}


def _refuse_unknown(asked: Asked, meeting: MeetingTranscript) -> None:
    present = [meeting.names.get(label, label) for label in meeting.labels()]
    for name in asked.speakers:
        if name not in present:
            raise BadParameter(
                f"speakers.{name[:LONGEST_NAME]}",
                f"nobody is called so; there are {', '.join(present)}{nearest(name, present)}",
            )
    total = len(meeting.transcript.all_turns)
    for place, change in enumerate(asked.turns):
        if not 0 <= change.number < total:
            raise BadParameter(
                f"turns.{place}.number", f"there is no turn {change.number}: they go from 0 to {total - 1}; give one of these"
            )


def _labelled(turns: Iterable[TurnChange], labels: Iterable[str], names: Mapping[str, str]) -> Iterator[TurnChange]:
    """The changes with labels instead of names: models see those that they have seen before."""
    by_name: dict[str, str] = {}
    for label in labels:
        by_name.setdefault(names.get(label, label), label)
    for change in turns:
        if change.speaker is None:
            yield change
            continue
        label = by_name.get(change.speaker, change.speaker)
        if names.get(label, label) != change.speaker:
            raise BadParameter("turns", f"{label} is called {names[label]} now: name the speaker of turn {change.number} so")
        yield replace(change, speaker=label)


def _cuts(job: Job) -> dict[str, Json]:
    """Where the batches of the job's last run began; what an earlier run left stays if the last one tells none."""
    batches = job.coverage.get("batches")
    return {CUTS: [[each["step"], each["turns"][0], each["part"]] for each in batches]} if batches else {}


def _renamed(asked: Asked, meeting: MeetingTranscript, order: Order) -> Edited | None:
    """The result of the job with the names that *order* has; None if none has changed."""
    job = meeting.job
    if job.result is None or all(old == new for old, new in asked.speakers.items()):
        return None
    return with_names(order, job.result, job.coverage, asked.speakers)
