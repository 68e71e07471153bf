"""The blocking client."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from typing import Any, Self, TypeVar

import httpx2

from app.client import flows
from app.client.conversation import Conversation
from app.client.events import LONGEST_SILENCE, EventStream
from app.client.requests import Flow, NoAnswer, Pause, Reply, Step, base_url, opened, reason
from app.client.values import Action, Job, Json, Result, Service

T = TypeVar("T")

LOCAL = "http://127.0.0.1:8000"
TIMEOUT = 30.0  # seconds
PATIENCE = 120.0  # seconds of pauses in all, before a request that is refused or unanswered is given up


class Gateway:
    """A gateway at *url*, with the key *api_key* if it asks for one. Safe to use from several threads; close it when done.

    A request that gets no answer, or 429 or 503, is sent again for up to *patience* seconds of pauses, as `Retry-After` says.
    Raises NotReachable for a *url* that leads to no gateway.
    *timeout* is for one answer, in seconds. With *http*, requests go through a client of your own. *sleep* is for tests."""

    def __init__(
        self,
        url: str = LOCAL,
        *,
        api_key: str = "",
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        http: httpx2.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        address = base_url(url)
        self._patience = patience
        self._sleep = sleep
        self._http = http or opened(httpx2.Client, address, timeout)
        self._http.base_url = address
        if api_key:
            self._http.headers["Authorization"] = f"Bearer {api_key}"

    def services(self) -> tuple[Service, ...]:
        """The services that this key opens."""
        return self._do(flows.services(self._patience))

    def run(self, service: str, content: flows.Content, *, flavor: str | None = None, **fields: Any) -> Result:
        """Submits *content* and waits for the result. Raises JobFailed, JobCancelled, Refused, NotReachable.

        A `str` is the text itself, a `Path` the file there; *flavor* is the first that can run if it is None, *fields* are
        further fields of the request (`temperature`, `priority`, `idempotency_key`, …)."""
        return self.wait(self.submit(service, content, flavor=flavor, **fields))

    def submit(
        self,
        service: str,
        content: flows.Content,
        *,
        flavor: str | None = None,
        idempotency_key: str | None = None,
        **fields: Any,
    ) -> str:
        """The id of the job that was made of *content*; see `run`. Raises Refused, NotReachable."""
        return self._do(flows.submit(service, content, fields, self._patience, flavor=flavor, key=idempotency_key))

    def wait(self, job_id: str) -> Result:
        """The job's result, once it is there. Raises JobFailed, JobCancelled, Refused, NotReachable."""
        [last] = deque(self.events(job_id), maxlen=1)
        return self._do(flows.result(last, self._patience))

    def events(self, job_id: str, *, after: str = "") -> Generator[Job]:
        """The job's states as they come, the present one first, until it has ended; goes on after a lost connection.

        With *after*, the id of an event (a job's `version`), only what came since. Raises Refused, NotReachable."""
        stream = EventStream(job_id, after, self._patience)
        while not stream.over:
            reply: httpx2.Response | NoAnswer
            try:
                with self._http.stream(**stream.request().arguments(), timeout=LONGEST_SILENCE) as reply:
                    if reply.status_code != 200:
                        reply.read()
                    for piece in reply.iter_bytes() if stream.opened(reply) else ():
                        yield from stream.read(piece)
            except httpx2.TransportError as error:
                reply = NoAnswer(reason(error))
            if not stream.over:
                self._sleep(stream.pause(reply))

    def result(self, job_id: str) -> Result:
        """The result of a job that has ended. Raises JobUnfinished, JobFailed, JobCancelled, Refused, NotReachable."""
        with closing(self.events(job_id)) as events:
            now = next(events)
        return self._do(flows.result(now, self._patience))

    def job(self, job_id: str) -> Job:
        """The job as it is now, without its text. Raises Refused, NotReachable."""
        return self._do(flows.job(job_id, self._patience))

    def jobs(self, **filters: str) -> Iterator[Job]:
        """Every job, newest first, page by page; *filters* as in `GET /jobs` (`service`, `status`, `after`, `before`)."""
        return self._listed(flows.JOBS, filters)

    def actions(self, *, owner: str = "", open_only: bool = False) -> Iterator[Action]:
        """The actions of all minutes, of *owner* alone, or those alone that are not done."""
        return self._listed(flows.ACTIONS, flows.action_filters(owner, open_only=open_only))

    def _listed(self, listing: flows.Listing[T], filters: Mapping[str, str]) -> Iterator[T]:
        cursor, more = "", True
        while more:
            found, cursor = self._do(listing.page(filters, cursor, self._patience))
            yield from found
            more = bool(cursor)

    def conversation(self, service: str = "chat", **fields: Any) -> Conversation:
        """A new conversation with *service*; *fields* as in `POST /services/{service}/chat` (`flavor`, `system`, …)."""
        return Conversation(self._http, service, fields)

    def cancel(self, job_id: str) -> Job:
        """Cancels the job. Raises Refused (409 if it has ended), NotReachable."""
        return self._do(flows.cancel(job_id, self._patience))

    def retry(self, job_id: str) -> Job:
        """Queues a failed or cancelled job again; it continues after its last finished call."""
        return self._do(flows.retry(job_id, self._patience))

    def replay(self, job_id: str, **fields: Any) -> Job:
        """The job that runs *job_id* again with another `service`, `flavor` or `variant`, and with the files of now; `files`
        are texts that stand in for some of them, by name. It is the same job if the same was asked for before."""
        return self._do(flows.replay(job_id, fields, self._patience))

    def preview_replay(self, job_id: str, **fields: Any) -> Json:
        """What `replay` would ask: `calls`, `tokens`, `template`, …"""
        return self._do(flows.preview_replay(job_id, fields, self._patience))

    def transcript(self, job_id: str) -> Json:
        """The transcript of a job, as `GET /jobs/{jobId}/transcript` answers it."""
        return self._do(flows.transcript(job_id, self._patience))

    def export(self, job_id: str, form: str) -> bytes:
        """The result as a file of that form (`docx`, `pdf`, …)."""
        return self._do(flows.export(job_id, form, self._patience))

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, flow: Flow[T]) -> T:
        """Carries out the steps of *flow*."""
        reply: Reply = None
        try:
            step = next(flow)
            while True:
                reply = self._step(step)
                step = flow.send(reply)
        except StopIteration as done:
            value: T = done.value
            return value

    def _step(self, step: Step) -> Reply:
        if isinstance(step, Pause):
            self._sleep(step.seconds)
            return None
        try:
            return self._http.request(**step.arguments())
        except httpx2.TransportError as error:
            return NoAnswer(reason(error))
