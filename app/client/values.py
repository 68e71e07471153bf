"""What the gateway answers, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]

FINAL = ("complete", "error", "cancelled")


@dataclass(frozen=True)
class Progress:
    """How far a job is. *total* is 0 until it is known."""

    phase: str = ""
    done: int = 0
    total: int = 0
    percent: float = 0.0


@dataclass(frozen=True)
class Tokens:
    """What a job has used so far."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


@dataclass(frozen=True)
class Job:
    """A job at one moment. *status* is queued, processing, complete, error or cancelled. *text* is the text so far, if an event
    brought it; *error* says why the job failed, *trouble* why it waits. *body* is the gateway's own answer."""

    id: str
    service: str
    flavor: str
    status: str
    progress: Progress = Progress()
    tokens: Tokens = Tokens()
    created: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    error: str = ""
    trouble: str = ""
    text: str | None = None
    body: Json = field(default_factory=dict, repr=False, compare=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen, unless somebody tries the job again."""
        return self.status in FINAL


@dataclass(frozen=True)
class Result:
    """What a complete job made. *coverage* tells which turns each line of a summary came from; *minutes* is None for other
    services."""

    job: Job
    text: str
    coverage: Json = field(default_factory=dict, repr=False)
    minutes: Json | None = field(default=None, repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the result should know."""
        return tuple(map(str, self.coverage.get("warnings") or ()))


@dataclass(frozen=True)
class Action:
    """An action of some minutes: who does what until when. *item* is its number there; *done* is when somebody marked it. Its
    turns do not say what is *unsupported*; one of them was corrected since if it is *stale*."""

    job: str
    item: int
    text: str
    service: str = ""
    title: str = ""
    owner: str = ""
    due: str = ""
    done: datetime | None = None
    unsupported: tuple[str, ...] = ()
    stale: bool = False
    body: Json = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class Service:
    """A service, as its manifest describes it."""

    name: str
    route: str
    type: str
    flavors: tuple[str, ...]
    description: Mapping[str, str] = field(default_factory=dict)
    manifest: Json = field(default_factory=dict, repr=False, compare=False)


def job_of(body: Json) -> Job:
    """The job that an answer of the gateway describes."""
    progress, tokens = body.get("progress") or {}, body.get("tokens") or {}
    return Job(
        id=str(body["jobId"]),
        service=str(body["service"]),
        flavor=str(body["flavor"]),
        status=str(body["status"]),
        progress=Progress(
            str(progress.get("phase") or ""),
            int(progress.get("done") or 0),
            int(progress.get("total") or 0),
            float(progress.get("percent") or 0.0),
        ),
        tokens=Tokens(*(int(tokens.get(name) or 0) for name in ("prompt", "completion", "cached"))),
        created=_moment(body.get("created")),
        started=_moment(body.get("started")),
        finished=_moment(body.get("finished")),
        error=str(body.get("error") or ""),
        trouble=str(body.get("trouble") or ""),
        text=body.get("text"),
        body=body,
    )


def action_of(body: Json) -> Action:
    """The action that an answer of the gateway describes."""
    service, title, owner, due = (str(body.get(name) or "") for name in ("service", "title", "owner", "due"))
    return Action(
        job=str(body["jobId"]),
        item=int(body["item"]),
        text=str(body["text"]),
        service=service,
        title=title,
        owner=owner,
        due=due,
        done=_moment(body.get("done")),
        unsupported=tuple(map(str, body.get("unsupported") or ())),
        stale=bool(body.get("stale")),
        body=body,
    )


def service_of(manifest: Json) -> Service:
    """The service that a manifest describes."""
    described = manifest.get("description")
    return Service(
        name=str(manifest["name"]),
        route=str(manifest.get("route") or manifest["name"]),
        type=str(manifest.get("type") or ""),
        flavors=tuple(str(flavor["name"]) for flavor in manifest.get("flavor") or ()),
        description=described if isinstance(described, Mapping) else {},
        manifest=manifest,
    )


def _moment(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None
