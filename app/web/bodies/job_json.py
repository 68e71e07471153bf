"""Jobs as JSON for operators, without transcripts and prompts unless they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeAlias

from app.catalog.folder import digest
from app.jobs import CallRecord, Job
from app.orders import Order
from app.transcript import characters

Record: TypeAlias = dict[str, Any]
MINUTES = "minutes"  # the part of a coverage that holds the minutes as JSON
TOKENS = ("prompt", "completion", "cached")
OF_THE_FLAVOR = frozenset({"system"})  # may be the request's own words


def brief(job: Job) -> Record:
    """Where a job stands. `error`, `trouble` and a failover are there if there is one."""
    told: Record = {
        "stale": job.stale,
        "error": job.error,
        "trouble": job.trouble,
        "original_flavor": job.original_flavor,
        "failover": job.failover,
        "replayOf": job.replay_of,
    }
    return {
        "jobId": job.id,
        "service": job.service,
        "flavor": job.flavor,
        "kind": job.kind,
        "backend": job.backend,
        "status": str(job.status),
        "priority": job.priority,
        "created": time(job.created),
        "started": time(job.started),
        "finished": time(job.finished),
        "attempts": job.attempts,
        "progress": {"phase": job.phase, "done": job.done, "total": job.total, "percent": round(job.percent, 2)},
        "tokens": _tokens(job),
        **{name: value for name, value in told.items() if value},
    }


def full(job: Job, order: Order, calls: Iterable[CallRecord], *, texts: bool = False) -> Record:
    """Everything about a job except its content and the prompts; the lines of a summary and minutes are included, and the
    service's files if *texts* says so."""
    return {
        **brief(job),
        "owner": job.worker,
        "version": job.version,
        "generation": job.generation,
        "order": _order(order),
        "versions": _versions(order, texts=texts),
        "coverage": _coverage(job.coverage),
        **({"catalogStale": order.stale} if order.stale else {}),
        **({MINUTES: job.coverage[MINUTES]} if MINUTES in job.coverage else {}),
        "calls": [_call(call) for call in calls],
    }


def _order(order: Order) -> Record:
    return {
        "template": order.template,
        "settings": dict(order.settings),
        "flavor": {name: value for name, value in order.flavor.items() if name not in OF_THE_FLAVOR},
        "options": sorted(order.options),
        "characters": characters(order.content),
    }


def _versions(order: Order, *, texts: bool) -> Record:
    """A digest of the templates and of the manifest as they were for this job, which tells versions apart."""
    templates = dict(sorted(order.templates.items()))
    told: Record = {"templates": {"digest": digest([part for pair in templates.items() for part in pair])}, "manifest": None}
    if order.version:
        told["service"] = {"digest": order.version}
    if order.manifest:
        told["manifest"] = {"digest": digest([order.manifest])}
    if texts:
        told["templates"]["texts"] = templates
        if told["manifest"]:
            told["manifest"]["text"] = order.manifest
    return told


def _coverage(coverage: Any) -> Record:
    """The coverage report without the minutes, which stand beside it; each line of a summary with its text and kind."""
    lines = [_line(line) for line in coverage.get("lines", ())]
    report = {name: value for name, value in coverage.items() if name != MINUTES}
    return {**report, **({"lines": lines} if "lines" in coverage else {})}


def _line(line: Record) -> Record:
    """A line as the result has it; `reduced` if it was made from notes, and a `note` of the turns otherwise."""
    kind = "reduced" if str(line.get("step", "")).startswith("reduce") else "note"
    told = {name: value for name, value in line.items() if name != "line"}
    return {"text": line.get("line", ""), "kind": kind, **told}


def _call(call: CallRecord) -> Record:
    kept = asdict(call)
    for name in TOKENS:
        del kept[f"{name}_tokens"]
    return {**kept, "created": time(call.created), "seconds": round(call.seconds, 3), "tokens": _tokens(call)}


def _tokens(of: Job | CallRecord) -> dict[str, int]:
    return {name: getattr(of, f"{name}_tokens") for name in TOKENS}


def time(moment: datetime | None) -> str | None:
    """In UTC, to the millisecond."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
