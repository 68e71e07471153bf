"""Requests that break HTTP's own rules: each is refused as what it is, in JSON, and none looks like a bug of ours."""

from __future__ import annotations

import json
import socket

import pytest

from tests.acceptance.processes import Gateway, House

pytestmark = pytest.mark.acceptance

POST = b"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
FORM = b"POST /services/none/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SECRET = b"sk-planted-in-a-header"

REFUSED = {
    "no host": (b"GET /healthcheck HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET /healthcheck HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "a host that is none": (b"GET /healthcheck HTTP/1.1\r\nHost: a/b c\r\n\r\n", 400),
    "no host on the fast path": (b"POST /v1/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400),
    "a chunk size that is no number": (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400),
    "a negative chunk size": (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", 400),
    "an empty chunk size": (CHUNKED + b"\r\n{}\r\n0\r\n\r\n", 400),
    "a chunk that is longer than it says": (CHUNKED + b"1\r\n{}\r\n0\r\n\r\n", 400),
    "a bad extension of a chunk": (CHUNKED + b"2;\x01\r\n{}\r\n0\r\n\r\n", 400),
    "a bad trailer": (CHUNKED + b"2\r\n{}\r\n0\r\nbad trailer\r\n\r\n", 400),
    "a chunk larger than any body": (CHUNKED + b"FFFFFFFFFF\r\n", 413),
    "a chunk of a form larger than any body": (FORM + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFFFF\r\n", 413),
    "a body larger than any": (POST + b"Content-Length: 99999999999\r\n\r\n", 413),
    "an encoding that is not known": (POST + b"Transfer-Encoding: br\r\n\r\n", 501),
    "a length and chunks": (POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "two lengths": (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
    "a broken header with a key": (b"GET / HTTP/1.1\r\nHost: x\r\nX API Key: " + SECRET + b"\r\n\r\n", 400),
    "a broken line": (b"GET /" + SECRET + b"\r\nHost: x\r\n\r\n", 400),
    "line feeds alone": (b"GET /healthcheck HTTP/1.1\nHost: x\n\n", 400),
    "too long a line": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "too many headers": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 500 + b"\r\n", 431),
    "a head without an end": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: bbbbbbbbbbbbbbbbbbbbbbbbbb\r\n" * 5000, 431),
}


@pytest.fixture(scope="module")
def gateway(shared_house: House) -> Gateway:
    services = shared_house.folder / "services"
    services.mkdir()
    gateway = shared_house.gateway(services, "--workers", "1", command="web", fake=shared_house.fake())
    gateway.start()
    return gateway


def answered(port: int, request: bytes, *, whole: bool = False) -> tuple[int, bytes]:
    """The status and the body of the first answer; *whole* says that the client has no more to send."""
    with socket.create_connection(("127.0.0.1", port), timeout=15) as client:
        client.sendall(request)
        if whole:
            client.shutdown(socket.SHUT_WR)
        said = client.recv(65536)
        head, _, body = said.partition(b"\r\n\r\n")
        if not body and b"Content-Length: 0" not in head:
            body = client.recv(65536)
    return int(head[9:12]), body


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_as_what_it_is(gateway: Gateway, name: str) -> None:
    request, expected = REFUSED[name]

    status, body = answered(gateway.port, request)

    assert status == expected
    assert json.loads(body)["error"]["type"]
    assert SECRET not in body


BELOW_V1 = {
    "no host": (b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400),
    "an encoding that is not known": (POST + b"Transfer-Encoding: br\r\n\r\n", 501),
    "an expectation": (POST + b"Expect: the-unexpected\r\nContent-Length: 2\r\n\r\n{}", 417),
    "a header without an end": (b"POST //v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-A: " + b"b" * 140_000, 431),
    "a broken header": (b"GET /v1/models?a=b HTTP/1.1\r\nHost: x\r\nX API Key: " + SECRET + b"\r\n\r\n", 400),
    "a version that is not known": (b"GET /v1 HTTP/9.1\r\nHost: x\r\n\r\n", 400),
    "a broken line": (b"GET /v1/models\r\nHost: x\r\n\r\n", 400),
    "too long a line": (b"GET http://x/v1/models/" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
    "too many headers": (b"GET /v1/models HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 500 + b"\r\n", 431),
    "a bad chunk": (CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n", 400),
    "a body larger than any": (POST + b"Content-Length: 99999999999\r\n\r\n", 413),
}


@pytest.mark.parametrize("name", BELOW_V1)
def test_below_v1_it_is_refused_in_openais_words(gateway: Gateway, name: str) -> None:
    request, expected = BELOW_V1[name]

    status, body = answered(gateway.port, request)
    said = json.loads(body)

    assert status == expected
    assert set(said) == {"error"}
    assert set(said["error"]) == {"message", "type", "param", "code"}
    assert said["error"]["type"] == ("invalid_request_error" if status < 500 else "server_error")
    assert SECRET not in body


def test_below_messages_it_is_refused_in_anthropics_words(gateway: Gateway) -> None:
    status, body = answered(gateway.port, b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n")

    assert (status, json.loads(body)["type"]) == (400, "error")
    assert json.loads(body)["error"]["type"] == "invalid_request_error"


def test_the_path_of_the_last_request_on_a_connection_is_not_that_of_the_next(gateway: Gateway) -> None:
    first = b"GET /v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=15) as client:
        client.sendall(first + b"GET /healthcheck HTTP/1.1\r\nX Y: z\r\n\r\n")
        said = b"".join(iter(lambda: client.recv(65536), b""))

    assert said.count(b"HTTP/1.1 ") == 2
    assert json.loads(said.rpartition(b"\r\n\r\n")[2])["error"]["detail"] == "the headers are malformed"


@pytest.mark.parametrize(
    "sent",
    [POST + b'Content-Length: 100\r\n\r\n{"prompt": ', CHUNKED + b'20\r\n{"prompt": ', CHUNKED + b"2\r\n{}\r\n"],
    ids=["of a length", "in a chunk", "between chunks"],
)
def test_a_body_that_is_cut_off_is_not_taken_for_a_whole_one(gateway: Gateway, sent: bytes) -> None:
    status, _ = answered(gateway.port, sent, whole=True)

    assert status == 400


def test_http_1_0_needs_no_host(gateway: Gateway) -> None:
    assert answered(gateway.port, b"GET /healthcheck HTTP/1.0\r\n\r\n") == (200, b"1")


def test_a_chunked_body_that_is_well_formed_is_read(gateway: Gateway) -> None:
    pieces = (b'{"model": "fake-model", ', b'"messages": [{"role": "user", "content": "hi"}]', b"}")
    chunks = b"".join(b'%X;a="b"\r\n%s\r\n' % (len(piece), piece) for piece in pieces)

    status, _ = answered(gateway.port, CHUNKED.replace(b"/v1/", b"/v1/chat/") + chunks + b"0\r\nX-T: 1\r\n\r\n")

    assert status == 200


def test_none_of_it_is_logged_as_a_bug_or_with_what_was_sent(gateway: Gateway) -> None:
    """The last test of the module: all requests above are in the log."""
    assert " bug: " not in gateway.process.said
    assert "Traceback" not in gateway.process.said
    assert SECRET.decode() not in gateway.process.said.replace("/" + SECRET.decode(), "")
