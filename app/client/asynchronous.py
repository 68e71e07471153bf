"""The client for asyncio: as `sync.Gateway`, with `await`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, Self, TypeVar

import httpx2

from app.client import flows
from app.client.conversation import AsyncConversation
from app.client.events import LONGEST_SILENCE, EventStream
from app.client.requests import Flow, NoAnswer, Pause, Reply, Step, base_url, opened, reason
from app.client.sync import LOCAL, PATIENCE, TIMEOUT
from app.client.values import Action, Job, Json, Result, Service

T = TypeVar("T")


class AsyncGateway:
    """As `Gateway`, for one event loop."""

    def __init__(
        self,
        url: str = LOCAL,
        *,
        api_key: str = "",
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        http: httpx2.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        address = base_url(url)
        self._patience = patience
        self._sleep = sleep
        self._http = http or opened(httpx2.AsyncClient, address, timeout)
        self._http.base_url = address
        if api_key:
            self._http.headers["Authorization"] = f"Bearer {api_key}"

    async def services(self) -> tuple[Service, ...]:
        """The services that this key opens."""
        return await self._do(flows.services(self._patience))

    async def run(self, service: str, content: flows.Content, *, flavor: str | None = None, **fields: Any) -> Result:
        """Submits *content* and waits for the result. Raises JobFailed, JobCancelled, Refused, NotReachable.

        A `str` is the text itself, a `Path` the file there; *flavor* is the first that can run if it is None, *fields* are
        further fields of the request (`temperature`, `priority`, `idempotency_key`, …)."""
        return await self.wait(await self.submit(service, content, flavor=flavor, **fields))

    async def submit(
        self,
        service: str,
        content: flows.Content,
        *,
        flavor: str | None = None,
        idempotency_key: str | None = None,
        **fields: Any,
    ) -> str:
        """The id of the job that was made of *content*; see `run`. Raises Refused, NotReachable."""
        return await self._do(flows.submit(service, content, fields, self._patience, flavor=flavor, key=idempotency_key))

    async def wait(self, job_id: str) -> Result:
        """The job's result, once it is there. Raises JobFailed, JobCancelled, Refused, NotReachable."""
        last: deque[Job] = deque(maxlen=1)
        async for event in self.events(job_id):
            last.append(event)
        return await self._do(flows.result(last[0], self._patience))

    async def events(self, job_id: str, *, after: str = "") -> AsyncGenerator[Job]:
        """The job's states as they come, the present one first, until it has ended; goes on after a lost connection.

        With *after*, the id of an event (a job's `version`), only what came since. Raises Refused, NotReachable."""
        stream = EventStream(job_id, after, self._patience)
        while not stream.over:
            reply: httpx2.Response | NoAnswer
            try:
                async with self._http.stream(**stream.request().arguments(), timeout=LONGEST_SILENCE) as reply:
                    if reply.status_code != 200:
                        await reply.aread()
                    if stream.opened(reply):
                        async for piece in reply.aiter_bytes():
                            for event in stream.read(piece):
                                yield event
            except httpx2.TransportError as error:
                reply = NoAnswer(reason(error))
            if not stream.over:
                await self._sleep(stream.pause(reply))

    async def result(self, job_id: str) -> Result:
        """The result of a job that has ended. Raises JobUnfinished, JobFailed, JobCancelled, Refused, NotReachable."""
        async with aclosing(self.events(job_id)) as events:
            now = await anext(events)
        return await self._do(flows.result(now, self._patience))

    async def job(self, job_id: str) -> Job:
        """The job as it is now, without its text. Raises Refused, NotReachable."""
        return await self._do(flows.job(job_id, self._patience))

    def jobs(self, **filters: str) -> AsyncIterator[Job]:
        """Every job, newest first, page by page; *filters* as in `GET /jobs` (`service`, `status`, `after`, `before`)."""
        return self._listed(flows.JOBS, filters)

    def actions(self, *, owner: str = "", open_only: bool = False) -> AsyncIterator[Action]:
        """The actions of all minutes, of *owner* alone, or those alone that are not done."""
        return self._listed(flows.ACTIONS, flows.action_filters(owner, open_only=open_only))

    async def _listed(self, listing: flows.Listing[T], filters: Mapping[str, str]) -> AsyncIterator[T]:
        cursor, more = "", True
        while more:
            found, cursor = await self._do(listing.page(filters, cursor, self._patience))
            for each in found:
                yield each
            more = bool(cursor)

    def conversation(self, service: str = "chat", **fields: Any) -> AsyncConversation:
        """A new conversation with *service*; *fields* as in `POST /services/{service}/chat` (`flavor`, `system`, …)."""
        return AsyncConversation(self._http, service, fields)

    async def cancel(self, job_id: str) -> Job:
        """Cancels the job. Raises Refused (409 if it has ended), NotReachable."""
        return await self._do(flows.cancel(job_id, self._patience))

    async def retry(self, job_id: str) -> Job:
        """Queues a failed or cancelled job again; it continues after its last finished call."""
        return await self._do(flows.retry(job_id, self._patience))

    async def replay(self, job_id: str, **fields: Any) -> Job:
        """The job that runs *job_id* again with another `service`, `flavor` or `variant`, and with the files of now; `files`
        are texts that stand in for some of them, by name. It is the same job if the same was asked for before."""
        return await self._do(flows.replay(job_id, fields, self._patience))

    async def preview_replay(self, job_id: str, **fields: Any) -> Json:
        """What `replay` would ask: `calls`, `tokens`, `template`, …"""
        return await self._do(flows.preview_replay(job_id, fields, self._patience))

    async def transcript(self, job_id: str) -> Json:
        """The transcript of a job, as `GET /jobs/{jobId}/transcript` answers it."""
        return await self._do(flows.transcript(job_id, self._patience))

    async def export(self, job_id: str, form: str) -> bytes:
        """The result as a file of that form (`docx`, `pdf`, …)."""
        return await self._do(flows.export(job_id, form, self._patience))

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _do(self, flow: Flow[T]) -> T:
        """Carries out the steps of *flow*."""
        reply: Reply = None
        try:
            step = next(flow)
            while True:
                reply = await self._step(step)
                step = flow.send(reply)
        except StopIteration as done:
            value: T = done.value
            return value

    async def _step(self, step: Step) -> Reply:
        if isinstance(step, Pause):
            await self._sleep(step.seconds)
            return None
        try:
            return await self._http.request(**step.arguments())
        except httpx2.TransportError as error:
            return NoAnswer(reason(error))
