"""Recordings on their way to a model server: as large as they may be, larger, in chunks, and from clients that leave."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.acceptance.processes import Fake, Gateway, House, children, eventually

pytestmark = pytest.mark.acceptance

MIB = 2**20
MOST = 8 * MIB  # MAX_BODY
LARGE = MOST - MIB  # leaves room for the form around it
AT_ONCE = 6
BEFORE = (
    b'--mark\r\nContent-Disposition: form-data; name="model"\r\n\r\nfake-model\r\n'
    b'--mark\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'
)
AFTER = b"\r\n--mark--\r\n"


@pytest.fixture(scope="module")
def fake(shared_house: House) -> Fake:
    return shared_house.fake()


@pytest.fixture(scope="module")
def gateway(shared_house: House, fake: Fake) -> Iterator[Gateway]:
    services = shared_house.folder / "services"
    services.mkdir()
    made = shared_house.gateway(services, "--workers", "1", "--timeout", "60", fake=fake, MAX_BODY=str(MOST))
    made.start()
    eventually(lambda: "fake-model" in json.dumps(made.ask("GET", "/v1/models").body), 60, what="the model is known")
    yield made
    made.stop()


def opened(gateway: Gateway, size: int, *, chunked: bool = False) -> socket.socket:
    """A connection on which all of a request is sent but the recording, of *size* bytes, and what is behind it."""
    connection = socket.create_connection(("127.0.0.1", gateway.port), timeout=60)
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(BEFORE) + size + len(AFTER)}"
    lines = ["POST /v1/audio/transcriptions HTTP/1.1", "Host: x", "Connection: close", length]
    lines += ["Content-Type: multipart/form-data; boundary=mark", "", ""]
    connection.sendall("\r\n".join(lines).encode())
    put(connection, BEFORE, chunked=chunked)
    return connection


def put(connection: socket.socket, data: bytes, *, chunked: bool = False) -> None:
    connection.sendall(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)


def transcribed(gateway: Gateway, size: int, *, chunked: bool = False) -> tuple[int, bytes]:
    """The status and the rest of the answer to a recording of *size* bytes."""
    with closing(opened(gateway, size, chunked=chunked)) as connection, connection.makefile("rb") as answer:
        with suppress(ConnectionError):  # it is refused before all is sent
            for start in range(0, size, MIB):
                put(connection, b"\x01" * min(MIB, size - start), chunked=chunked)
            put(connection, AFTER, chunked=chunked)
            connection.sendall(b"0\r\n\r\n" if chunked else b"")
        said = answer.read()
    return int(said.split(b" ", 2)[1]), said.partition(b"\r\n\r\n")[2]


def peak(gateway: Gateway) -> int:
    """MiB that the web worker held at the most."""
    [worker] = children(gateway.pid_of("web"))
    return int(Path(f"/proc/{worker}/status").read_text(encoding="utf-8").split("VmHWM:")[1].split()[0]) // 1024


@pytest.mark.parametrize("chunked", [False, True])
def test_a_recording_of_the_largest_size_arrives_as_it_is(gateway: Gateway, chunked: bool) -> None:
    status, said = transcribed(gateway, LARGE, chunked=chunked)

    assert (status, f"({LARGE} bytes)" in json.loads(said)["text"]) == (200, True)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_recording_that_is_too_large_is_refused_and_not_sent(gateway: Gateway, fake: Fake, chunked: bool) -> None:
    before = len(fake.calls)

    status, said = transcribed(gateway, 4 * MOST, chunked=chunked)

    assert (status, json.loads(said)["error"]["type"]) == (413, "invalid_request_error")
    assert len(fake.calls) == before


def test_several_recordings_at_once_take_their_own_size_in_memory_and_no_more(gateway: Gateway) -> None:
    transcribed(gateway, 1000)
    before = peak(gateway)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = [*threads.map(lambda _: transcribed(gateway, LARGE), range(AT_ONCE))]

    assert {status for status, _ in answers} == {200}
    assert peak(gateway) - before < 2.5 * AT_ONCE * LARGE / MIB


def test_a_client_that_leaves_while_it_is_listened_to_ends_the_request_at_the_server(gateway: Gateway, fake: Fake) -> None:
    before = len(fake.calls)
    fake.script({"latency": 60})

    with closing(opened(gateway, 1000)) as connection:
        put(connection, b"\x01" * 1000 + AFTER)
        eventually(lambda: len(fake.calls) > before, what="the server has the recording")

    eventually(lambda: fake.calls[before].outcome == "aborted", what="the server is left")


def test_a_client_that_leaves_while_it_sends_asks_no_server(gateway: Gateway, fake: Fake) -> None:
    before = len(fake.calls)

    with closing(opened(gateway, LARGE)) as connection:
        put(connection, b"\x01" * MIB)

    assert transcribed(gateway, 1000)[0] == 200
    assert len(fake.calls) == before + 1
