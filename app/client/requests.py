"""Requests and answers as values, and when a request is sent again; nothing here waits or connects."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any, TypeAlias, TypeVar

import httpx2

from app.client.errors import NotReachable, Refused

T = TypeVar("T")
C = TypeVar("C", httpx2.Client, httpx2.AsyncClient)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds before a request is sent again, if the gateway does not say when
BUSY = (429, 503)  # "ask again later"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
PASSING = (*BUSY, 502, 504)  # worth another try: of the gateway, or of a proxy before it


@dataclass(frozen=True)
class Request:
    """One request. *again* says whether it may be sent twice: it reads, or it has an idempotency key."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    upload: bytes | None = None
    filename: str = "transcript"
    again: bool = True

    def arguments(self) -> dict[str, Any]:
        """The arguments of `httpx2.Client.request` and `stream`."""
        given: dict[str, Any] = {"method": self.method, "url": self.path, "headers": dict(self.headers)}
        if self.params:
            given["params"] = dict(self.params)
        if self.upload is not None:
            given["data"] = {name: _form_value(value) for name, value in (self.body or {}).items()}
            given["files"] = {"file": (self.filename, self.upload)}
        elif self.body is not None:
            given["json"] = dict(self.body)
        return given


@dataclass(frozen=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class NoAnswer:
    """What a request gets that reached nobody, or whose answer broke off."""

    reason: str


Step: TypeAlias = Request | Pause
Reply: TypeAlias = httpx2.Response | NoAnswer | None
# What is to be done, step by step: each step is answered with its reply (None for a pause). So that one description serves
# both the blocking client and the one for asyncio.
Flow: TypeAlias = Generator[Step, Reply, T]


def base_url(url: str) -> httpx2.URL:
    """The address of a gateway, of which *url* is the spelling. Raises NotReachable for one that leads to none, however often
    it is asked."""
    spelled = url.strip().rstrip("/")
    try:
        parsed = httpx2.URL(spelled)
    except httpx2.InvalidURL as error:
        raise NotReachable(f"{url!r} is no address: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        example = spelled if spelled and "//" not in spelled else "127.0.0.1:8000"
        raise NotReachable(f"{url!r} is no address of a gateway: write it as http://{example}")
    if parsed.path.endswith("/v1"):
        raise NotReachable(f"{url!r} is the address for clients of OpenAI's API: leave /v1 out")
    return parsed


def opened(client: Callable[..., C], address: httpx2.URL, timeout: float) -> C:
    """A *client* for the gateway at *address*: through the proxy of the environment, unless that is this machine, to which no
    proxy leads; its certificate is checked as the environment says (SSL_CERT_FILE). Raises NotReachable if that proxy cannot
    be used."""
    try:
        if address.host not in THIS_MACHINE:
            return client(timeout=timeout)
        verify = httpx2.create_ssl_context() if address.scheme == "https" else True
        return client(timeout=timeout, trust_env=False, verify=verify)
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        raise NotReachable(f"the proxy of HTTP_PROXY, HTTPS_PROXY or ALL_PROXY cannot be used: {error}") from error


def ask(request: Request, patience: float) -> Flow[httpx2.Response]:
    """The good answer to *request*, which is sent again for *patience* seconds of pauses. Raises Refused, NotReachable."""
    waited, tries = 0.0, 0
    while True:
        reply = (yield request) or NoAnswer("there was no answer")
        pause = pause_before_retry(reply, tries) if request.again or is_busy(reply) else None
        if pause is None or waited + pause > patience:
            return checked(reply)
        yield Pause(pause)
        waited, tries = waited + pause, tries + 1


def is_busy(reply: Reply) -> bool:
    """Whether the gateway refused the request before it did anything for it."""
    return isinstance(reply, httpx2.Response) and reply.status_code in BUSY


def pause_before_retry(reply: httpx2.Response | NoAnswer, tries: int) -> float | None:
    """Seconds to wait before the request is sent again; None if that is of no use. `Retry-After` decides if it is there."""
    if isinstance(reply, NoAnswer):
        return own_pause(tries)
    if reply.status_code not in PASSING:
        return None
    said = retry_after(reply)
    return own_pause(tries) if said is None else said


def own_pause(tries: int) -> float:
    """Seconds to wait after so many tries, if nobody says how many."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries, 10))


def retry_after(answer: httpx2.Response) -> float | None:
    """The header `Retry-After`, a number of seconds or a date, in seconds from now; None if there is none."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def checked(reply: httpx2.Response | NoAnswer) -> httpx2.Response:
    """*reply*, if it is a good answer. Raises Refused, NotReachable."""
    if isinstance(reply, NoAnswer):
        raise NotReachable(reply.reason)
    if reply.is_success:
        return reply
    try:
        body = reply.json()
    except ValueError:
        body = {}
    raise refused(reply.status_code, body, reply.reason_phrase or "error", retry_after(reply))


def refused(status: int, body: Any, phrase: str, after: float | None = None) -> Refused:
    """The error that *body* describes, and *phrase* if it says nothing; *after* is when to ask again."""
    body = body if isinstance(body, dict) else {}
    given = body.get("error")
    error = given if isinstance(given, dict) else {}
    message = str(body.get("message") or body.get("detail") or error.get("message") or phrase)  # the last but one below /v1
    return Refused(status, str(error.get("type") or ""), message, detail=str(error.get("detail") or ""), retry_after=after)


def reason(error: httpx2.TransportError) -> str:
    """Why there was no answer."""
    return str(error) or type(error).__name__


def content_of(given: str | bytes | os.PathLike[str] | IO[bytes]) -> tuple[str | bytes, str]:
    """What is to be sent, and under which name: a `str` is the text itself, a path is the file there."""
    match given:
        case str():
            return given, ""
        case bytes():
            return given, "transcript"
        case os.PathLike():
            return Path(given).read_bytes(), Path(given).name
    read = given.read()
    return read, Path(str(getattr(given, "name", "transcript"))).name


def _form_value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
