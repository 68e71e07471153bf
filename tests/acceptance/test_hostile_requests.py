"""Hostile requests for the routes of model servers, and hostile answers of these: what is handed on, and what is not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from app.keys import Key, add, hashed
from tests.acceptance.processes import Gateway, House, eventually
from tests.fakes.raw_answers import http

pytestmark = pytest.mark.acceptance

LONG = 30.0  # seconds that a busy machine may need
SECRET = "planted-4711"
LARGEST = 2**20  # bytes of a body
PATHS = ("embeddings", "responses", "messages", "audio/transcriptions", "chat/completions", "completions")
ANSWER = json.dumps(  # to whoever asks: embeddings, and a transcript
    {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}],
        "text": "Good day",
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }
).encode()
GOOD = b'{"model": "mine", "input": "x", "messages": [{"role": "user", "content": "x"}]}'
# What a model server may be sent: what it needs to read the body, and to answer.
ALLOWED = {"host", "accept-encoding", "content-type", "content-length", "user-agent", "accept", "traceparent"}


class Recorder:
    """A model server that keeps each POST as it came, and answers with the bytes that it is told to."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.asked: list[tuple[bytes, bytes]] = []  # heads and bodies
        self.answer = http(ANSWER)
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def targets(self) -> list[str]:
        return [head.split()[1].decode() for head, _ in self.asked]

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rb") as said:
            head = b"".join(iter(lambda: said.readline().replace(b"\r\n", b"\n"), b"\n"))
            if not head.startswith(b"POST"):
                connection.sendall(http(json.dumps(self._told(head)).encode()))
                return
            lengths = [line.split(b":")[1] for line in head.lower().split(b"\n") if line.startswith(b"content-length:")]
            self.asked.append((head, said.read(int(lengths[0])) if lengths else b""))
            connection.sendall(self.answer)
            if self.answer.endswith(b"..."):  # it never ends
                said.read()

    def _told(self, head: bytes) -> dict[str, Any]:
        if b"/openapi.json" not in head.split(b"\n")[0]:
            return {"object": "list", "data": [{"id": self.model, "object": "model"}]}
        schema = {"type": "object", "properties": {"model": {"type": "string"}}}
        post = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}
        return {"openapi": "3.1.0", "paths": {f"/v1/{path}": post for path in PATHS}}


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Recorder, Recorder]]:
    """The server of the model `mine`, and the one of `other`, which the key does not open."""
    made = Recorder("mine"), Recorder("other")
    yield made
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def gateway(shared_house: House, servers: tuple[Recorder, Recorder]) -> Gateway:
    services, keys = shared_house.folder / "services", shared_house.folder / "keys.json"
    services.mkdir()
    entries = [
        {"name": f"of-{each.model}", "kind": "openai", "apiBase": f"http://{each.address}/v1", "maxRetries": 0}
        for each in servers
    ]
    (services / "backends.json").write_text(json.dumps({"backends": entries}), encoding="utf-8")
    add(keys, Key("alice", hashed(SECRET), services=("mine",)))
    gateway = shared_house.gateway(
        services, "--workers", "1", "--timeout", "3", command="web", API_KEYS_FILE=str(keys), MAX_BODY=str(LARGEST)
    )
    gateway.start()
    eventually(lambda: status_of(asked(gateway, "/v1/embeddings", GOOD)) == 200, LONG, what="the gateway knows the model")
    return gateway


@pytest.fixture
def mine(gateway: Gateway, servers: tuple[Recorder, Recorder]) -> Recorder:
    """The server of `mine`, which was asked nothing yet."""
    for each in servers:
        each.asked.clear()
        each.answer = http(ANSWER)
    return servers[0]


@pytest.fixture
def other(mine: Recorder, servers: tuple[Recorder, Recorder]) -> Recorder:
    return servers[1]


def asked(
    gateway: Gateway, target: str, body: bytes, *headers: str, kind: str = "application/json", length: bool = True
) -> bytes:
    """All that the gateway answers to one request, whose bytes are these."""
    lines = [f"POST {target} HTTP/1.1", "Host: gateway.example", f"Authorization: Bearer {SECRET}", *headers]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"Content-Length: {len(body)}"] if length else []
    closing = [] if any(line.lower().startswith("connection:") for line in lines) else ["Connection: close"]
    head = "\r\n".join([*lines, *closing]).encode() + b"\r\n\r\n"
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=LONG) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(head + body)
        said = b""
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                said += part
    return said


def status_of(said: bytes) -> int:
    return int(said[9:12])


def error_of(said: bytes) -> Any:
    """The error in an answer, which is one whole JSON object."""
    return json.loads(said.partition(b"\r\n\r\n")[2])["error"]


def form(*parts: tuple[str, str], mark: str = "mark", end: str = "\r\n") -> bytes:
    """A form of parts, each with its Content-Disposition behind `form-data; `."""
    lines = [f"--{mark}{end}Content-Disposition: form-data; {told}{end}{end}{said}{end}" for told, said in parts]
    return "".join([*lines, f"--{mark}--{end}"]).encode()


FORM = "multipart/form-data; boundary=mark"
MINE, FILE = ('name="model"', "mine"), ('name="file"; filename="a.wav"', "RIFF")


TRICKS = [
    "/v1/../embeddings",
    "/v1/../v1/embeddings",
    "/v1/./embeddings",
    "/v1/%2e%2e/sleep",
    "/v1/..%2fsleep",
    "/v1/%252e%252e/sleep",
    "/v1/responses/../../sleep",
    "/v1/embeddings%2f..%2f..%2fsleep",
    "/v1/embeddings/..",
    "//evil.example/v1/embeddings",
    "/v1/http://evil.example/x",
    "/v1/http:%2f%2fevil.example%2fx",
    "/v1/@evil.example/",
    "/v1/embeddings@evil.example",
    "/v1/embeddings;x=1",
    "/v1/embeddings%3fmodel=other",
    "/v1/embeddings%23x",
    "/v1/embeddings%00",
    "/v1/embeddings%0d%0aX-A:%20b",
    "/v1/embeddings%20HTTP/1.1",
    "/v1/embeddings\\..\\sleep",
    "/v1/%65mbeddings%2e",
    "/v1/\N{FULLWIDTH LATIN SMALL LETTER E}mbeddings",
    "/v1/EMBEDDINGS",
    "/v1/" + "a/" * 200 + "b",
    "/v1/" + "a" * 3000,
    "/v1/" + "a" * 9000,
    "/v1/" + "%61" * 1000,
    "/v1/sleep",
    "/v1/Sleep",
    "/v1/load_lora_adapter",
    "/v1/models",
    "/v1/files",
    "/v1",
    "/v1/",
    "*",
    "v1/embeddings",
    "http://evil.example/v1/sleep",
    "http://evil.example/sleep",
    "http://user:pass@evil.example/v1/nothing",
]


@pytest.mark.parametrize("target", TRICKS)
def test_no_path_leads_anywhere_but_to_a_route_that_the_server_lists(
    gateway: Gateway, mine: Recorder, other: Recorder, target: str
) -> None:
    status = status_of(asked(gateway, target, GOOD))

    assert 300 <= status < 500
    assert mine.targets == other.targets == []


SPELLINGS = [
    "/v1/%65mbeddings",
    "/v1/embeddings?model=other&x=%0d%0a",
    "http://evil.example/v1/embeddings",
    "/v1/embeddings/",
    "/v1/embeddings//",
    "/v1//embeddings",
    "//v1/embeddings",
]


@pytest.mark.parametrize("target", SPELLINGS)
def test_other_spellings_of_a_route_are_that_route(gateway: Gateway, mine: Recorder, target: str) -> None:
    assert status_of(asked(gateway, target, GOOD)) == 200
    assert mine.targets == ["/v1/embeddings"]


@pytest.mark.parametrize("path", ["embeddings", "chat/completions"])
def test_no_header_is_handed_on_but_those_about_the_body(gateway: Gateway, mine: Recorder, path: str) -> None:
    sent = [
        f"{name}: {SECRET}"
        for name in (
            *("Cookie", "X-Api-Key", "Api-Key", "Proxy-Authorization", "X-Forwarded-For", "X-Forwarded-Host", "Forwarded"),
            *("X-Real-Ip", "Via", "Keep-Alive", "TE", "Trailer", "Upgrade", "X-Hop", "OpenAI-Organization"),
            *("Origin", "Referer", "User-Agent", "Range", "If-None-Match", "X-HTTP-Method-Override", "Accept-Language"),
            *("X-Stainless-Lang", "tracestate-x", "anthropic-dangerous", "Content-Language", "Content-Location", "Digest"),
        )
    ]

    asked(gateway, f"/v1/{path}", GOOD, *sent, "Connection: close, X-Hop, Content-Type", "Accept-Encoding: br")

    (head, _), *more = mine.asked
    names = [line.partition(b":")[0].decode().lower() for line in head.splitlines()[1:]]
    assert more == []
    assert set(names) <= ALLOWED
    assert len(names) == len(set(names))
    assert SECRET.encode() not in head
    assert f"Host: {mine.address}".encode() in head
    assert b"Accept-Encoding: identity" in head


@pytest.mark.parametrize("path", ["embeddings", "messages", "responses", "chat/completions", "completions"])
@pytest.mark.parametrize("body", [
    {"model": "other"},
    {"model": ["mine", "other"]},
    {"model": {"id": "other"}},
    {"model": ""},
    {"model": "mine\0"},
    {"model": "of-other/other"},
    {"model": "../other"},
    {},
])  # fmt: skip
def test_a_body_that_names_no_model_of_the_key_is_refused(
    gateway: Gateway, mine: Recorder, other: Recorder, path: str, body: dict[str, Any]
) -> None:
    said = asked(gateway, f"/v1/{path}", json.dumps({"messages": [{"role": "user", "content": "x"}], **body}).encode())

    assert status_of(said) in (400, 403, 404)
    assert error_of(said)["message"]
    assert mine.asked == other.asked == []


@pytest.mark.parametrize("path", ["embeddings", "chat/completions", "completions"])
@pytest.mark.parametrize("raw", [
    b'{"model": "other", "model": "mine"%s}',
    b'{"mod\\u0065l": "other", "model": "mine"%s}',
    b'{"model": "mine"%s, "x": {"model": "other"}}',
    b'\xef\xbb\xbf{"model": "other", "model": "mine"%s}',
])  # fmt: skip
def test_the_server_reads_the_one_model_that_was_allowed(gateway: Gateway, mine: Recorder, path: str, raw: bytes) -> None:
    asked(gateway, f"/v1/{path}", raw.replace(b"%s", b', "prompt": "x", "messages": [{"role": "user", "content": "x"}]'))

    (_, body), *more = mine.asked
    names: list[list[str]] = []
    json.loads(
        body.decode("utf-8-sig"), object_pairs_hook=lambda pairs: names.append([name for name, _ in pairs]) or dict(pairs)
    )
    assert more == []
    assert names[-1].count("model") == 1
    assert json.loads(body.decode("utf-8-sig"))["model"] == "mine"


@pytest.mark.parametrize("path", ["embeddings", "messages", "responses", "completions"])
@pytest.mark.parametrize("name", ["Model", "MODEL", "moDel"])
def test_another_spelling_of_the_models_field_is_refused(gateway: Gateway, mine: Recorder, path: str, name: str) -> None:
    said = asked(gateway, f"/v1/{path}", json.dumps({"model": "mine", name: "other", "prompt": ["x", "y"]}).encode())

    assert (status_of(said), error_of(said)["type"]) == (400, "invalid_request_error")
    assert mine.asked == []


BODIES = {
    "nothing": (b"", "application/json", 400),
    "no JSON": (b"model=mine", "application/json", 400),
    "a list": (b'["mine"]', "application/json", 400),
    "UTF-16": ('{"model": "mine"}'.encode("utf-16"), "application/json", 400),
    "too large": (b'{"model": "mine", "input": "' + b"x" * LARGEST + b'"}', "application/json", 413),
    "too deep": (b'{"model": "mine", "input": ' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json", 400),
    "a type that is none": (GOOD, "text/html", 415),
    "an urlencoded form": (b"model=mine&input=x", "application/x-www-form-urlencoded", 415),
    "XML": (b"<model>mine</model>", "application/xml", 415),
    "a form without a boundary": (form(MINE, FILE), "multipart/form-data", 400),
    "a form of another boundary": (form(MINE, FILE), "multipart/form-data; boundary=other", 400),
    "a form without an end": (form(MINE, FILE)[:-10], FORM, 400),
    "a form without a model": (form(FILE), FORM, 400),
    "a form with two models": (form(MINE, ('name="model"', "other"), FILE), FORM, 400),
    "a form with another model": (form(('name="model"', "other"), FILE), FORM, 403),
    "a model that is a file": (form(('name="model"; filename="m"', "mine"), FILE), FORM, 400),
    "a model and a file of that name": (form(MINE, ('name="model"; filename="m"', "other"), FILE), FORM, 400),
    "a model in capitals": (form(MINE, ('name="MODEL"', "other"), FILE), FORM, 400),
    "a name that ends another": (form(MINE, ('name="x\\"; name=\\"model"', "other"), FILE), FORM, 400),
    "a part without a name": (form(MINE, ("", "other"), FILE), FORM, 400),
    "a form that is too large": (form(MINE, ('name="file"; filename="a"', "x" * LARGEST)), FORM, 413),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_refused(gateway: Gateway, mine: Recorder, other: Recorder, name: str) -> None:
    body, kind, status = BODIES[name]

    said = asked(gateway, "/v1/audio/transcriptions", body, kind=kind)

    assert status_of(said) == status
    assert error_of(said)["type"] == "invalid_request_error"
    assert mine.asked == other.asked == []


FORMS = {
    "a second spelling of its name": (form(MINE, ("name=\"x\"; name*=utf-8''model", "other"), FILE), FORM),
    "a name that only some read": (form(MINE, ("name*=utf-8''x; name=\"model\"", "other"), FILE), FORM),
    "two names": (form(MINE, ('name="x"; name="model"', "other"), FILE), FORM),
    "two names the other way round": (form(MINE, ('name="model"; name="x"', "other"), FILE), FORM),
    "two boundaries": (form(MINE, FILE) + form(("name=model", "other"), mark="b"), f"{FORM}; boundary=b"),
    "two boundaries the other way round": (form(("name=model", "other"), mark="b") + form(MINE, FILE), f"{FORM}; boundary=b"),
    "a preamble": (b"Content-Disposition: form-data; name=model\r\n\r\nother\r\n" + form(MINE, FILE), FORM),
    "an epilogue": (form(MINE, FILE) + form(("name=model", "other")), FORM),
    "line feeds alone": (form(MINE, FILE, end="\n"), FORM),
    "a header of its own": (form(('name="model"\r\nX-A: b\r\nContent-Disposition: form-data; name="y"', "mine"), FILE), FORM),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_servers_read_in_two_ways_is_refused_or_reaches_them_in_one(
    gateway: Gateway, mine: Recorder, name: str
) -> None:
    body, kind = FORMS[name]

    status = status_of(asked(gateway, "/v1/audio/transcriptions", body, kind=kind))

    assert (status, len(mine.asked)) in ((200, 1), (400, 0), (403, 0))
    for head, sent in mine.asked:
        assert sent.count(b'name="model"') == 1
        assert b"model" not in sent.replace(b'name="model"', b"")
        assert sent.count(b"other") == sent.count(b'name="x"')
        assert head.count(b"boundary=") == 1


def test_a_form_arrives_with_all_of_its_parts(gateway: Gateway, mine: Recorder) -> None:
    recording = bytes(range(256)) * 40
    parts = form(MINE, ('name="timestamp_granularities[]"', "word"), ('name="timestamp_granularities[]"', "segment"))
    upload = '--mark\r\nContent-Disposition: form-data; name="file"; filename="Réunion.wav"\r\nContent-Type: audio/wav\r\n\r\n'

    said = asked(gateway, "/v1/audio/transcriptions", upload.encode() + recording + b"\r\n" + parts, kind=FORM)

    (_, sent), *_ = mine.asked
    assert status_of(said) == 200
    assert b"\r\n\r\n" + recording + b"\r\n--" in sent
    assert 'filename="Réunion.wav"'.encode() in sent
    assert b"Content-Type: audio/wav" in sent
    assert sent.index(b"word") < sent.index(b"segment")


def test_a_chunked_body_arrives_with_its_length(gateway: Gateway, mine: Recorder) -> None:
    chunked = b"%x\r\n%s\r\n0\r\nModel: other\r\n\r\n" % (len(GOOD), GOOD)

    said = asked(gateway, "/v1/embeddings", chunked, "Transfer-Encoding: chunked", "Trailer: Model", length=False)

    (head, body), *_ = mine.asked
    assert status_of(said) == 200
    assert (body, b"chunked" in head.lower()) == (GOOD, False)


def test_a_client_that_expects_to_be_asked_for_the_body_is_asked(gateway: Gateway, mine: Recorder) -> None:
    said = asked(gateway, "/v1/embeddings", GOOD, "Expect: 100-continue")

    assert said.startswith(b"HTTP/1.1 100")
    assert b"\r\n\r\nHTTP/1.1 200" in said
    assert b"expect" not in mine.asked[0][0].lower()


def head(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines]).encode() + b"\r\n\r\n"


JSON = "Content-Type: application/json"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent", "304 Same"])
@pytest.mark.parametrize("path", ["embeddings", "messages", "chat/completions"])
def test_a_redirect_is_followed_nowhere(gateway: Gateway, mine: Recorder, other: Recorder, path: str, status: str) -> None:
    mine.answer = head(status, f"Location: http://{other.address}/v1/embeddings", "Content-Length: 0", "Connection: close")

    said = asked(gateway, f"/v1/{path}", GOOD)

    assert status_of(said) in (502, 503)
    assert b"location" not in said.lower()
    assert other.address.encode() not in said
    assert other.asked == []


def test_no_header_of_a_server_comes_back_but_the_type(gateway: Gateway, mine: Recorder) -> None:
    theirs = [
        *("Set-Cookie: a=planted", "X-Planted: 1", "Keep-Alive: planted", "Connection: close, X-Planted", "Trailer: planted"),
        *("Upgrade: planted", "WWW-Authenticate: planted", "Access-Control-Allow-Origin: planted", "Location: planted"),
        *("Strict-Transport-Security: planted", "Content-Location: planted", "Refresh: 0; planted", "Server: planted"),
    ]
    mine.answer = head("200 OK", JSON, f"Content-Length: {len(ANSWER)}", *theirs) + ANSWER

    said = asked(gateway, "/v1/embeddings", GOOD)

    assert (status_of(said), said.endswith(ANSWER)) == (200, True)
    assert b"planted" not in said.lower()


BROKEN = {
    "an error in a 200": http(b'{"error": {"message": "boom", "code": 500}}'),
    "an error in words in a 200": http(b'{"error": "boom"}'),
    "an error of Anthropic's in a 200": http(b'{"type": "error", "error": {"type": "api_error", "message": "boom"}}'),
    "an old error in a 200": http(b'{"object": "error", "message": "boom", "code": 500}'),
    "a cut body": head("200 OK", JSON, "Content-Length: 999", "Connection: close") + ANSWER,
    "a cut chunk": head("200 OK", JSON, "Transfer-Encoding: chunked", "Connection: close") + b"ff\r\n" + ANSWER,
    "half an object": http(ANSWER[:30]),
    "nothing": http(b""),
    "no content": head("204 No Content"),
    "a page": http(b"<html>Sign in</html>", "text/html"),
    "a page that is called JSON": http(b"<html>Sign in</html>"),
    "what is no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "another protocol": head("101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"),
    "a body that is packed": head("200 OK", JSON, "Content-Encoding: gzip", "Connection: close") + b"\x1f\x8b\x08\x00planted",
    "a body that never ends": head("200 OK", JSON, "Content-Length: 999999") + b'{"object": "list", ...',
    "a head that never ends": b"HTTP/1.1 200 OK\r\nX-A: ...",
    "events of which none comes": head("200 OK", "Content-Type: text/event-stream") + b": ...",
}


@pytest.mark.parametrize("path", ["embeddings", "messages"])
@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_is_none_is_an_error(gateway: Gateway, mine: Recorder, path: str, name: str) -> None:
    mine.answer = BROKEN[name]

    said = asked(gateway, f"/v1/{path}", GOOD)

    assert status_of(said) in (502, 503, 504)
    assert error_of(said)["type"] == ("overloaded_error" if path == "messages" else "server_error")
    assert b"planted" not in said


STREAMS = {
    "cut": b'event: response.created\ndata: {"type": "response.created"}\n\n',
    "never ending": b'event: response.created\ndata: {"type": "response.created"}\n\n: ...',
    "an error midway": b'data: {"type": "response.created"}\n\nevent: error\ndata: {"type": "error", "message": "boom"}\n\n',
}


@pytest.mark.parametrize("name", STREAMS)
@pytest.mark.parametrize("path", ["responses", "messages"])
def test_a_stream_that_does_not_end_well_ends_with_an_error(gateway: Gateway, mine: Recorder, path: str, name: str) -> None:
    mine.answer = head("200 OK", "Content-Type: text/event-stream") + STREAMS[name]

    said = asked(gateway, f"/v1/{path}", b'{"model": "mine", "stream": true}')

    assert status_of(said) == 200
    assert said.count(b"event: error") == 1
    assert said.rindex(b"event: error") > said.index(b"response.created")


def test_none_of_it_is_logged_as_a_bug_or_with_the_key(gateway: Gateway) -> None:
    """The last test of the module: all requests above are in the log."""
    assert " bug: " not in gateway.process.said
    assert "Traceback" not in gateway.process.said
    assert SECRET not in gateway.process.said
