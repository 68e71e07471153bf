"""One connection to an HTTP/1.1 server: a socket and httptools' parser, which take a fifth of http.client's time."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Mapping
from contextlib import suppress

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from app.backends.http.unpacking import Unpacker, Unreadable, packings, unpacker
from app.gil import Released, release

BLOCK = 16384  # bytes that are read at a time
LITTLE = 2048  # bytes if less came the last time: a stream waits most of its life, and its buffer waits with it
LARGE = 65536  # bytes of a body from which on it is sent apart from the head: to join them would copy it
FIRST_FINAL = 200  # statuses below it only announce the final one
_LOOK = int(socket.MSG_PEEK | socket.MSG_DONTWAIT)  # once: to join flags takes a microsecond


class Broken(ConnectionError):
    """The upstream response ended early."""


class Connection:
    """Sends one request after the other. *silence* (s) ends a read that nothing else ends. Connecting raises OSError."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, *, connect: float, silence: float) -> None:
        release()  # connecting may take long
        made = socket.create_connection((host, port), timeout=connect)
        try:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self.socket = made if tls is None else tls.wrap_socket(made, server_hostname=host)
            self.socket.settimeout(None)
            # the system's timeout: Python's own would poll before each read
            made_of = struct.pack("ll", int(silence), int(1e6 * (silence % 1)))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, made_of)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, made_of)
        except BaseException:
            made.close()
            raise

    def ask(self, head: bytes, body: bytes | bytearray) -> Response:
        """The response to a request, once its status and headers are here. Raises OSError."""
        with suppress(BrokenPipeError):  # a server may refuse a request before it has read all of it
            if len(body) > LARGE:
                release()
                self.socket.sendall(head)
                self.socket.sendall(body)
            else:
                self.socket.sendall(head + body if body else head)
        response = Response(self.socket)
        response.begin()
        return response

    def is_idle(self) -> bool:
        """True if the server has neither closed the connection nor sent anything that was not asked for."""
        if isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            return False
        try:
            # the plain socket's recv, also below TLS
            socket.socket.recv(self.socket, 1, _LOOK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        self.socket.close()


class Response:
    """One response; names of *headers* are in lower case."""

    def __init__(self, connection: socket.socket) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.over = False
        self._socket = connection
        self._parser = HttpResponseParser(self)
        self._begun = False
        self._lasting = False  # whether the server keeps the connection open
        self._more = False  # whether something came after the end
        self._parts: list[bytes] = []
        self._room = BLOCK
        self._unpacker: Unpacker | None = None

    @property
    def kept(self) -> bool:
        """Whether the connection may be used for another request, once this response has ended."""
        return self.over and self._lasting and not self._more

    def begin(self) -> None:
        """Reads until status and headers are here."""
        while not self._begun:
            self._read()
        self._unpacker = unpacker(self.headers)

    @property
    def is_packed(self) -> bool:
        """True if the body is compressed as we do not read it."""
        return self._unpacker is None and bool(packings(self.headers))

    def read(self) -> bytes:
        """The next bytes of the body, as soon as there are any; empty at its end. Raises OSError."""
        if self._unpacker is None:
            return self._came()
        try:
            while came := self._came():
                if unpacked := self._unpacker.feed(came):
                    return unpacked
            self._unpacker.end()
        except Unreadable as exc:
            raise Broken(str(exc)) from exc
        return b""

    def _came(self) -> bytes:
        """The same as the server sent it."""
        while not self._parts and not self.over:
            self._read()
        found, self._parts = self._parts, []
        return found[0] if len(found) == 1 else b"".join(found)

    def whole(self, most: int | None = None) -> bytes:
        """All of the body, or somewhat more than *most* bytes of it."""
        found = bytearray()
        while (part := self.read()) and (most is None or len(found) < most):
            found += part
        return bytes(found)

    def _read(self) -> None:
        with Released():
            data = self._socket.recv(self._room)
        self._room = BLOCK if len(data) == self._room else LITTLE
        if not data:
            if self._begun and not self._ends_by_itself():
                self.over = True
                return
            raise Broken("it was closed in the middle of an answer" if self._begun else "it was closed before an answer")
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as exc:
            if not self.over:
                raise Broken("what came is no HTTP answer") from exc
            self._more = True  # what came behind the answer is none of it

    def _ends_by_itself(self) -> bool:
        """Whether the answer says where it ends; otherwise it ends with the connection."""
        return "content-length" in self.headers or "transfer-encoding" in self.headers or self.status in (204, 304)

    # what the parser tells

    def on_message_begin(self) -> None:
        self._more = self._more or self.over

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._begun:  # what comes after the body is no header
            self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self._more:
            return
        self.status = self._parser.get_status_code()
        if self.status < FIRST_FINAL:
            self.headers.clear()
        else:
            self._begun = True

    def on_body(self, body: bytes) -> None:
        if not self._more:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        self.over = self._begun
        self._lasting = self._parser.should_keep_alive()


def request_head(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """Everything before the body but its length, and the empty line. Raises ValueError for what would be another header."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    for line in lines:
        if "\r" in line or "\n" in line:
            raise ValueError("a header of a request may not hold a line end")
    return "\r\n".join([*lines, ""]).encode("latin-1")


def with_length(head: bytes, body: bytes | bytearray) -> bytes:
    """*head* as it goes out before *body*."""
    return b"%bContent-Length: %d\r\n\r\n" % (head, len(body)) if body else head + b"\r\n"
