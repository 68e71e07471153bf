"""Hands requests on to a server of the OpenAI API, over connections that are kept for the next one.

Of what a request through the gateway costs, the `openai` client alone would be 60 %, and http.client a quarter."""

from __future__ import annotations

import json
import re
import ssl
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from app.backends.answers import events, handed_on, made_events, other_apis, passthrough
from app.backends.answers.handed_on import HandedOnEvents
from app.backends.answers.passed_calls import PassedCalls
from app.backends.answers.shapes import Shape
from app.backends.http.connection import Connection, Response, request_head, with_length
from app.backends.http.error_mapping import ErrorMapper
from app.backends.http.passthrough import Body, PassthroughHead, PassthroughRequest, PassthroughResponse, is_json
from app.backends.http.redaction import written
from app.backends.http.timeouts import AFTER_DONE, Timeouts
from app.backends.http.upstream import Upstream
from app.backends.routes import Route
from app.cancellation import CancelToken
from app.errors import BackendError, BackendRefused, BackendUnavailable

NOT_WHOLE = "the server streams an answer that was asked for as a whole"
COMPLETIONS = "/completions"  # the path of the API whose choices are texts
KEPT = 128  # connections that wait for their next request
OLD = 60.0  # seconds without a request after which a connection is not trusted: routers on the way forget it, and tell nobody
LARGEST_ERROR = 65536  # bytes of an error's body that are read
_PASSED_ON = frozenset({"content-type", "accept", "traceparent", "tracestate", "anthropic-version", "anthropic-beta"})
_DONE = re.compile(rb"data: ?\[DONE\]\s*\Z")
_EVENTS, _JSON = "text/event-stream", "application/json"
_BYTES = "application/octet-stream"  # vLLM's embeddings, if `encoding_format` asks for them
_EVENT_BEGINS = (b"data:", b"event:", b":", b"id:", b"retry:")
TYPED = {"Content-Type": _JSON}
_PORTS = {"http": 80, "https": 443}


class PassthroughClient:
    """Forwards to one server. Safe to use from several threads."""

    def __init__(self, source: ErrorMapper, api_base: str, key: str, timeouts: Timeouts, headers: Mapping[str, str]) -> None:
        self._errors = source
        self._base = urlsplit(api_base.rstrip("/"))
        self._timeouts = timeouts
        self._headers = {
            "Host": self._base.netloc.rpartition("@")[2],
            "Accept-Encoding": "identity",
            "Content-Type": _JSON,
            "User-Agent": "llm-gateway",
            **({"Authorization": f"Bearer {key}"} if key else {}),
            **headers,
        }
        self._heads: dict[str, bytes] = {}  # of requests that pass on no header but their type, by path
        self._kept: deque[tuple[Connection, float]] = deque()  # and since when; the latest at the end
        weakref.finalize(self, _close_all, self._kept)

    @cached_property
    def direct(self) -> bool:
        """Whether no proxy stands before the server: through one, requests take the long way."""
        host = self._base.hostname or ""
        return not {self._base.scheme, "all"} & getproxies().keys() or bool(proxy_bypass(host))

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken) -> PassthroughResponse:
        """The server's answer to *request* as it goes out to a client: whole, or an error."""
        if request.route is not None:
            yield from self._handed_on(request, request.route, cancel)
            return
        failures = _Failures(self._errors, request)
        with closing(self.parts(request, cancel)) as parts:
            head = next(parts)
            assert isinstance(head, PassthroughHead)  # noqa: S101  it comes first
            bodies = events.of_lines(events.without_bom(part for part in parts if isinstance(part, bytes)))
            first = next((part for part in bodies if part.strip()), b"")
            if _is_whole(head.headers["Content-Type"], first):
                yield from _whole_of(head, b"".join([first.lstrip(), *bodies]), failures)
                return
            relayed = _events_of(head, chain([first], bodies), failures)
            if not passthrough.wants_stream(request.body):
                deque(relayed, maxlen=0)  # raises the error that may be in it
                raise self._errors.unavailable(NOT_WHOLE)
            yield from relayed

    def _handed_on(self, request: PassthroughRequest, route: Route, cancel: CancelToken) -> PassthroughResponse:
        """The answer of a *route* of another API: whole events in their order, or the bytes of a whole answer."""
        with closing(self.parts(request, cancel)) as parts:
            head = next(parts)
            assert isinstance(head, PassthroughHead)  # noqa: S101  it comes first
            kind, failures = head.headers["Content-Type"], _Failures(self._errors, request)
            wants_stream = request.wants_stream()
            may_be_text = _may_be_text(kind, route)
            came = (part for part in parts if isinstance(part, bytes))
            is_told = kind != "" and not kind.lower().startswith(_EVENTS)
            bodies = came if may_be_text and is_told else events.without_bom(came)  # a recording's first bytes are its own
            first = next((part for part in bodies if part.strip()), b"")
            if _are_events(kind, first, may_be_text=may_be_text):
                relay = HandedOnEvents(route.ends, failures, named=route.anthropic)
                relayed = _relayed(_of_events(head), chain([first], bodies), relay)
                if wants_stream is False:
                    deque(relayed, maxlen=0)  # raises the error that may be in it
                    raise self._errors.unavailable(NOT_WHOLE)
                yield from relayed
                return
            body = b"".join([first, *bodies])
            asked = route if request.asks_its_route else None
            is_odd = kind.lower().startswith(_EVENTS) or bool(asked and not may_be_text)
            has_json = is_json(kind) or is_odd or (not kind and request.method == "POST")  # the answer to a DELETE may be empty
            answer = handed_on.whole(body, failures, asked) if has_json else body
            if wants_stream:
                answer = made_events.of(answer, route) or b""
                if not answer:
                    raise self._errors.unavailable("the server answers as a whole what was asked for as a stream")
                head = _of_events(head)
            elif is_odd and not is_json(kind):
                head = PassthroughHead(head.status, TYPED)
            yield head
            yield answer

    def parts(self, request: PassthroughRequest, cancel: CancelToken) -> PassthroughResponse:
        """The head and then the bytes of the answer to *request* as they come, whatever they say."""
        with Upstream(cancel) as upstream:
            try:
                yield from self._answer(request, upstream)
            except OSError as exc:
                broken = self._errors.unavailable(f"the connection to {self._errors.address} broke: {exc}")
                raise self._errors.interrupted(upstream) or broken from exc
            except BackendUnavailable as exc:
                if interrupted := self._errors.interrupted(upstream):  # to the parser our shutdown may end the answer
                    raise interrupted from exc
                raise

    def _answer(self, request: PassthroughRequest, upstream: Upstream) -> PassthroughResponse:
        upstream.arm(self._timeouts.first_token)
        connection, response = self._answered(request, upstream)
        try:
            self._refuse(response, request)
            if response.is_packed:
                raise self._errors.unavailable("the server compressed its answer as the gateway does not read it")
            kind = response.headers.get("content-type", "")
            chunks = self._chunks(response, upstream, kind, request)
            first = next(chunks, b"")
            yield PassthroughHead(response.status, {"Content-Type": kind})
            yield first
            yield from chunks
            upstream.attach(None)  # from here on the connection may be another request's
        except BaseException:
            connection.close()
            raise
        self._keep(connection, response)

    def _chunks(self, response: Response, upstream: Upstream, kind: str, request: PassthroughRequest) -> Iterator[bytes]:
        """The body as it comes, or all at once: JSON is of use only as a whole, and so is what other APIs answer."""
        is_stream = kind.lower().startswith(_EVENTS)
        if is_json(kind) or (request.route is not None and not is_stream):
            if "html" in kind.lower():
                raise self._no_model_server(response.whole(LARGEST_ERROR), request)
            return self._body(response, upstream)
        return self._events(response, upstream, kind, request)

    def _body(self, response: Response, upstream: Upstream) -> Iterator[bytes]:
        """All of it at once: as long as nothing is out, the request may be tried again."""
        body = response.whole()
        upstream.disarm()
        yield body

    def _events(self, response: Response, upstream: Upstream, kind: str, request: PassthroughRequest) -> Iterator[bytes]:
        """Events as they come. Comments, which keep a connection alive, are no sign of life of the model.

        A server may call its events anything but a page of HTML, as long as they look like events or JSON."""
        done = False
        before = b""
        while chunk := _next(response, done=done):
            is_another = not kind.lower().startswith(_EVENTS) and not _may_be_an_answer(chunk)
            if not before and (is_another or other_apis.is_compressed(chunk)):
                raise self._no_model_server(chunk, request)
            seen = before + chunk
            done = done or bool(_DONE.search(seen))
            before = seen[-32:]
            if _says_nothing(chunk):
                yield chunk
            else:
                upstream.disarm()
                yield chunk
                upstream.arm(AFTER_DONE if done else self._timeouts.between_tokens)
        interrupted = None if done else self._errors.interrupted(upstream)  # our shutdown looks like the end of the answer
        if interrupted is not None:
            raise interrupted

    def _no_model_server(self, came: bytes, request: PassthroughRequest) -> BackendUnavailable:
        return self._errors.no_model_server(came, written(_read(request.body)))

    def _answered(self, request: PassthroughRequest, upstream: Upstream) -> tuple[Connection, Response]:
        """The connection and the beginning of the answer on it. A kept connection that its server has closed meanwhile is
        replaced: that is no failure of the server's."""
        head = with_length(self._head(request), request.body)
        kept = self._taken()
        if kept is not None:
            try:
                return kept, _asked(kept, head, request.body, upstream)
            except ConnectionError:
                if upstream.cancel.cancelled or upstream.timed_out_after:
                    raise
        connection = self._connected()
        return connection, _asked(connection, head, request.body, upstream)

    def _head(self, request: PassthroughRequest) -> bytes:
        """The head without the body's length; most requests of one path have the same."""
        if request.route is not None or request.headers != TYPED:
            return self._made_head(request)
        if request.path not in self._heads:
            self._heads[request.path] = self._made_head(request)
        return self._heads[request.path]

    def _made_head(self, request: PassthroughRequest) -> bytes:
        passed_on = {name: value for name, value in request.headers.items() if name.lower() in _PASSED_ON}
        replaced = {name.lower() for name in passed_on}
        ours = {name: value for name, value in self._headers.items() if name.lower() not in replaced}
        try:
            return request_head(request.method, self._target(request), {**ours, **passed_on})
        except ValueError:  # its words quote the key
            why = "the key or a header holds what no HTTP header may (a line end, a letter that is not Latin): correct it"
            raise BackendRefused(f"{self._errors.name}: {why}", status=401) from None

    def _target(self, request: PassthroughRequest) -> str:
        """The path on the server: below its API, or beside that."""
        beside = request.route is not None and request.route.beside
        return (self._base.path.removesuffix("/v1") if beside else self._base.path) + request.path

    def _refuse(self, response: Response, request: PassthroughRequest) -> None:
        if response.status >= 300:
            body = _read(response.whole(LARGEST_ERROR))
            texts, route = written(_read(request.body)), request.path.partition("?")[0] if request.method == "POST" else ""
            raise self._errors.refused(response.status, body, response.headers, texts, route=route)

    def _taken(self) -> Connection | None:
        while self._kept:
            try:
                connection, since = self._kept.pop()
            except IndexError:  # another thread took the last one
                return None
            if time.monotonic() - since < OLD and connection.is_idle():
                return connection
            connection.close()
        return None

    def _keep(self, connection: Connection, response: Response) -> None:
        if response.kept and len(self._kept) < KEPT:
            self._kept.append((connection, time.monotonic()))
        else:
            connection.close()
        self._drop_the_oldest()

    def _drop_the_oldest(self) -> None:
        """One that is too old, so that what a busy hour has left does not stay for ever."""
        try:
            connection, since = self._kept.popleft()
        except IndexError:
            return
        if time.monotonic() - since < OLD:
            self._kept.appendleft((connection, since))
        else:
            connection.close()

    def _connected(self) -> Connection:
        host, port = self._base.hostname or "", self._base.port or _PORTS.get(self._base.scheme, 80)
        tls = self._tls if self._base.scheme == "https" else None
        connect = self._timeouts.connect
        # the watchdog is stricter; this is for its failure
        silence = max(self._timeouts.first_token, self._timeouts.between_tokens) + 5
        try:
            return Connection(host, port, tls, connect=connect, silence=silence)
        except TimeoutError as exc:
            raise self._errors.unavailable(f"no connection to {self._errors.address} within {connect:g} s") from exc
        except OSError as exc:
            raise self._errors.unconnected(exc) from exc

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def _asked(connection: Connection, head: bytes, body: Body, upstream: Upstream) -> Response:
    """The answer on *connection*, which is closed where none comes."""
    try:
        upstream.attach(connection.socket)
        upstream.cancel.check()
        return connection.ask(head, body)
    except BaseException:
        connection.close()
        raise


def _next(response: Response, *, done: bool) -> bytes:
    """More of the body; one that is *done* may end in any way."""
    try:
        return response.read()
    except OSError:
        if done:
            return b""
        raise


def _says_nothing(chunk: bytes) -> bool:
    """Whether there are only comments in it."""
    return chunk.startswith(b":") and all(line.rstrip(b"\r")[:1] in (b"", b":") for line in chunk.split(b"\n"))


def _may_be_an_answer(beginning: bytes) -> bool:
    """Whether what answers without a fitting content type begins as events or JSON do."""
    return beginning.removeprefix(events.BOM).lstrip().startswith((b"{", *_EVENT_BEGINS))


def _is_whole(kind: str, beginning: bytes) -> bool:
    """Whether an answer is one JSON object rather than events; servers' content types may say either."""
    begins = beginning.lstrip()
    return begins.startswith(b"{") or (is_json(kind) and not begins.startswith(_EVENT_BEGINS))


def _may_be_text(kind: str, route: Route) -> bool:
    """Whether an answer of another API, of this content type, may be a text or a recording, and not JSON."""
    return not is_json(kind) and (not route.holds or (route.each != "" and kind.lower().startswith(_BYTES)))


def _are_events(kind: str, beginning: bytes, *, may_be_text: bool) -> bool:
    """Whether an answer of another API is events; if not, it is JSON, or a text if it *may be* one."""
    begins = beginning.lstrip()
    if kind.lower().startswith(_EVENTS):
        return not begins.startswith(b"{")
    return not may_be_text and begins.startswith(_EVENT_BEGINS)


def _of_events(head: PassthroughHead) -> PassthroughHead:
    """*head* with the type of events."""
    is_announced = head.headers["Content-Type"].lower().startswith(_EVENTS)
    return head if is_announced else PassthroughHead(head.status, {"Content-Type": _EVENTS})


def _whole_of(head: PassthroughHead, body: bytes, failures: _Failures) -> PassthroughResponse:
    """The head and the body of an answer that was not streamed; as events where its client asked for these."""
    answer = passthrough.whole(body, failures, PassedCalls(failures.asked), failures.shape)
    if passthrough.wants_stream(failures.passthrough.body):
        yield PassthroughHead(head.status, {"Content-Type": _EVENTS})
        yield passthrough.streamed(answer)
    else:
        yield head if is_json(head.headers["Content-Type"]) else PassthroughHead(head.status, {"Content-Type": _JSON})
        yield answer


def _events_of(head: PassthroughHead, bodies: Iterable[bytes], failures: _Failures) -> PassthroughResponse:
    """The head and the events of an answer, whatever type the server gave it."""
    relay = passthrough.EventPassthrough(failures, PassedCalls(failures.asked), failures.shape)
    return _relayed(_of_events(head), bodies, relay)


def _relayed(
    head: PassthroughHead, bodies: Iterable[bytes], relay: passthrough.EventPassthrough | HandedOnEvents
) -> PassthroughResponse:
    """The head and the events that *relay* makes of an answer; the head waits for the first event that may go out."""
    begun = False
    try:
        for part in bodies:
            if out := relay.feed(part):
                if not begun:
                    yield head
                    begun = True
                yield out
    except BackendUnavailable:
        if not relay.finished:  # else all of the answer is out, and what broke came after it
            raise
    last = relay.end()
    if not begun:
        yield head
    yield last


@dataclass(frozen=True)
class _Failures:
    """Our errors of what a server says in its answer to one request, nothing of which is repeated in them."""

    source: ErrorMapper
    passthrough: PassthroughRequest

    @property
    def shape(self) -> Shape:
        """That of the answers to its path."""
        return Shape(completions=self.passthrough.path == COMPLETIONS)

    def asked(self) -> Mapping[str, Any]:
        """The fields of the request."""
        asked = _read(self.passthrough.body)
        return asked if isinstance(asked, Mapping) else {}

    def failed_midway(self, body: Any) -> BackendError:
        return self.source.failed_midway(body, written(_read(self.passthrough.body)))

    def gave_up(self, reason: str) -> BackendError:
        return self.source.gave_up(reason)

    def missing_finish_reason(self) -> BackendError:
        return self.source.missing_finish_reason()

    def malformed_event(self) -> BackendError:
        return self.source.malformed_event()

    def no_model_server(self, came: bytes) -> BackendError:
        return self.source.no_model_server(came, written(_read(self.passthrough.body)))

    def unavailable(self, why: str) -> BackendError:
        return self.source.unavailable(why)


def _read(body: Body) -> object:
    """A JSON value, or the text that *body* is: of a long one, which may be a recording, its beginning and its end."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        ends = body if len(body) <= 2 * LARGEST_ERROR else body[:LARGEST_ERROR] + body[-LARGEST_ERROR:]
        return ends.decode("utf-8", "replace")


def _close_all(connections: deque[tuple[Connection, float]]) -> None:
    for connection, _ in connections:
        connection.close()
