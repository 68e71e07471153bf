"""Clients that hold what they can, with the real gunicorn: whatever they do, health checks and scrapes are answered."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from app.web.streaming.request_limit import MOST_WATCHERS
from tests.acceptance.processes import Gateway, House, eventually, transcript

pytestmark = pytest.mark.acceptance

DESCRIPTORS = 6000  # that this process needs
WORKERS = 2
GIVEN_UP = 8.0  # seconds without an answer: an outage, not a busy machine
CLOSING = b"GET /healthcheck HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HALF_A_HEAD = b"GET /services HTTP/1.1\r\nHost: x\r\nX-Slow: "
HALF_A_BODY = (
    b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    + b'{"prompt": "'
)


@pytest.fixture(scope="module", autouse=True)
def descriptors() -> Iterator[None]:
    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < DESCRIPTORS:
        pytest.skip(f"a process may open {most} files here, which is less than {DESCRIPTORS}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, DESCRIPTORS), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, most))


@pytest.fixture(scope="module")
def gateway(shared_house: House, services: Path) -> Gateway:
    gateway = shared_house.gateway(services, "--workers", str(WORKERS), command="web", fake=shared_house.fake())
    gateway.start()
    return gateway


class Watch:
    """Asks for health and metrics all the time; *slow* has what was not answered, or not in time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.took: dict[str, list[float]] = {"/healthcheck": [], "/metrics": []}
        self.slow: list[str] = []
        self._over = threading.Event()

    def _ask(self, path: str) -> None:
        while not self._over.wait(0.05):
            began = time.monotonic()
            try:
                connection = HTTPConnection("127.0.0.1", self._port, timeout=GIVEN_UP)
                connection.request("GET", path)
                status = connection.getresponse().status
                connection.close()
            except (OSError, HTTPException) as exc:
                status = 0
                self.slow.append(f"{path}: {exc!r}")
            if status not in (0, 200):
                self.slow.append(f"{path}: {status}")
            self.took[path].append(time.monotonic() - began)

    @contextmanager
    def watching(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._ask, args=(path,), daemon=True) for path in self.took]
        for thread in threads:
            thread.start()
        yield
        self._over.set()
        for thread in threads:
            thread.join(2 * GIVEN_UP)
        for path, took in self.took.items():
            slowest = sorted(took)[int(0.99 * len(took))]
            print(f"{path}: {len(took)} times, p99 {1000 * slowest:.0f} ms, slowest {1000 * max(took):.0f} ms")  # noqa: T201


def connect(port: int, stack: ExitStack, said: bytes = b"") -> socket.socket:
    client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=GIVEN_UP))
    if said:
        client.sendall(said)
    return client


def unclosed(port: int, stack: ExitStack) -> None:
    """Twenty a second that are answered and told to close, and stay."""
    for _ in range(100):
        connect(port, stack, CLOSING)
        time.sleep(0.05)


def half_heads(port: int, stack: ExitStack) -> None:
    for _ in range(1100):
        connect(port, stack, HALF_A_HEAD)


def half_bodies(port: int, stack: ExitStack) -> None:
    """More than there are threads."""
    for _ in range(1700):
        connect(port, stack, HALF_A_BODY)


def idle(port: int, stack: ExitStack) -> None:
    for _ in range(2000):
        connect(port, stack)


@pytest.mark.parametrize("attack", [unclosed, half_heads, half_bodies, idle], ids=lambda attack: attack.__name__)
def test_health_and_metrics_are_answered_whatever_clients_do(
    gateway: Gateway, attack: Callable[[int, ExitStack], None]
) -> None:
    watch = Watch(gateway.port)

    with ExitStack() as stack, watch.watching():
        attack(gateway.port, stack)
        time.sleep(4)

    assert watch.slow == []
    assert min(map(len, watch.took.values())) > 5
    eventually(lambda: gateway.ask("GET", "/services").status == 200, what="the others are served again")


def test_a_head_that_does_not_end_is_told_to_be_late(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=40) as client:
        client.sendall(HALF_A_HEAD)

        said = b"".join(iter(lambda: client.recv(65536), b""))

    assert said.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_stalls_is_told_to_be_late(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=60) as client:
        client.sendall(HALF_A_BODY)

        said = client.recv(65536)

    assert said.startswith(b"HTTP/1.1 408 ")


def test_a_head_that_comes_in_pieces_is_answered(gateway: Gateway) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=40) as client:
        for piece in (
            b"GET /healthch",
            b"eck HTTP/1.1\r",
            b"\nHost: x\r\n\r",
            b"\nGET /healthcheck HTTP/1.1\r\n",
            CLOSING[27:],
        ):
            client.sendall(piece)
            time.sleep(0.2)

        said = b"".join(iter(lambda: client.recv(65536), b""))

    assert said.count(b"HTTP/1.1 200 OK") == 2


def test_those_who_follow_a_job_leave_threads_for_others(gateway: Gateway) -> None:
    job = gateway.submit("rolling", transcript(2))
    follow = f"GET /jobs/{job}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    watch = Watch(gateway.port)

    with ExitStack() as stack, watch.watching():
        clients = [connect(gateway.port, stack, follow) for _ in range(1100)]
        answers = [client.recv(65536) for client in clients]
        served = gateway.ask("GET", "/services").status
        time.sleep(4)

    statuses = Counter(answer[9:12] for answer in answers)
    assert (watch.slow, served) == ([], 200)
    assert set(statuses) == {b"200", b"503"}
    assert statuses[b"200"] <= WORKERS * MOST_WATCHERS
    assert all(b"\r\nRetry-After: " in answer for answer in answers if answer[9:12] == b"503")
    with suppress(OSError):
        eventually(lambda: _follows(gateway.port, follow), what="there is room again")


def _follows(port: int, follow: bytes) -> bool:
    with ExitStack() as stack:
        return connect(port, stack, follow).recv(65536).startswith(b"HTTP/1.1 200 ")
