"""The real nginx, as the swarm configures it, in front of the real gateway."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.settings import Settings
from tests.acceptance.processes import ROOT, House, ask, eventually, free_port

pytestmark = pytest.mark.acceptance

CONF = ROOT / "swarm" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PACE = 0.2  # seconds between two words of the model
BOUNDARY = "b"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if NGINX is None:
        pytest.skip("nginx is not installed (Debian's package nginx-light)")
    with House(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def upstream(house: House) -> int:
    """The port of a web process; nobody carries its jobs out."""
    gateway = house.gateway(ROOT / "services", "--workers", "1", command="web", fake=house.fake(pace=PACE, words=12))
    gateway.start()
    return gateway.port


def conf(folder: Path, port: int, upstream: int, tls: Path | None = None) -> Path:
    """The configuration with this machine's addresses instead of the swarm's; *tls* is a folder as it is mounted there."""
    text = CONF.read_text(encoding="utf-8")
    for swarms, ours in (
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("server llm-gateway:8000", f"server 127.0.0.1:{upstream}"),
        ("/tmp/", f"{folder}/"),
        ("/dev/stdout", f"{folder}/access.log"),
        ("/etc/nginx/tls.d/", f"{tls or folder / 'none'}/"),
    ):
        assert swarms in text
        text = text.replace(swarms, ours)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return folder / "nginx.conf"


def in_front_of(upstream: int, tls: Path | None = None) -> Generator[int]:
    """The port of an nginx, until the iterator is closed."""
    with tempfile.TemporaryDirectory() as made:
        folder, port = Path(made), free_port()
        folder.chmod(0o755)  # nginx serves as another user than root
        nginx = subprocess.Popen(
            [str(NGINX), "-c", conf(folder, port, upstream, tls), "-g", "daemon off;"], stderr=subprocess.PIPE
        )
        try:
            eventually(lambda: nginx.poll() is not None or _listens(port), what="nginx listens")
            assert nginx.poll() is None, nginx.communicate()[1]
            yield port
        finally:
            nginx.terminate()
            nginx.communicate(timeout=20)


def _listens(port: int) -> bool:
    try:
        ask(port, "GET", "/healthcheck")
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def nginx(house: House, upstream: int) -> Iterator[int]:
    yield from in_front_of(upstream)


def test_the_health_of_the_gateway_is_at_llm_health(nginx: int) -> None:
    answer = ask(nginx, "GET", "/llm/health")

    assert answer.status == 200
    assert "backends" in answer.body


@pytest.mark.parametrize("path", ["/metrics", "/health/metrics", "/api/llm/metrics", "/api/llm/health/metrics", "//metrics"])
def test_metrics_are_for_scrapers_inside_the_network(nginx: int, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", nginx, timeout=20)
    connection.request("GET", path)

    answer = connection.getresponse()

    assert answer.status == 404
    connection.close()


@pytest.mark.parametrize("path", ["/generate/stream", "/api/llm/generate/stream"])
def test_a_stream_goes_out_piece_by_piece(nginx: int, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", nginx, timeout=60)
    body = json.dumps({"prompt": "Tell me of the sea.", "max_tokens": 50}).encode()
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()

    arrived = []
    while answer.read1():
        arrived.append(time.monotonic())

    connection.close()
    assert answer.status == 200
    assert len(arrived) > 5
    assert arrived[-1] - arrived[0] > 5 * PACE


def test_a_text_is_generated_under_api_llm(nginx: int) -> None:
    answer = ask(nginx, "POST", "/api/llm/generate", {"prompt": "Tell me of the sea.", "max_tokens": 50})

    assert answer.status == 200
    assert answer.body["generated_text"]


def test_a_websocket_is_answered(nginx: int) -> None:
    with connect(f"ws://127.0.0.1:{nginx}/ws/results/00000000-0000-4000-8000-000000000000") as socket:
        told = json.loads(socket.recv(timeout=20))

        assert told["status"] == "unknown"
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=20)


def upload(port: int, size: int) -> tuple[int, dict[str, str]]:
    """Status and body of the answer to a transcript of so many bytes."""
    line = b"Ann : We have to talk about the budget of the coming year, line by line.\n"
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="flavor"\r\n\r\nmixtral\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file_txt_1.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    ).encode()
    body = head + (line * (size // len(line))) + f"\r\n--{BOUNDARY}--\r\n".encode()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/services/cra/generate", body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return answer.status, told


def test_an_upload_of_20_mb_is_accepted(nginx: int) -> None:
    status, told = upload(nginx, 20 * 2**20)

    assert (status, told["message"]) == (200, "request successfulty queued")


def test_a_body_over_the_limit_is_refused_as_json(nginx: int) -> None:
    connection = HTTPConnection("127.0.0.1", nginx, timeout=60)
    connection.putrequest("POST", "/services/cra/generate")
    connection.putheader("Content-Length", str(40 * 2**20))
    connection.endheaders()

    answer = connection.getresponse()

    assert answer.status == 413
    assert json.loads(answer.read())["error"]["type"] == "request_entity_too_large"
    connection.close()


def test_nginx_and_the_gateway_agree_on_the_largest_body() -> None:
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", CONF.read_text(encoding="utf-8"))

    assert int(megabytes) * 2**20 == Settings().max_body


def test_more_than_two_requests_a_second_and_five_at_once_are_refused_as_json(upstream: int) -> None:
    for port in in_front_of(upstream):  # an nginx of its own, whose limit nobody has used
        answers = [ask(port, "GET", "/api/llm/healthcheck") for _ in range(12)]

    statuses = [answer.status for answer in answers]
    refused = [answer for answer in answers if answer.status == 429]
    assert statuses[:6] == [200] * 6
    assert len(refused) >= 4
    assert {answer.body["error"]["type"] for answer in refused} == {"rate_limited"}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)


def test_the_limit_is_for_the_model_and_not_for_those_who_poll(nginx: int) -> None:
    answers = [ask(nginx, "GET", "/services") for _ in range(12)]

    assert {answer.status for answer in answers} == {200}


def test_the_limit_is_not_for_the_pages_of_the_studio_and_their_files(upstream: int) -> None:
    for port in in_front_of(upstream):  # an nginx of its own, whose limit nobody has used
        files = [ask_for_text(port, "/api/llm/studio/files/studio.css") for _ in range(12)]
        starts = [ask_for_text(port, "/api/llm/studio/new") for _ in range(12)]

    assert set(files) == {200}
    assert 429 in starts


def ask_for_text(port: int, path: str) -> int:
    """The status of what is there."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        client.request("GET", path, headers={"Accept": "text/html"})
        return client.getresponse().status


def test_a_gateway_that_is_away_is_a_503_in_json() -> None:
    if NGINX is None:
        pytest.skip("nginx is not installed (Debian's package nginx-light)")

    for port in in_front_of(free_port()):
        answer = ask(port, "GET", "/services")

    assert (answer.status, answer.body["error"]["type"]) == (503, "gateway_unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.fixture(scope="module")
def tls_port(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A folder as it is mounted for TLS, with a certificate of our own, and the port that it listens on."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder, port = tmp_path_factory.mktemp("tls"), free_port()
    folder.chmod(0o755)
    certificate = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    made = subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", *certificate, *subject], capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr
    text = (CONF.parent / "tls.conf").read_text(encoding="utf-8")
    text = text.replace("listen 8443", f"listen 127.0.0.1:{port}").replace("/etc/nginx/tls.d/", f"{folder}/")
    (folder / "tls.conf").write_text(text, encoding="utf-8")
    return folder, port


def test_with_a_certificate_tls_serves_and_plain_http_is_redirected(upstream: int, tls_port: tuple[Path, int]) -> None:
    folder, port = tls_port
    trusting = ssl.create_default_context(cafile=f"{folder}/certificate.pem")

    serving = in_front_of(upstream, folder)
    plain = next(serving)
    try:
        with closing(HTTPConnection("127.0.0.1", plain, timeout=20)) as client:
            client.request("POST", "/generate?a=1", b"{}", {"Host": "gateway.example"})
            redirected = client.getresponse()
        with closing(HTTPSConnection("localhost", port, timeout=20, context=trusting)) as client:
            client.request("GET", "/llm/health")
            secure = client.getresponse()
            served = secure.read()
        healthy = ask(plain, "GET", "/healthcheck").status
    finally:
        serving.close()

    assert (redirected.status, redirected.headers["Location"]) == (308, "https://gateway.example/generate?a=1")
    assert secure.status == 200
    assert b"backends" in served
    assert secure.headers["Strict-Transport-Security"]
    assert healthy == 200  # of the container's own health check, which knows no certificate
