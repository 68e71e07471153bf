"""Bodies that are small as text and large as a tree: refused by the real server, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.acceptance.processes import Gateway, House, children

pytestmark = pytest.mark.acceptance

AT_ONCE = 20
LARGEST = 600  # MiB of all web workers together
SIZE = 31 * 2**20
FORM, JSON, MULTIPART = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"
BODIES: dict[str, tuple[str, Callable[[], bytes]]] = {  # made by the test that needs one: 31 MiB each
    "fields": (FORM, lambda: b"a&" * (SIZE // 2)),
    "nested": (JSON, lambda: b'{"a":' + b"[" * SIZE),
    "objects": (JSON, lambda: b'{"a":' * (SIZE // 5)),
    "lists": (JSON, lambda: b'{"a":[' + b"[]," * (SIZE // 3) + b"0]}"),
    "keys": (JSON, lambda: b'{"b":0' + b"".join(b',"%d":0' % each for each in range(2_300_000)) + b"}"),
    "head": (MULTIPART, lambda: b"--b\r\n" + b"a:b\r\n" * (SIZE // 5)),
    "parts": (MULTIPART, lambda: b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n" * (SIZE // 51)),
}


def peak(gateway: Gateway) -> int:
    """MiB that the web's processes held at the most, all together."""
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in (gateway.process.pid, *children(gateway.process.pid))]
    return sum(int(status.split("VmHWM:")[1].split()[0]) for status in statuses) // 1024


def posted(gateway: Gateway, kind: str, body: bytes) -> int:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=60)
    try:
        connection.request("POST", "/services/rolling/generate", body, {"Content-Type": kind})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("name", BODIES)
def test_twenty_bodies_at_once_are_refused_in_bounded_memory(house: House, services: Path, name: str) -> None:
    gateway = house.gateway(services, "--workers", "2", command="web")
    gateway.start()
    kind, made = BODIES[name]
    body = made()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        statuses = set(threads.map(lambda _: posted(gateway, kind, body), range(AT_ONCE)))

    print(f"{name}: {statuses}, {peak(gateway)} MiB at the most")  # noqa: T201
    assert statuses <= {400, 413}
    assert peak(gateway) < LARGEST
