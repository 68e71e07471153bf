"""Gunicorn's threaded worker, made so that no client holds its main thread, and that heads and idle connections hold no thread.

The main thread never waits for one client: it reads heads as they come, closes connections bit by bit, and hands a request to a
thread once its head is there. When all threads are taken, health checks and scrapes have threads of their own."""

from __future__ import annotations

import errno
import os
import re
import selectors
import socket
import struct
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import NoMoreData
from gunicorn.http.parser import RequestParser
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.exceptions import BadRequest

from app.errors import raised_at
from app.serve.bodies import PATIENCE, TOO_SLOW, DeadlineUnreader, bound
from app.serve.refusals import ONE_HOST, START, answer, has_a_host, path_of, refusal
from app.serve.waiting import ClientConnection, Waiting

HEAD_SECONDS = 10.0  # in which a head is whole after its first byte, and in which a new connection sends that
LINGER_SECONDS = 2.0  # that a closed connection is read from, so that its last answer is not lost (RFC 9112, section 9.6)
STOP_SECONDS = 2.0  # that a stopping worker keeps connections on which a request may be on its way
SEND_SECONDS = 30.0  # without a byte taken, after which a client that does not read its answer is given up
ENDING_SECONDS = 2  # between the end of the drain and the end of the process at the latest; gunicorn kills it then
ABORT_SECONDS = 1.0  # of these, for the last words to requests that were not done

PEEKED = 16_384  # bytes that are looked at before a request is handed to a thread
LONGEST_HEAD = 131_072  # bytes
MOST_DRAINED = 65_536  # bytes that a closed connection may still send
SCARCE = 4  # threads are scarce when one of so many is taken
VITAL_THREADS = 8
VITAL = re.compile(rb"(?:GET|HEAD) /(?:healthcheck|metrics|health/metrics)[ ?]")
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,6})[ \t]*\r\n", re.IGNORECASE)
EXPECTING = re.compile(rb"\r\nexpect[ \t]*:", re.IGNORECASE)
HAS_A_BODY = re.compile(rb"\r\n(?:content-length|transfer-encoding)[ \t]*:", re.IGNORECASE)

LEFT = frozenset(
    {errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN, errno.EBADF, errno.EAGAIN}
)  # the client left, or does not read
TRY_LATER = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED, errno.EPROTO, errno.EINTR})
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def ends_head(data: bytes | bytearray, known: int = 0) -> bool:
    """Whether a thread need not wait for more of a head: it is whole, or so malformed that it never will be.

    The first *known* bytes are known not to end it."""
    start = max(0, known - 3)
    if start and data[start : start + 1] == b"\n":
        start += 1  # its carriage return is before it
    return data.find(b"\r\n\r\n", start) >= 0 or data.count(b"\n", start) != data.count(b"\r\n", start)


def small_length(data: bytes | bytearray) -> int:
    """How long a request is in all, of which *data* is the beginning with the whole head; 0 for one that a thread is to read:
    without a length, long, or of a client that has to be told to send its body."""
    end = data.find(b"\r\n\r\n") + 4
    length = LENGTH.search(data, 0, end)
    if end < 4 or length is None or int(length[1]) > PEEKED or EXPECTING.search(data, 0, end):
        return 0
    return end + int(length[1])


def is_vital(head: bytes | bytearray) -> bool:
    """Whether it is a health check or a scrape, which is answered under any load."""
    return VITAL.match(head) is not None and HAS_A_BODY.search(head) is None


class ConnectionWorker(ThreadWorker):
    """See the module. `app` is told of a stop: `abort_requests` and `end_process` of the gunicorn application."""

    app: Any
    cfg: Any
    log: Any
    poller: Any
    tpool: Any
    method_queue: Any

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._new, self._heads, self._bodies, self._lingering = Waiting(), Waiting(), Waiting(), Waiting()
        self.keepalived_conns: Any = Waiting()
        self._busy = 0  # requests that have a thread, or wait for one; those of the vital threads do not count
        self._vital_pool = ThreadPoolExecutor(VITAL_THREADS, thread_name_prefix="vital")

    # ---- the main thread ----

    def run(self) -> None:
        self.poller.register(self.method_queue.fileno(), selectors.EVENT_READ, self.method_queue.run_callbacks)
        while self.alive:
            self.notify()
            self.set_accept_enabled(True)
            self.wait_for_and_dispatch_events(timeout=1.0)
            if not self.is_parent_alive():
                break
            self._expire()
        self._drain()

    def _drain(self) -> None:
        """Accepts nothing more, and waits for what is in flight; a thread sees to it that this comes to an end."""
        self.set_accept_enabled(False)
        threading.Thread(target=self._end_in_time, name="end-in-time", daemon=True).start()
        for group in (self._new, self.keepalived_conns, self._heads, self._bodies):
            group.hurry(STOP_SECONDS)
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while self.nr_conns > len(self._lingering) and time.monotonic() < deadline:
            self.notify()
            self.wait_for_and_dispatch_events(timeout=0.1)
            self._expire()
        self.tpool.shutdown(wait=False)
        self._vital_pool.shutdown(wait=False)
        for listener in self.sockets:
            listener.close()

    def _end_in_time(self) -> None:
        """Ends the process when the drain is over, also if a thread is stuck; before that, requests get their last words."""
        time.sleep(max(0.0, self.cfg.graceful_timeout - ENDING_SECONDS))
        self.app.abort_requests()
        time.sleep(ABORT_SECONDS)
        self.log.warning("%d requests in flight were not done in time", self._busy)
        self.app.end_process()
        os._exit(0)

    def accept(self, listener: Any) -> None:
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        try:
            client, address = listener.accept()
        except OSError as exc:
            if exc.errno in EXHAUSTED:
                self._make_room()
                self.set_accept_enabled(False)  # until the next round
            elif exc.errno not in TRY_LATER:
                self.log.error("a connection could not be accepted: %s", exc.strerror)
            return
        self.nr_conns += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(SEND_SECONDS), 0))
        connection = ClientConnection(self.cfg, client, address, listener.getsockname())
        self._on_readable(connection)  # most clients have sent their request already

    def _hold(self, connection: ClientConnection, group: Waiting, seconds: float) -> None:
        """Makes *connection* wait in *group*, without a thread."""
        if connection.group is None:
            self._register(connection)
        else:
            connection.group.discard(connection)
        group.add(connection, seconds)

    def _register(self, connection: ClientConnection) -> None:
        """Raises ValueError for a socket that is closed already.

        The library of WebSockets closes its socket in a thread of its own, also after we wait on it. The system gives the
        number of that socket to the next connection, while the poller still has it for the closed one."""
        told = partial(self._on_event, connection)
        try:
            self.poller.register(connection.sock, selectors.EVENT_READ, told)
        except KeyError:
            self.poller.unregister(connection.sock.fileno())
            self.poller.register(connection.sock, selectors.EVENT_READ, told)

    def _release(self, connection: ClientConnection) -> None:
        """Ends the waiting of *connection*."""
        if connection.group is not None:
            connection.group.discard(connection)
            with suppress(OSError, KeyError, ValueError):
                self.poller.unregister(connection.sock)

    def _drop(self, connection: ClientConnection) -> None:
        """Closes *connection* now."""
        self._release(connection)
        self.nr_conns -= 1
        with suppress(OSError):
            connection.sock.close()

    def _on_event(self, connection: ClientConnection, _client: Any) -> None:
        if connection.group is self._lingering:
            self._throw_away(connection)
        elif connection.group is not None:
            self._on_readable(connection)

    def _on_readable(self, connection: ClientConnection) -> None:
        """Examines what has arrived; a whole head goes to a thread, still unread in the socket if it came in one piece."""
        try:
            seen = connection.sock.recv(PEEKED, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            if seen and not connection.head and ends_head(seen) and not self._awaits_body(connection, seen):
                return self._serve(connection, seen)
            if seen:
                connection.head += connection.sock.recv(len(seen))
        except BlockingIOError:
            if connection.group is None:
                self._hold(connection, self._new, HEAD_SECONDS)
            return None
        except OSError:
            seen = b""
        if not seen:
            return self._drop(connection)
        return self._go_on_with_head(connection, len(connection.head) - len(seen))

    def _go_on_with_head(self, connection: ClientConnection, known: int = 0) -> None:
        """Continues with a head that came in pieces; its first *known* bytes were examined before."""
        if connection.needed or ends_head(connection.head, known):
            if self._awaits_body(connection, connection.head):
                self._hold_for_body(connection)
            else:
                self._serve(connection, connection.head)
        elif len(connection.head) > LONGEST_HEAD:
            self._refuse(connection, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the headers are too long")
        elif connection.group is not self._heads:
            self._hold(connection, self._heads, HEAD_SECONDS)

    def _awaits_body(self, connection: ClientConnection, data: bytes | bytearray) -> bool:
        """Whether to wait for the rest of a small body without a thread: slower, and done when threads are scarce."""
        if not connection.needed and self._busy >= self.cfg.threads // SCARCE:
            connection.needed = small_length(data)
        return len(data) < connection.needed

    def _hold_for_body(self, connection: ClientConnection) -> None:
        if connection.group is not self._bodies:
            self._hold(connection, self._bodies, PATIENCE.stall)

    def _serve(self, connection: ClientConnection, head: bytes | bytearray) -> None:
        """Passes a request to a thread."""
        self._release(connection)
        connection.data_ready = connection.initialized = True
        connection.needed = 0
        if connection.parser is None:
            connection.parser = self.make_parser(connection)
        vital = self.is_crowded() and is_vital(head)
        if connection.head:
            connection.parser.unreader.unread(bytes(connection.head))
            connection.head.clear()
        pool = self._vital_pool if vital else self.tpool
        self._busy += not vital
        try:
            task = pool.submit(self.handle, connection)
        except RuntimeError:  # the system has no more threads for us, or the process ends
            self._busy -= not vital
            return self._drop(connection)
        task.add_done_callback(lambda done: self.method_queue.defer(self._done, connection, done, vital))
        return None

    def enqueue_req(self, conn: Any) -> None:
        """Gunicorn's own way to `_serve`."""
        self._serve(conn, b"")

    def _done(self, connection: ClientConnection, task: Future[Any], vital: bool) -> None:
        self._busy -= not vital
        self.finish_request(connection, task)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """A thread is done with a request: the connection waits for the next one, or is closed."""
        kept = not fs.cancelled() and fs.exception() is None and bool(fs.result())
        if not kept or conn.sock.fileno() < 0:
            return self._part(conn)
        conn.head += conn.parser.unreader.take_buffered()
        try:
            self._hold(conn, self.keepalived_conns, self.cfg.keepalive if self.alive else min(STOP_SECONDS, self.cfg.keepalive))
        except ValueError:
            return self._drop(conn)
        return self._go_on_with_head(conn) if conn.head else None

    def _part(self, connection: ClientConnection) -> None:
        """Closes *connection* as RFC 9112 (section 9.6) has it: our end at once, and the rest when the client has done so, or
        after LINGER_SECONDS. Nobody waits meanwhile."""
        try:
            connection.sock.setblocking(False)
            connection.sock.shutdown(socket.SHUT_WR)
            self._hold(connection, self._lingering, LINGER_SECONDS)
        except (OSError, ValueError):
            return self._drop(connection)
        return self._throw_away(connection)

    def _throw_away(self, connection: ClientConnection) -> None:
        """Reads what a client still sends on a connection that is closed."""
        try:
            while data := connection.sock.recv(PEEKED, socket.MSG_DONTWAIT):
                connection.drained += len(data)
                if connection.drained > MOST_DRAINED:
                    break
        except BlockingIOError:
            return
        except OSError:
            pass  # the client has closed it the hard way
        self._drop(connection)

    def _refuse(self, connection: ClientConnection, status: HTTPStatus, why: str) -> None:
        with suppress(OSError):
            connection.sock.send(answer(status, why, path_of(connection.head[:START])), socket.MSG_DONTWAIT)
        self._part(connection)

    def _expire(self) -> None:
        """Closes connections whose deadline has passed."""
        for group in (self._lingering, self._new, self.keepalived_conns):
            for connection in group.expired():
                self._drop(connection)
        for group in (self._heads, self._bodies):
            for connection in group.expired():
                self._refuse(connection, HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)

    def _make_room(self) -> None:
        """Closes the least valuable connection, so that another one can be accepted."""
        for group in (self._lingering, self.keepalived_conns, self._new, self._heads, self._bodies):
            oldest = group.oldest()
            if oldest is not None:
                return self._drop(oldest)
        return None

    # ---- the threads ----

    def is_crowded(self) -> bool:
        """Whether all threads are taken."""
        return bool(self._busy >= self.cfg.threads)

    def parser_class(self, _connection: ClientConnection) -> type[RequestParser]:
        return RequestParser

    def make_parser(self, connection: ClientConnection) -> Any:
        """The parser of the requests on *connection*."""
        parser = self.parser_class(connection)(self.cfg, connection.sock, connection.client)
        parser.unreader = DeadlineUnreader(connection.sock, self.is_crowded)
        return parser

    def handle(self, conn: Any) -> Any:
        """Answers the request on *conn*, whose head has arrived; returns whether the connection is kept."""
        request: Any = None
        try:
            conn.sock.setblocking(True)
            conn.parser.unreader.begin()
            request = next(conn.parser)
            return self._keepalive_after(conn, self.handle_request(request, conn))  # type: ignore[attr-defined]  # newer than its stubs
        except (StopIteration, NoMoreData):
            self.log.debug("a client closed its connection")
        except OSError as exc:
            if exc.errno not in LEFT:
                self.log.exception("Socket error processing request.")
        except Exception as exc:  # noqa: BLE001  a bug, or a request that cannot be parsed
            self.handle_error(request, conn.sock, conn.client, exc, path_of(conn.parser.unreader.start))
        return False

    def handle_request(self, req: Any, conn: Any) -> Any:
        if not has_a_host(req):
            raise BadRequest(ONE_HOST)
        bound(req, self.app.max_body)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException, path: str = "") -> None:
        del req  # its words are not repeated
        refused = refusal(exc)
        if refused is None:
            self.log.error("Error handling request: %s at %s", type(exc).__name__, raised_at(exc))  # its words may quote a text
            refused = HTTPStatus.INTERNAL_SERVER_ERROR, "see the log of the gateway"
        else:
            self.log.info("a request from %s was refused: %s", addr[0] if addr else "", refused[1])
        with suppress(OSError):
            client.send(answer(*refused, path), socket.MSG_DONTWAIT)
