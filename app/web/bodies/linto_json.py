"""Services and jobs as LinTO Studio (API v2) expects them. Ids are UUIDs made of names: the same in every process."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from app import json_bounds
from app.backends.answers.characters import mended
from app.catalog import Entry
from app.jobs import Job, Status
from app.jobs.versions import Version
from app.manifests import Flavor
from app.orders import Json
from app.web.bodies.flavors import Offer
from app.web.bodies.job_json import time

Body: TypeAlias = dict[str, Any]

OURS = uuid5(NAMESPACE_URL, "llm-gateway")
STATUSES = {
    Status.QUEUED: "queued",
    Status.PROCESSING: "processing",
    Status.COMPLETE: "completed",
    Status.ERROR: "failed",
    Status.CANCELLED: "cancelled",
}
PHASES = {"reduce": "reducing"}  # what Studio calls them; every other phase is "processing"
MARKDOWN = "minutes"  # the kind whose documents are Markdown
LOCALES = ("en", "fr")  # of a description that is one text
LONGEST_TITLE = 300  # characters, as of a title that a request for minutes says
TEMPLATE = str(uuid5(OURS, "template"))  # the id of the one template, which stands for that of each job's service


def service_id(name: str) -> str:
    return str(uuid5(OURS, f"service/{name}"))


def flavor_id(service: str, flavor: str) -> str:
    return str(uuid5(OURS, f"flavor/{service}/{flavor}"))


def page(items: Sequence[Body], number: int, size: int) -> Body:
    """One page of services, counted from 1."""
    shown = items[(number - 1) * size : number * size]
    pages = -(-len(items) // size)
    return {"items": shown, "total": len(items), "page": number, "page_size": size, "total_pages": pages}


def service(entry: Entry, offer: Offer) -> Body:
    described = entry.service.description
    return {
        "id": service_id(entry.service.name),
        "name": entry.service.name,
        "route": entry.service.route or entry.service.name,
        "service_type": entry.service.type,
        "service_category": None,
        "description": dict.fromkeys(LOCALES, described) if isinstance(described, str) else dict(described),
        "organization_id": None,  # every organization may use it
        "is_active": True,
        "flavors": flavors(entry, offer),
    }


def flavors(entry: Entry, offer: Offer) -> list[Body]:
    """The flavors of a service. Studio shows people those that are active."""
    return [_flavor(entry, each, offer) for each in entry.service.flavor]


def _flavor(entry: Entry, flavor: Flavor, offer: Offer) -> Body:
    name = entry.service.name
    return {
        "id": flavor_id(name, flavor.name),
        "service_id": service_id(name),
        "name": flavor.name,
        "description": None,
        "is_active": flavor.name not in offer.refused,
        "is_default": flavor.name == offer.default,
        "processing_mode": "single_pass" if entry.kind.INTERACTIVE else "iterative",
        "output_type": _output_type(entry.service.type),
        "model": {"model_name": flavor.model_name, "security_level": None},
    }


def template() -> Body:
    """The one template that Studio offers for exports: it stands for that of each job's service."""
    return {
        "id": TEMPLATE,
        "name": "Document",
        "name_en": "Document of the service",
        "name_fr": "Document du service",
        "description_en": "The result, with the Word template of its service if that has one",
        "description_fr": "Le résultat, avec le modèle Word de son service s'il en a un",
        "scope": "system",
        "organization_id": None,
        "user_id": None,
        "is_active": True,
        "is_default": True,
        "placeholders": [],
    }


def title(context: Json) -> str:
    """What Studio calls the conversation that a job is ordered for; empty if the *context* does not say it."""
    try:
        json_bounds.check(str(context), json_bounds.REQUEST)
        said = json.loads(str(context))
    except (ValueError, RecursionError):
        return ""
    name = said.get("conversationName") if isinstance(said, dict) else None
    return " ".join(mended(name.replace("\0", " ")).split())[:LONGEST_TITLE] if isinstance(name, str) else ""


def accepted(job: Job) -> Body:
    """The answer to a request that became a job."""
    return {"job_id": job.id, **_common(job)}


def told(job: Job, organization: str | None, current: int) -> Body:
    """A job with its result, if it has one, which is the version *current*."""
    return {
        "id": job.id,
        **_common(job),
        "organization_id": organization,
        "started_at": time(job.started),
        "completed_at": time(job.finished),
        **_state(job),
        "output_type": _output_type(job.kind),
        "current_version": current,
        **({"warnings": list(warnings)} if (warnings := job.coverage.get("warnings")) else {}),
    }


def version(found: Version) -> Body:
    """A version of a result, without its text."""
    told = {"version_number": found.number, "created_at": time(found.created), "created_by": found.holder}
    return {**told, "content_length": len(found.text)}


def restored(job_id: str, made: Version) -> Body:
    """A job whose result is another version now."""
    return {"id": job_id, "status": "completed", "current_version": made.number, "result": {"output": made.text.strip()}}


def listed(job: Job) -> Body:
    """A job in the snapshot that a socket sends first."""
    state = {"job_id": job.id, "status": STATUSES[job.status], "progress": _progress(job)}
    return {**state, "service_name": job.service, "flavor_name": job.flavor, "created_at": time(job.created)}


def snapshot(jobs: Iterable[Job]) -> Body:
    return {"type": "jobs_snapshot", "jobs": list(map(listed, jobs)), "timestamp": time(datetime.now(UTC))}


def update(job: Job) -> Body:
    """What a socket sends when a job has changed."""
    state = {"type": "job_update", "job_id": job.id, "status": STATUSES[job.status], **_state(job)}
    return {**state, "timestamp": time(datetime.now(UTC))}


def _common(job: Job) -> Body:
    stood_in = {"original_flavor_name": job.original_flavor, "fallback_reason": job.failover} if job.original_flavor else {}
    return {
        "status": STATUSES[job.status],
        "service_id": service_id(job.service),
        "service_name": job.service,
        "flavor_id": flavor_id(job.service, job.flavor),
        "flavor_name": job.flavor,
        "created_at": time(job.created),
        "fallback_applied": bool(job.original_flavor),
        **stood_in,
    }


def _state(job: Job) -> Body:
    result = {"output": job.result.strip()} if job.result is not None else None
    error = "cancelled" if job.status is Status.CANCELLED else job.error
    return {"progress": _progress(job), "result": result, "error": error}


def _progress(job: Job) -> Body | None:
    if job.status is Status.QUEUED:
        return None
    total, phase = max(1, job.total), PHASES.get(job.phase, "processing")
    if job.status is Status.COMPLETE:
        return {"current": total, "total": total, "percentage": 100.0, "phase": phase}
    return {"current": job.done, "total": total, "percentage": round(job.percent, 2), "phase": phase}


def _output_type(kind: str) -> str:
    return "markdown" if kind == MARKDOWN else "text"
