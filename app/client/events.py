"""The events of one job: what arrives as Server-Sent Events, and where to go on after a break."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx2

from app.client.errors import NotReachable
from app.client.requests import NoAnswer, Request, checked, own_pause, pause_before_retry
from app.client.values import Job, job_of

EVENTS = "text/event-stream"
LONGEST_SILENCE = 40.0  # seconds; the gateway says something every 10


class EventStream:
    """Reads a job's events over as many connections as it takes: each begins after the last event that was read.

    An event is the job's whole state, so that one which was missed is made up for by the next. *patience* is for how many
    seconds of pauses to try again without any news."""

    def __init__(self, job_id: str, after: str, patience: float) -> None:
        self._job_id = job_id
        self.last_id = after
        self._patience = patience
        self._tries = 0
        self._waited = 0.0
        self._rest = b""
        self._id = ""
        self._data: list[bytes] = []
        self._text: str | None = None
        self.over = False

    def request(self) -> Request:
        """The request for the next connection."""
        self._rest, self._id, self._data = b"", "", []
        headers = {"Accept": EVENTS, **({"Last-Event-ID": self.last_id} if self.last_id else {})}
        return Request("GET", f"/jobs/{self._job_id}/events", headers=headers)

    def opened(self, answer: httpx2.Response) -> bool:
        """True if *answer*, which has been read if it is not 200, brings events. Raises Refused, NotReachable if none will."""
        if answer.status_code == 200:
            if not answer.headers.get("Content-Type", EVENTS).startswith(EVENTS):
                raise NotReachable("the events are answered by something that is no LLM Gateway")
            return True
        if answer.status_code == 204:  # the last event was read before
            self.over = True
        elif pause_before_retry(answer, self._tries) is None:
            checked(answer)
        return False

    def read(self, piece: bytes) -> Iterator[Job]:
        """The events that *piece* completes. Only line feeds end a line: the text in an event may hold other separators."""
        lines = (self._rest + piece).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            job = self._take(line.removesuffix(b"\r"))
            if job is not None:
                yield job

    def pause(self, reply: httpx2.Response | NoAnswer) -> float:
        """Seconds to wait before the next connection, after *reply* ended or broke off. Raises Refused, NotReachable."""
        said = pause_before_retry(reply, self._tries)
        seconds = own_pause(self._tries) if said is None else said
        if self._waited + seconds > self._patience:
            if isinstance(reply, httpx2.Response) and reply.is_success:
                raise NotReachable("the events broke off again and again")
            checked(reply)
        self._tries, self._waited = self._tries + 1, self._waited + seconds
        return seconds

    def _take(self, line: bytes) -> Job | None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"id":
            self._id = value.decode("ascii", "replace")
        elif not line and self._data:
            return self._event()
        return None

    def _event(self) -> Job:
        """The event that is complete. One without a text has that of the event before."""
        job = job_of(json.loads(b"\n".join(self._data)))
        self.last_id, self._data = self._id or self.last_id, []
        self._tries, self._waited = 0, 0.0
        self._text = self._text if job.text is None else job.text
        self.over = job.ended
        return replace(job, text=self._text)
