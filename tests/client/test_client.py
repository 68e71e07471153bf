"""The client against answers that a test writes down; `tests/acceptance/test_client.py` asks a real gateway."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client import Action, AsyncGateway, Gateway, Job, JobCancelled, JobFailed, JobUnfinished, NotReachable, Refused
from app.client.events import EventStream
from app.client.requests import refused, retry_after

ROOT = Path(__file__).parents[2]
Answer = httpx2.Response | Exception


def job(version: int, status: str = "processing", **more: Any) -> dict[str, Any]:
    return {"jobId": "j", "service": "cra", "flavor": "f", "status": status, "version": version, **more}


def event(version: int, status: str = "processing", **more: Any) -> bytes:
    return f"id: {version}\ndata: {json.dumps(job(version, status, **more), ensure_ascii=False)}\n\n".encode()


class Broken(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that breaks off after its pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = tuple(pieces)

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        raise httpx2.ReadError("the connection is gone")

    async def __aiter__(self) -> Any:
        for each in self._pieces:
            yield each
        raise httpx2.ReadError("the connection is gone")


class Script:
    """Answers requests one after the other, and notes them and the pauses between them."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[httpx2.Request] = []
        self.pauses: list[float] = []

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    def gateway(self, **options: Any) -> Gateway:
        http = httpx2.Client(transport=httpx2.MockTransport(self.handle))
        return Gateway("http://gateway/prefix/", http=http, sleep=self.pauses.append, **options)

    def asynchronous(self) -> AsyncGateway:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(self.handle))
        return AsyncGateway("http://gateway/prefix/", http=http, sleep=self.pause)


def answer(body: Any, status: int = 200, **headers: str) -> httpx2.Response:
    return httpx2.Response(status, json=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def stream(*pieces: bytes, broken: bool = False) -> httpx2.Response:
    return httpx2.Response(200, stream=Broken(pieces)) if broken else httpx2.Response(200, content=b"".join(pieces))


MANIFEST = {"name": "cra", "route": "minutes", "type": "summary", "flavor": [{"name": "f"}, {"name": "g"}]}
ACCEPTED = {"message": "queued", "jobId": "j"}


def test_a_text_is_sent_with_the_first_flavor_and_a_key_of_its_own() -> None:
    script = Script(answer(MANIFEST), answer(ACCEPTED))

    made = script.gateway(api_key="secret").submit("cra", "Ann: hello", priority=3)

    asked, sent = script.requests
    assert made == "j"
    assert str(asked.url) == "http://gateway/prefix/services/cra"
    assert str(sent.url) == "http://gateway/prefix/services/cra/generate"
    assert json.loads(sent.content) == {"flavor": "f", "async": True, "priority": 3, "content": "Ann: hello"}
    assert len(sent.headers["Idempotency-Key"]) == 36
    assert sent.headers["Authorization"] == "Bearer secret"


def refused_flavor(kind: str) -> httpx2.Response:
    return answer({"message": "f of cra cannot run here", "error": {"type": kind, "detail": "use g"}}, 400)


def test_a_flavor_that_cannot_run_gives_way_to_the_next_one() -> None:
    script = Script(answer(MANIFEST), refused_flavor("flavor_unfit"), answer(ACCEPTED))

    assert script.gateway().submit("cra", "Ann: hello") == "j"

    first, second = script.requests[1:]
    assert [json.loads(each.content)["flavor"] for each in (first, second)] == ["f", "g"]
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


@pytest.mark.parametrize(
    ("flavor", "kinds"), [("f", ["flavor_unfit"]), (None, ["bad_parameter"]), (None, ["flavor_unfit", "flavor_unfit"])]
)
def test_a_refusal_that_another_flavor_does_not_mend_is_told(flavor: str | None, kinds: list[str]) -> None:
    script = Script(*[answer(MANIFEST)] * (flavor is None), *map(refused_flavor, kinds))

    with pytest.raises(Refused, match="cannot run here"):
        script.gateway().submit("cra", "Ann: hello", flavor=flavor)


@pytest.mark.parametrize("of", [lambda file: file, lambda file: file.read_bytes(), lambda file: io.BytesIO(file.read_bytes())])
def test_a_file_is_sent_byte_for_byte(tmp_path: Path, of: Callable[[Path], Any]) -> None:
    file = tmp_path / "meeting.vtt"
    file.write_bytes(b"\xff\xfeW\x00E\x00")
    script = Script(answer(ACCEPTED))

    script.gateway().submit("cra", of(file), flavor="g", temperature=0.5)

    body = script.requests[0].content
    assert b"\xff\xfeW\x00E\x00" in body
    assert b'name="flavor"\r\n\r\ng' in body
    assert b'name="temperature"\r\n\r\n0.5' in body
    assert b'name="async"\r\n\r\ntrue' in body


def test_a_request_whose_answer_was_lost_is_sent_again_under_the_same_key() -> None:
    script = Script(httpx2.ReadError("gone"), httpx2.ConnectError("refused"), answer(ACCEPTED))

    script.gateway().submit("cra", "text", flavor="f")

    assert len({sent.headers["Idempotency-Key"] for sent in script.requests}) == 1
    assert script.pauses == [0.5, 1.0]


@pytest.mark.parametrize("status", [429, 503])
def test_the_gateway_says_when_to_ask_again(status: int) -> None:
    script = Script(answer({}, status, Retry_After="7"), answer(ACCEPTED))

    script.gateway().submit("cra", "text", flavor="f")

    assert script.pauses == [7.0]


def test_a_date_in_retry_after_is_seconds_from_now() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)

    seconds = retry_after(answer({}, 503, Retry_After=moment))

    assert seconds is not None
    assert 0 < seconds <= 100


def test_patience_comes_to_an_end() -> None:
    refusal = {"message": "2 jobs wait already", "error": {"type": "queue_full", "detail": "more workers"}}
    script = Script(*(answer(refusal, 429, Retry_After="40") for _ in range(3)))

    with pytest.raises(Refused) as refused:
        script.gateway(patience=100).submit("cra", "text", flavor="f")

    error = refused.value
    assert (error.status, error.kind, error.detail, error.retry_after) == (429, "queue_full", "more workers", 40.0)
    assert script.pauses == [40.0, 40.0]


@pytest.mark.parametrize("status", [400, 401, 404, 409, 413, 422, 500])
def test_what_will_not_get_better_is_not_asked_again(status: int) -> None:
    script = Script(answer({"message": "no"}, status))

    with pytest.raises(Refused, match="no"):
        script.gateway().job("j")

    assert len(script.requests) == 1


@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"[1]", b'{"detail": "Not Found"}', b'{"error": "text"}'])
def test_an_error_of_something_else_than_a_gateway_is_one(body: bytes) -> None:
    script = Script(httpx2.Response(404, content=body))

    with pytest.raises(Refused) as refused:
        script.gateway().job("j")

    assert refused.value.status == 404


def test_a_gateway_that_is_not_there_is_no_refusal() -> None:
    script = Script(*(httpx2.ConnectError("Connection refused") for _ in range(9)))

    with pytest.raises(NotReachable, match="Connection refused"):
        script.gateway(patience=3).services()


class Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(403)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_stands_between_this_machine_and_itself(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()

        with pytest.raises(Refused), Gateway(f"http://127.0.0.1:{server.server_port}", patience=0) as gateway:
            gateway.services()


def test_the_certificate_of_a_gateway_on_this_machine_is_checked_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificate = tmp_path / "localhost.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(certificate), "-out", str(tmp_path / "made.pem")]
    subprocess.run([*make.split(), *names], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + (tmp_path / "made.pem").read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with HTTPServer(("127.0.0.1", 0), Door) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.handle_request, daemon=True).start()

        with pytest.raises(Refused), Gateway(f"https://localhost:{server.server_port}", patience=0) as gateway:
            gateway.services()


@pytest.mark.parametrize("client", [Gateway, AsyncGateway])
@pytest.mark.parametrize("proxy", ["socks5://proxy:1080", "gopher://proxy:70"])
def test_a_proxy_that_cannot_be_used_is_said(
    monkeypatch: pytest.MonkeyPatch, client: type[Gateway | AsyncGateway], proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setitem(sys.modules, "socksio", None)

    with pytest.raises(NotReachable, match="the proxy of HTTP_PROXY, HTTPS_PROXY or ALL_PROXY cannot be used"):
        client("http://gateway.example")


def test_a_retry_whose_answer_was_lost_is_not_repeated() -> None:
    script = Script(httpx2.ReadError("gone"))

    with pytest.raises(NotReachable):
        script.gateway().retry("j")

    assert len(script.requests) == 1


def test_events_go_on_after_the_last_one_that_was_read() -> None:
    script = Script(
        stream(event(1, text="a"), event(2)[:20], broken=True),
        httpx2.ConnectError("refused"),
        stream(b"retry: 1000\n\n: still here\n\n", event(2), broken=True),
        stream(event(5, "complete", text="all")),
    )

    seen = list(script.gateway().events("j"))

    assert [(state.body["version"], state.text) for state in seen] == [(1, "a"), (2, "a"), (5, "all")]
    assert [sent.headers.get("Last-Event-ID") for sent in script.requests] == [None, "1", "1", "2"]


def test_events_that_were_all_read_before_are_none() -> None:
    script = Script(httpx2.Response(204))

    assert list(script.gateway().events("j", after="7")) == []
    assert script.requests[0].headers["Last-Event-ID"] == "7"


def test_events_wait_for_a_gateway_that_is_busy() -> None:
    script = Script(answer({}, 503, Retry_After="5"), stream(event(1, "complete", text="")))

    assert len(list(script.gateway().events("j"))) == 1
    assert script.pauses == [5.0]


def test_events_of_a_job_that_does_not_exist_are_refused() -> None:
    script = Script(answer({"message": "j does not exist"}, 404))

    with pytest.raises(Refused, match="does not exist"):
        list(script.gateway().events("j"))


def test_events_that_always_break_off_are_given_up() -> None:
    script = Script(*(stream(b": still here\n\n") for _ in range(9)))

    with pytest.raises(NotReachable):
        list(script.gateway(patience=3).events("j"))


@given(st.lists(st.text(), min_size=1, max_size=4), st.integers(1, 7))
def test_events_come_out_the_same_however_they_are_cut_into_pieces(texts: list[str], size: int) -> None:
    whole = b"".join(event(number, text=text) for number, text in enumerate(texts))
    reader = EventStream("j", "", 1.0)

    seen: list[Job] = []
    for start in range(0, len(whole), size):
        seen += reader.read(whole[start : start + size])

    assert [state.text for state in seen] == texts


FINAL = stream(event(3, "complete", text="Minutes."))
FULL = answer({**job(3, "complete"), "coverage": {"warnings": ["1 turn left out"]}, "minutes": {"actions": []}})


def test_run_gives_the_text_with_its_minutes_and_warnings() -> None:
    script = Script(answer(ACCEPTED), FINAL, FULL)

    result = script.gateway().run("cra", "Ann: hello", flavor="f")

    assert (result.text, result.warnings, result.minutes) == ("Minutes.", ("1 turn left out",), {"actions": []})
    assert result.job.ended


@pytest.mark.parametrize(("status", "error"), [("error", JobFailed), ("cancelled", JobCancelled)])
def test_a_job_without_a_result_raises_its_reason(status: str, error: type[JobFailed]) -> None:
    script = Script(stream(event(3, status, error="no room")))

    with pytest.raises(error, match="no room") as failed:
        script.gateway().wait("j")

    assert failed.value.job.status == status


def test_the_result_of_a_job_that_runs_is_not_waited_for() -> None:
    script = Script(stream(event(1), broken=True))

    with pytest.raises(JobUnfinished, match="processing"):
        script.gateway().result("j")


def test_jobs_are_listed_page_by_page() -> None:
    script = Script(answer({"jobs": [job(1), job(2)], "next": "c"}), answer({"jobs": [job(3)], "next": None}))

    seen = list(script.gateway().jobs(status="complete"))

    assert [state.body["version"] for state in seen] == [1, 2, 3]
    assert [dict(sent.url.params) for sent in script.requests] == [
        {"status": "complete"},
        {"status": "complete", "cursor": "c"},
    ]


def test_a_job_has_types() -> None:
    body = job(
        4,
        progress={"phase": "map", "done": 2, "total": 5, "percent": 40.0},
        tokens={"prompt": 10, "completion": 2, "cached": 1},
        created="2026-01-31T09:00:00.000Z",
        finished=None,
    )

    state = Script(answer(body)).gateway().job("j")

    assert (state.progress.done, state.progress.percent, state.tokens.completion) == (2, 40.0, 2)
    assert (state.created, state.finished) == (datetime(2026, 1, 31, 9, tzinfo=UTC), None)


def test_the_client_for_asyncio_does_the_same() -> None:
    script = Script(
        answer({}, 503, Retry_After="2"),
        answer(ACCEPTED),
        stream(event(1, text="a"), broken=True),
        stream(event(3, "complete", text="Minutes.")),
        answer(job(3, "complete")),
        answer({"jobs": [job(1)], "next": None}),
    )

    async def use() -> tuple[str, list[Job]]:
        async with script.asynchronous() as gateway:
            result = await gateway.run("cra", "text", flavor="f")
            return result.text, [each async for each in gateway.jobs()]

    text, jobs = asyncio.run(use())

    assert (text, len(jobs)) == ("Minutes.", 1)
    assert script.pauses == [2.0, 0.5]
    assert script.requests[3].headers["Last-Event-ID"] == "1"


def test_actions_come_page_by_page() -> None:
    first = {"jobId": "j", "item": 2, "text": "Write to Bob.", "owner": "Ann", "due": None, "done": None, "title": "Budget"}
    second = {"jobId": "k", "item": 1, "text": "Call.", "owner": None, "done": "2026-01-31T09:00:00+00:00"}
    pages = ({"actions": [first], "next": "c"}, {"actions": [second], "next": None})
    script, again = Script(*map(answer, pages)), Script(*map(answer, pages))

    async def all_of() -> list[Action]:
        async with again.asynchronous() as gateway:
            return [each async for each in gateway.actions(owner="Ann", open_only=True)]

    found = list(script.gateway().actions(owner="Ann", open_only=True))

    assert [(each.job, each.item, each.owner, each.title, each.due) for each in found] == [
        ("j", 2, "Ann", "Budget", ""),
        ("k", 1, "", "", ""),
    ]
    assert [each.done for each in found] == [None, datetime(2026, 1, 31, 9, tzinfo=UTC)]
    assert [dict(each.url.params) for each in script.requests] == [
        {"owner": "Ann", "open": "true"},
        {"owner": "Ann", "open": "true", "cursor": "c"},
    ]
    assert asyncio.run(all_of()) == found


SAID = (
    b': still here\n\nevent: thinking\ndata: {"text":"hm"}\n\ndata: {"text":"Hel"}\n\n',
    'data: {"text":"lo, Zoé\\u2028!"}\n\n'.encode(),
    b'event: done\ndata: {"conversation_id":"c"}\n\n',
)


def test_an_answer_is_read_as_it_comes_and_the_next_message_goes_on() -> None:
    spoken = httpx2.Response(200, content=b"".join(SAID), headers={"X-Conversation-Id": "c"})
    script = Script(spoken, stream(b'data: {"text":"Yes."}\n\n'))
    conversation = script.gateway().conversation("chat", system="Be brief.")

    first, second = list(conversation.say("Hi")), list(conversation.say("Sure?"))

    asked, again = (json.loads(each.content) for each in script.requests)
    assert (first, second, conversation.id) == (["Hel", "lo, Zoé\u2028!"], ["Yes."], "c")
    assert asked == {"system": "Be brief.", "message": "Hi", "stream": True, "stream_format": "sse"}
    assert again["conversation_id"] == "c"


def test_a_conversation_with_asyncio_is_the_same() -> None:
    script = Script(stream(*SAID))

    async def talk() -> list[str]:
        async with script.asynchronous() as gateway:
            return [piece async for piece in gateway.conversation().say("Hi")]

    assert asyncio.run(talk()) == ["Hel", "lo, Zoé\u2028!"]


@pytest.mark.parametrize(
    ("answered", "error", "said"),
    [
        (lambda: answer({"message": "no such service"}, 404), Refused, "no such service"),
        (lambda: stream(b'event: error\ndata: {"message":"gone","error":{"type":"x"}}\n\n'), Refused, "gone"),
        (lambda: stream(SAID[0], broken=True), NotReachable, "the connection is gone"),
        (lambda: httpx2.ConnectError("refused"), NotReachable, "refused"),
    ],
)
def test_an_answer_that_breaks_off_says_why(answered: Callable[[], Answer], error: type[Exception], said: str) -> None:
    conversation = Script(answered()).gateway().conversation()

    with pytest.raises(error, match=said):
        list(conversation.say("Hi"))


def test_both_clients_can_do_the_same() -> None:
    def methods(of: type) -> set[str]:
        return {name for name in vars(of) if not name.startswith("_")}

    assert methods(Gateway) == methods(AsyncGateway)


ALONE = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in BLOCKED:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Blocked())
from app.client import AsyncGateway, Gateway
Gateway("http://127.0.0.1:1").close()
print(sorted(name for name in sys.modules if name.startswith("app.") and not name.startswith("app.client")))
"""


def test_the_client_needs_nothing_of_the_server() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    servers = {line.partition("==")[0].partition("[")[0].replace("-", "_") for line in lines if "==" in line} - {"httpx2"}
    code = f"BLOCKED = {sorted(servers)!r}\n{ALONE}"

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (said.stdout.strip(), said.returncode) == ("[]", 0), said.stderr


FOREIGN = [
    httpx2.Response(200, html="<html>Welcome</html>"),
    httpx2.Response(200, json=[1]),
    httpx2.Response(200, json={"hello": "world"}),
    httpx2.Response(200, content=b"null", headers={"Content-Type": "application/json"}),
]
CALLS: dict[str, Callable[[Gateway], object]] = {
    "services": lambda gateway: gateway.services(),
    "job": lambda gateway: gateway.job("j"),
    "jobs": lambda gateway: list(gateway.jobs()),
    "submit": lambda gateway: gateway.submit("cra", "text", flavor="f"),
    "cancel": lambda gateway: gateway.cancel("j"),
    "events": lambda gateway: list(gateway.events("j")),
}


@pytest.mark.parametrize("answer", FOREIGN, ids=["page", "list", "object", "null"])
@pytest.mark.parametrize("name", CALLS)
def test_the_answer_of_something_else_than_a_gateway_is_told_as_such(name: str, answer: httpx2.Response) -> None:
    with Script(answer).gateway() as gateway, pytest.raises(NotReachable, match="no LLM Gateway"):
        CALLS[name](gateway)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("127.0.0.1:8000", "write it as http://127.0.0.1:8000"),
        ("localhost:8000/", "write it as http://localhost:8000"),
        ("gateway.example", "write it as http://gateway.example"),
        ("ftp://gateway.example", "write it as http://127.0.0.1:8000"),
        ("", "write it as http://127.0.0.1:8000"),
        ("http://", "is no address"),
        ("http://gateway.example:port", "is no address"),
        ("http://gateway.example/v1/", "leave /v1 out"),
    ],
)
@pytest.mark.parametrize("kind", [Gateway, AsyncGateway])
def test_an_address_that_leads_to_no_gateway_is_refused_at_once(kind: type[Any], url: str, words: str) -> None:
    with pytest.raises(NotReachable, match=re.escape(words)):
        kind(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://gateway.example/api/llm/", " http://[::1]:8000/ "])
def test_any_other_address_is_taken(url: str) -> None:
    with Gateway(url):
        pass


def test_an_error_in_openais_shape_has_its_words() -> None:
    error = refused(404, {"error": {"message": "there is no route /v1/services", "type": "invalid_request_error"}}, "NOT FOUND")

    assert error.message == "there is no route /v1/services"
