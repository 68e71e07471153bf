"""What of a result is stale: the parts that rest on turns which are other ones now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from app.jobs import Job
from app.jobs.basis import Changes, digest
from app.kinds.transcripts import BATCH, heard
from app.orders import Json, Order
from app.transcript import Transcript, shown_turns

PARTS = ("batches", "items", "lines", "sentences", "turns")  # of a result, that may be stale


def digests(job_id: str, transcript: Transcript) -> dict[int, str]:
    """What tells each turn that is not struck from what it was and will be."""
    return {number: digest(job_id, turn) for number, turn in shown_turns(transcript).items()}


def stale_parts(job: Job, order: Order, since: Changes, since_run: Changes) -> dict[str, Json] | None:
    """The parts of the job's result that rest on turns which have changed *since*, and the batches that are asked again, by
    what has changed *since_run*. None if all turns are as the result has them."""
    if job.result is None:
        return None
    transcript = heard(order)
    present = digests(job.id, transcript)
    changed = since.among(present) | _struck(transcript, job.coverage)
    if not changed:
        return None
    minutes = job.coverage.get("minutes") or {}
    lines = job.coverage.get("lines") or ()
    return {
        "batches": _batches(job, order, since_run.among(present)),
        "items": [each["id"] for each in minutes.get("items", ()) if changed & set(each["turns"])],
        "sentences": [number for number, each in enumerate(minutes.get("summary", ())) if changed & set(each["turns"])],
        "lines": [number for number, each in enumerate(lines) if _within(changed, each["turns"])],
        "turns": sorted(changed),
    }


def stale_texts(job: Job) -> Callable[[str], bool]:
    """Whether a text of the job's result rests on turns that have changed; any text does if its turns are not known."""
    stale, coverage = job.stale or {}, job.coverage
    minutes = coverage.get("minutes")
    if minutes is None and not coverage.get("lines"):
        return lambda _: bool(stale)
    named = minutes or {}
    items = (each["text"] for each in named.get("items", ()) if each["id"] in stale.get("items", ()))
    sentences = _at(stale.get("sentences", ()), [each["text"] for each in named.get("summary", ())])
    lines = _at(stale.get("lines", ()), [each["line"] for each in coverage.get("lines") or ()])
    return {*items, *sentences, *lines}.__contains__


def _at(numbers: Iterable[int], texts: Sequence[str]) -> Iterator[str]:
    return (texts[number] for number in numbers if number < len(texts))


def _struck(transcript: Transcript, coverage: Mapping[str, Json]) -> frozenset[int]:
    """The struck turns that minutes cite: those of an earlier release do not tell what they rest on."""
    minutes = coverage.get("minutes") or {}
    entries = (*minutes.get("items", ()), *minutes.get("summary", ()))
    return frozenset(turn.source for turn in transcript.struck) & set(_turns_of(entries))


def _turns_of(entries: Iterable[Mapping[str, Json]]) -> Iterator[int]:
    return chain.from_iterable(each["turns"] for each in entries)


def _batches(job: Job, order: Order, changed: frozenset[int]) -> list[str]:
    """The steps of the batches that are asked again: if each batch is shown the summary so far, all from the first on."""
    batches = job.coverage.get("batches")
    if not batches:
        return [f"turn/{number}" for number in sorted(changed)] if job.coverage.get("mode") == "extractive" else []
    touched = [number for number, each in enumerate(batches) if _within(changed, each["turns"])]
    if touched and order.settings.get("fields") == 2:  # it rolls
        touched = list(range(touched[0], len(batches)))
    return [str(batches[number]["step"]) for number in touched if str(batches[number]["step"]).startswith(BATCH)]


def _within(changed: frozenset[int], span: tuple[int, int]) -> bool:
    return any(span[0] <= number <= span[1] for number in changed)
