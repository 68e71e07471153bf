"""Connections to model servers: where an answer ends, and after which the connection is good for another request."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.backends.http.connection import Broken, Connection, Response, request_head, with_length


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        yield server


class Pair:
    """A connection, and its server's end of it."""

    def __init__(self, listening: socket.socket, silence: float = 5.0) -> None:
        self.ours = Connection("127.0.0.1", listening.getsockname()[1], None, connect=5, silence=silence)
        self.theirs, _ = listening.accept()

    def close(self) -> None:
        self.ours.close()
        self.theirs.close()

    def answered(self, answer: bytes, *, closed: bool = False) -> Response:
        """What we make of an answer that is there when we ask."""
        self.theirs.sendall(answer)
        if closed:
            self.theirs.shutdown(socket.SHUT_WR)
        return self.ours.ask(with_length(request_head("GET", "/x", {"Host": "h"}), b""), b"")


@pytest.fixture
def pair(listening: socket.socket) -> Iterator[Pair]:
    pair = Pair(listening)
    yield pair
    pair.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/x\r\n"


@pytest.mark.parametrize(
    ("answer", "closed"),
    [
        (OK + b"Content-Length: 5\r\n\r\nhello", False),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", False),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nContent-Type: late\r\n\r\n", False),
        (OK + b"\r\nhello", True),
        (b"HTTP/1.0 200 OK\r\nContent-Type: text/x\r\n\r\nhello", True),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nhello", False),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nhello", False),
    ],
    ids=["length", "chunks", "trailer", "until it closes", "HTTP/1.0", "100", "103"],
)
def test_an_answer_is_read_to_its_end(pair: Pair, answer: bytes, closed: bool) -> None:
    response = pair.answered(answer, closed=closed)

    assert (response.status, response.headers["content-type"], response.whole()) == (200, "text/x", b"hello")
    assert "link" not in response.headers


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        OK + b"Content-Length: 9\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    ],
    ids=["nothing", "half a head", "too short", "without the last chunk", "no HTTP", "another protocol"],
)
def test_what_is_no_whole_answer_is_broken(pair: Pair, answer: bytes) -> None:
    with pytest.raises(Broken):
        pair.answered(answer, closed=True).whole()


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (OK + b"Content-Length: 5\r\n\r\nhello", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (OK + b"Connection: close\r\nContent-Length: 5\r\n\r\nhello", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", False),
        (OK + b"Content-Length: 5\r\n\r\nhello" + OK + b"Content-Length: 2\r\n\r\nho", False),
    ],
    ids=["said nothing", "no body", "close", "HTTP/1.0", "a second answer"],
)
def test_a_connection_is_kept_where_the_server_keeps_it(pair: Pair, answer: bytes, kept: bool) -> None:
    response = pair.answered(answer)

    body = response.whole()

    assert response.kept is kept
    assert b"ho" not in body


def test_one_that_the_server_closed_is_not_idle(pair: Pair) -> None:
    idle = pair.ours.is_idle()

    pair.theirs.close()

    assert (idle, pair.ours.is_idle()) == (True, False)


def test_one_on_which_something_came_unasked_is_not_idle(pair: Pair) -> None:
    pair.theirs.sendall(b"HTTP/1.1 408 Request Timeout\r\n\r\n")

    assert not pair.ours.is_idle()


def test_silence_ends_a_read(listening: socket.socket) -> None:
    pair = Pair(listening, silence=0.1)

    with pytest.raises(OSError, match="temporarily unavailable"):
        pair.answered(b"")
    pair.close()


def test_a_long_error_is_read_no_further_than_wanted(pair: Pair) -> None:
    response = pair.answered(b"HTTP/1.1 500 No\r\nContent-Length: 900000\r\n\r\n" + b"x" * 200_000)

    assert 1000 <= len(response.whole(1000)) < 200_000


@pytest.mark.parametrize("value", ["a\r\nX-Key: b", "a\nb"])
def test_a_header_cannot_smuggle_in_another(value: str) -> None:
    with pytest.raises(ValueError, match="line end"):
        request_head("GET", "/", {"X-Team": value})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and what says that it is localhost's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    spelled = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    file.write_bytes(spelled + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_below_tls_too_a_server_that_says_more_than_it_announced_is_not_asked_again(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2148\r\n\r\n"
    begun, asked = threading.Event(), threading.Event()

    def serve(listening: socket.socket) -> None:
        with context.wrap_socket(listening.accept()[0], server_side=True) as client:
            client.recv(65536)
            client.sendall(head + b"a" * 100)
            begun.wait(20)
            client.sendall(b"b" * 2048 + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")  # in one record
            asked.wait(20)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        trusted = ssl.create_default_context(cafile=str(certificate))
        connection = Connection("localhost", listening.getsockname()[1], trusted, connect=5, silence=20)
        response = connection.ask(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"")
        first = response.read()
        begun.set()

        whole = first + response.whole()

        assert len(whole) == 2148
        assert not (response.kept and connection.is_idle())
        asked.set()
        connection.close()
        thread.join()


def test_what_comes_behind_a_whole_answer_is_none_of_it(pair: Pair) -> None:
    response = pair.answered(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n")

    assert (response.whole(), response.kept) == (b"{}", False)
