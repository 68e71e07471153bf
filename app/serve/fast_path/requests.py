"""Short requests, each read in one piece and answered in one: gunicorn's own way, made for everything that may come, is a
third of what such a request costs in all. Anything unusual is left to gunicorn."""

from __future__ import annotations

import re
import select
import socket
import struct
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache
from io import BytesIO
from typing import Any

from gunicorn import SERVER
from gunicorn.http.message import HeaderPolicy
from gunicorn.http.parser import RequestParser
from gunicorn.util import hop_headers, http_date

from app import gil
from app.serve.refusals import HOST
from app.web.streaming.formats import EVENT_STREAM

LOOK = 65536  # bytes that are read at once
STAY = 50  # milliseconds that a thread waits for the next request on its connection
MOMENT = 5  # milliseconds; many clients send the body right after the head, but apart from it
LONGEST_HEAD = 8190  # bytes; gunicorn's limit for a single field of it
# Requests that are handed on within a millisecond, most of them.
HEAD = re.compile(rb"POST (/v1/(?:chat/)?completions) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+:[\t\x20-\x7e\x80-\xff]*\r\n){1,64})\r\n")
FIELD = re.compile(r"([^:]+):([^\r]*)\r\n")
LENGTH = re.compile(r"[0-9]{1,5}")
STREAMED = b'"stream"'  # an answer that is streamed takes no turn at the lock
EXPECTING = re.compile(rb"\r\nexpect:", re.IGNORECASE)  # a client that sends no body before it is told to
# With these, it is not as simple as it looks: other frames, a compressed body, or a header that only a trusted proxy may send.
INVOLVED = frozenset({
    "HTTP_CONTENT_ENCODING",
    "HTTP_EXPECT",
    "HTTP_HTTP2_SETTINGS",
    "HTTP_PATH_INFO",
    "HTTP_SCRIPT_NAME",
    "HTTP_TE",
    "HTTP_TRAILER",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_UPGRADE",
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_FORWARDED_SSL",
})  # fmt: skip
REPLACED = hop_headers | {"content-length"}  # what the server says, not the application
BODILESS = ("204", "304")  # statuses


@dataclass(frozen=True, slots=True)
class ShortRequest:
    """A request that is here from end to end, with what gunicorn asks one of its own about."""

    path: str
    fields: Mapping[str, str]  # by name in the WSGI environment
    text: bytes
    rest: bytes = b""  # what came after it
    scheme: str = "http"

    method = "POST"
    query = ""
    version = (1, 1)

    @property
    def uri(self) -> str:
        return self.path

    @property
    def body(self) -> BytesIO:
        return BytesIO(self.text)

    def should_close(self) -> bool:
        return False


def short_request(here: bytes) -> ShortRequest | None:
    """The request at the start of *here*, if all of it is there and it is one of the ordinary short ones."""
    head = HEAD.match(here)
    if head is None or head.end() > LONGEST_HEAD:
        return None
    fields: dict[str, str] = {}
    for name, value in FIELD.findall(head[2].decode("latin-1")):
        key = _key(name)
        if key in fields or key in INVOLVED:
            return None
        fields[key] = value.strip(" \t")
    if HOST.fullmatch(fields.get("HTTP_HOST", "?")) is None:
        return None
    length = fields.get("CONTENT_LENGTH", "")
    if not LENGTH.fullmatch(length) or fields.get("HTTP_CONNECTION", "keep-alive").lower() not in ("", "keep-alive"):
        return None
    end = head.end() + int(length)
    body = here[head.end() : end]
    if len(here) < end or STREAMED in body:
        return None
    return ShortRequest(head[1].decode("ascii"), fields, body, here[end:])


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return str(http_date(second))


@lru_cache(maxsize=256)
def _key(name: str) -> str:
    """The name of a header in a WSGI environment."""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"


class Other(Enum):
    """What a client may send instead of a short request."""

    NOTHING = auto()  # it is silent
    SOMETHING = auto()  # it asks for something that gunicorn is to read


class ShortParser(RequestParser, HeaderPolicy):
    """Gunicorn's parser of the requests on one connection, with short ones read at once: those take a turn."""

    mesg: Any
    unreader: Any

    def __init__(self, cfg: Any, client: socket.socket, address: Any) -> None:
        super().__init__(cfg, client, address)
        self.peer_addr = address  # for what a proxy may say
        self._trusted = bool(self._peer_is_trusted_proxy())  # type: ignore[attr-defined]  # newer than its stubs
        self._client = client
        self._hurried = False

    def __next__(self) -> Any:
        short = self._read() if self._begins_afresh() else None
        return super().__next__() if short is None else short

    def _begins_afresh(self) -> bool:
        """Whether the next request may be served, and all of it is yet to be read: to finish the last body may read into it."""
        last_one = self.mesg is not None and self.mesg.should_close()
        over = not last_one and bool(self.finish_body())  # type: ignore[func-returns-value]  # newer than its stubs
        return over and not self.unreader.buf.getvalue()

    def hear(self) -> ShortRequest | Other:
        """The client's next request, if it comes within STAY. Its last request must be over."""
        heard: ShortRequest | Other = Other.SOMETHING  # what came with that, no poll shows
        if not self.unreader.buf.getvalue():
            self._hurry(True)
            try:
                heard = self._read() or Other.SOMETHING
            except BlockingIOError:
                heard = Other.NOTHING
        if isinstance(heard, Other):
            self.be_patient()
        return heard

    def be_patient(self) -> None:
        """From now on, reads from the connection wait without a limit."""
        self._hurry(False)

    def _hurry(self, hurried: bool) -> None:
        """Sets the system's timeout: polling before each read would be a quarter of the cost of reading."""
        if hurried is not self._hurried:
            self._hurried = hurried
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 1000 * STAY * hurried))

    def _read(self) -> ShortRequest | None:
        """A complete short request; None if it is any other request, which gunicorn then reads."""
        here = self._client.recv(LOOK)
        if HEAD.fullmatch(here) and not EXPECTING.search(here) and _waits(self._client, MOMENT):
            here += self._client.recv(LOOK)
        short = short_request(here)
        if short is None:
            self.unreader.unread(here)
            return None
        gil.acquire()
        self.mesg = None  # nothing of it is left to be read
        if short.rest:
            self.unreader.unread(short.rest)
        https = self._trusted and short.fields.get("HTTP_X_FORWARDED_PROTO") == "https"
        return replace(short, scheme="https") if https else short


def _waits(client: socket.socket, milliseconds: int) -> bool:
    """Whether *client* sends something, or disconnects, within that time."""
    poll = select.poll()
    poll.register(client, select.POLLIN)
    return bool(poll.poll(milliseconds))


class Reply:
    """The application's answer to a short request: collected, and sent in one piece."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []

    def start(self, status: str, headers: Iterable[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
        del exc_info  # nothing is sent yet: a later start takes the place of the one before
        self.status, self.headers = status, list(headers)
        return self._body.append

    @property
    def is_plain(self) -> bool:
        """Whether it has an end that may be waited for, and a body."""
        kind = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return not kind.startswith(EVENT_STREAM) and self.status[:3] not in BODILESS

    def whole(self, view: Iterable[bytes], *, kept: bool) -> bytes:
        """The bytes to send. Raises ValueError if a header contains a line break."""
        self._body.extend(view)
        body = b"".join(self._body)
        lines = (
            f"HTTP/1.1 {self.status}",
            *(f"{name}: {value}" for name, value in self.headers if name.lower() not in REPLACED),
            f"Server: {SERVER}",
            f"Date: {_date(int(time.time()))}",
            f"Connection: {'keep-alive' if kept else 'close'}",
            f"Content-Length: {len(body)}",
        )
        head = "\r\n".join((*lines, "", ""))
        if not head.count("\r") == head.count("\n") == len(lines) + 1 or "\0" in head:
            raise ValueError("a header of the answer holds the end of a line")
        return head.encode("latin-1") + body


def environment(request: ShortRequest, conn: Any, usual: Mapping[str, Any]) -> dict[str, Any]:
    """The WSGI environment of *request*, as gunicorn would make it; *usual* is the part common to all requests."""
    return {
        **usual,
        "wsgi.input": request.body,
        "wsgi.multithread": True,
        "wsgi.url_scheme": request.scheme,
        "gunicorn.socket": conn.sock,
        "REQUEST_METHOD": "POST",
        "QUERY_STRING": "",
        "RAW_URI": request.path,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": conn.client[0],
        "REMOTE_PORT": str(conn.client[1]),
        "SERVER_NAME": conn.server[0],
        "SERVER_PORT": str(conn.server[1]),
        "PATH_INFO": request.path,
        "SCRIPT_NAME": "",
        **request.fields,
    }
