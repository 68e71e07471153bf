"""What a client can do, as steps that a blocking client and one for asyncio carry out alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Generic, TypeAlias, TypeVar
from urllib.parse import quote
from uuid import uuid4

from app.client.errors import JobCancelled, JobFailed, JobUnfinished, NotReachable, Refused
from app.client.requests import Flow, Request, ask, content_of
from app.client.values import Job, Json, Result, Service, action_of, job_of, service_of

T = TypeVar("T")

UNFIT = "flavor_unfit"  # the kind of the refusal of a flavor that cannot run there
Content: TypeAlias = str | bytes | os.PathLike[str] | IO[bytes]


def services(patience: float) -> Flow[tuple[Service, ...]]:
    return (yield from _value(Request("GET", "/services"), patience, lambda body: tuple(map(service_of, body))))


def service(name: str, patience: float) -> Flow[Service]:
    return (yield from _value(Request("GET", f"/services/{quote(name)}"), patience, service_of))


def submit(
    name: str, content: Content, fields: Mapping[str, Any], patience: float, *, flavor: str | None, key: str | None
) -> Flow[str]:
    """The id of the new job. Without a *flavor*, the service's first one that can run there; without a *key*, a new one, so
    that a request whose answer was lost can be sent again and makes one job."""
    body, filename = content_of(content)
    path, headers = f"/services/{quote(name)}/generate", {"Idempotency-Key": key or str(uuid4())}

    def asked_of(flavor: str) -> Flow[str]:
        options = {"flavor": flavor, "async": True, **fields}
        if isinstance(body, str):
            request = Request("POST", path, headers=headers, body={**options, "content": body})
        else:
            request = Request("POST", path, headers=headers, body=options, upload=body, filename=filename)
        return (yield from _value(request, patience, lambda body: str(body["jobId"])))

    if flavor is not None:
        return (yield from asked_of(flavor))
    known = yield from service(name, patience)
    *others, last = known.flavors or ("",)
    for each in others:
        try:
            return (yield from asked_of(each))
        except Refused as refusal:
            if refusal.kind != UNFIT:
                raise
    return (yield from asked_of(last))


def job(job_id: str, patience: float) -> Flow[Job]:
    return (yield from _value(Request("GET", _path(job_id)), patience, job_of))


def result(last: Job, patience: float) -> Flow[Result]:
    """The result of a job, of which *last* is its last event. Raises JobFailed, JobCancelled, JobUnfinished."""
    if last.status == "cancelled":
        raise JobCancelled(last)
    if last.status == "error":
        raise JobFailed(last)
    if not last.ended:
        raise JobUnfinished(last)
    body = yield from _value(Request("GET", _path(last.id)), patience, _object)
    return Result(last, last.text or "", body.get("coverage") or {}, body.get("minutes"))


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list that the gateway gives page by page: its name, and what makes a value of one of its entries."""

    name: str
    value_of: Callable[[Json], T]

    def page(self, filters: Mapping[str, str], cursor: str, patience: float) -> Flow[tuple[tuple[T, ...], str]]:
        """One page, and the cursor of the next one; empty if there is none."""
        params = {**filters, **({"cursor": cursor} if cursor else {})}

        def page(body: Json) -> tuple[tuple[T, ...], str]:
            return tuple(map(self.value_of, body[self.name])), str(body.get("next") or "")

        return (yield from _value(Request("GET", f"/{self.name}", params=params), patience, page))


JOBS = Listing("jobs", job_of)
ACTIONS = Listing("actions", action_of)


def action_filters(owner: str, *, open_only: bool) -> Mapping[str, str]:
    return {**({"owner": owner} if owner else {}), **({"open": "true"} if open_only else {})}


def cancel(job_id: str, patience: float) -> Flow[Job]:
    return (yield from _value(Request("DELETE", _path(job_id)), patience, job_of))


def retry(job_id: str, patience: float) -> Flow[Job]:
    """Not sent again if the answer is lost: the job might run, fail and be tried once more."""
    return (yield from _value(Request("POST", f"{_path(job_id)}/retry", again=False), patience, job_of))


def replay(job_id: str, fields: Mapping[str, Any], patience: float) -> Flow[Job]:
    return (yield from _value(Request("POST", f"{_path(job_id)}/replay", body=fields), patience, job_of))


def preview_replay(job_id: str, fields: Mapping[str, Any], patience: float) -> Flow[Json]:
    return (yield from _value(Request("POST", f"{_path(job_id)}/replay/preview", body=fields), patience, _object))


def transcript(job_id: str, patience: float) -> Flow[Json]:
    return (yield from _value(Request("GET", f"{_path(job_id)}/transcript"), patience, _object))


def export(job_id: str, form: str, patience: float) -> Flow[bytes]:
    answer = yield from ask(Request("GET", f"/results/{quote(job_id, safe='')}/export/{quote(form, safe='')}"), patience)
    return bytes(answer.content)


def _value(request: Request, patience: float, make: Callable[[Any], T]) -> Flow[T]:
    """What *make* makes of the answer's JSON. Raises Refused, NotReachable."""
    answer = yield from ask(request, patience)
    try:
        return make(answer.json())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NotReachable(f"{request.method} {request.path} is answered by something that is no LLM Gateway") from error


def _object(body: Any) -> Json:
    return {**body}


def _path(job_id: str) -> str:
    return f"/jobs/{quote(job_id, safe='')}"
