"""The routes of the real vLLM beside chat completions, asked through a gateway that needs a key."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import anthropic
import openai
import pytest

from app.backends import routes
from app.keys import Key, add, hashed
from app.limits.accounts import Accounts
from app.storage.database import Database, sqlite_url
from tests.acceptance.processes import Gateway, House, ask, eventually
from tests.fakes.collector import Collector
from tests.vllm.conftest import CONTEXT, MODEL, VECTORS, Scene
from tests.vllm.tiny_model import ANSWER

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

HELLO: list[Any] = [{"role": "user", "content": "Hello out there"}]
LONGEST = 1500  # digits, each a token: seconds of work
LONG = {"structured_outputs": {"regex": f"[0-9]{{{LONGEST}}}"}}
TOO_LONG = "a " * CONTEXT
LIMIT = 200  # tokens a day of carol's key
Asked = tuple[str, str, dict[str, Any]]  # model, path, body

# What these requests cost is known: their answers have a usage.
COUNTED: dict[str, Asked] = {
    "a response": (MODEL, "responses", {"input": "Hello out there", "max_output_tokens": 20}),
    "a message": (MODEL, "messages", {"messages": HELLO, "max_tokens": 20}),
    "several prompts": (MODEL, "completions", {"prompt": ["Hello\n", "Good morning\n"], "max_tokens": 20}),
    "prompts of tokens": (MODEL, "completions", {"prompt": [[4093, 198], [520, 198]], "max_tokens": 20}),
    "several chats": (MODEL, "chat/completions/batch", {"messages": [HELLO, HELLO], "max_tokens": 20}),
    "vectors": (VECTORS, "embeddings", {"input": ["Hello", "out there"]}),
    "packed vectors": (VECTORS, "embeddings", {"input": "Hello", "encoding_format": "base64"}),
    "pooling": (VECTORS, "pooling", {"input": "Hello"}),
    "a score": (VECTORS, "score", {"text_1": "Hello", "text_2": ["out", "there"]}),
    "a ranking": (VECTORS, "rerank", {"query": "Hello", "documents": ["out", "there"]}),
}
FREE: dict[str, Asked] = {
    "tokens of a text": (MODEL, "tokenize", {"prompt": "Hello out there"}),
    "tokens of a chat": (MODEL, "tokenize", {"messages": HELLO}),
    "a text of tokens": (MODEL, "detokenize", {"tokens": [4093, 198]}),
    "tokens of a message": (MODEL, "messages/count_tokens", {"messages": HELLO}),
}
STREAMED = ("a response", "a message", "several prompts")
AT_ROOT = ("tokenize", "detokenize", "pooling")  # the server has no `/v1/…` of these
# What an answer says of itself, different each time.
OWN = re.compile(rb'"(?:id|created|created_at|item_id)":\s*(?:"[^"]*"|\d+)')


@dataclass(frozen=True)
class Locked:
    """A gateway in front of the scene's engines that needs the key of alice, bob or carol."""

    scene: Scene
    gateway: Gateway
    accounts: Accounts

    def ask(
        self, model: str, path: str, body: dict[str, Any], holder: str = "alice", method: str = "POST"
    ) -> tuple[int, bytes]:
        return sent(self.gateway.port, f"/v1/{path}", {"model": model, **body} if method == "POST" else None, holder, method)

    def directly(self, model: str, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """What the server itself answers."""
        port = self.scene.vectors if model == VECTORS else self.scene.ports[0]
        return sent(port, f"/{path}" if path in AT_ROOT else f"/v1/{path}", {"model": model, **body})

    def metered(self, model: str) -> tuple[int, int]:
        """The tokens sent to and made by a model, as the gateway's metrics have them."""
        text = sent(self.gateway.port, "/metrics", None, "admin", "GET")[1].decode()
        found = [
            re.findall(rf'^model_{name}_tokens_total{{[^}}]*model_name="{model}"[^}}]*}} (\S+)$', text, re.MULTILINE)
            for name in ("prompt", "generation")
        ]
        return int(sum(map(float, found[0]))), int(sum(map(float, found[1])))

    def settled(self, model: str) -> tuple[int, int]:
        """The same once it stays: a call is counted a while after it has ended, its prompt before its answer."""
        seen: list[tuple[int, int]] = []

        def stays() -> bool:
            seen.append(self.metered(model))
            return seen[-1:] == seen[-2:-1]

        eventually(stays, 30, 0.5, "no call is on its way to the metrics")
        return seen[-1]


def sent(port: int, path: str, body: Any, holder: str = "alice", method: str = "POST") -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        headers = {"Authorization": f"Bearer {holder}", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def usage_of(said: bytes) -> tuple[int, int]:
    """The last usage in an answer, whole or streamed: tokens of the prompt and of the answer."""
    found = dict[str, int]()
    for names, number in re.findall(rb'"((?:prompt|input|completion|output)_tokens)":\s*(\d+)', said):
        found[names.decode()] = int(number)
    return found.get("prompt_tokens") or found["input_tokens"], found.get("completion_tokens") or found.get("output_tokens", 0)


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


@pytest.fixture(scope="module")
def locked(scene: Scene, collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locked]:
    with House(tmp_path_factory.mktemp("locked")) as house:
        services, keys = house.folder / "services", house.folder / "keys.json"
        services.mkdir()
        addresses = {"pair": scene.ports, "vectors": (scene.vectors,)}
        entries = [
            {"name": name, "kind": "openai", "apiBase": [f"http://127.0.0.1:{port}/v1" for port in ports], "maxRetries": 1}
            for name, ports in addresses.items()
        ]
        (services / "backends.json").write_text(json.dumps({"backends": entries}), encoding="utf-8")
        add(keys, Key("alice", hashed("alice")), tokens="1M/day")
        add(keys, Key("admin", hashed("admin"), admin=True))
        add(keys, Key("bob", hashed("bob"), services=(VECTORS,)))
        add(keys, Key("carol", hashed("carol")), tokens=f"{LIMIT}/day")
        environment = {
            "API_KEYS_FILE": str(keys),
            "PROMETHEUS_MULTIPROC_DIR": str(house.folder / "counted"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        gateway = house.gateway(services, "--timeout", "60", **environment)
        gateway.start()
        database = Database(sqlite_url(gateway.database), pool=1)
        made = Locked(scene, gateway, Accounts(database))
        for model in (MODEL, VECTORS):
            eventually(lambda name=model: made.ask(name, "tokenize", {"prompt": "x"})[0] == 200, 60, 0.5, f"{model} is known")
        yield made
        database.close()
        gateway.stop()


@pytest.mark.parametrize("name", [*COUNTED, *FREE])
def test_the_answer_is_the_servers_own(locked: Locked, name: str) -> None:
    asked = {**COUNTED, **FREE}[name]

    status, ours = locked.ask(*asked)

    assert status == 200, ours
    assert OWN.sub(b"", ours) == OWN.sub(b"", locked.directly(*asked)[1])


def test_every_route_that_the_servers_name_is_handed_on(locked: Locked) -> None:
    """One that no request is known for answers in the server's own words that a field is missing."""
    known = {path for _, path, _ in (*COUNTED.values(), *FREE.values())} | {"chat/completions"}
    for model, port in ((MODEL, locked.scene.ports[0]), (VECTORS, locked.scene.vectors)):
        listed = routes.listed(ask(port, "GET", "/openapi.json").body)
        assert listed is not None
        for path in set(routes.names(listed)) - known:
            status, said = locked.ask(model, path, {})
            assert (status, b"Field required" in said) == (400, True), (path, said)


@pytest.mark.parametrize(("name", "streamed"), [*((name, False) for name in COUNTED), *((name, True) for name in STREAMED)])
def test_accounts_metrics_and_the_server_count_the_same_tokens(locked: Locked, name: str, streamed: bool) -> None:
    model, path, body = COUNTED[name]
    eventually(locked.scene.is_idle)
    before = locked.accounts.spent("alice"), locked.settled(model), counted(locked, model)

    options = {"stream_options": {"include_usage": True}} if path == "completions" else {}
    status, said = locked.ask(model, path, {**body, **({"stream": True, **options} if streamed else {})})

    assert status == 200, said
    prompt, answer = usage_of(said)
    assert prompt > 0
    eventually(lambda: locked.metered(model) != before[1], what="the call is in the metrics")
    now = locked.settled(model)
    assert (now[0] - before[1][0], now[1] - before[1][1]) == (prompt, answer)
    assert locked.accounts.spent("alice") - before[0] == prompt + answer
    served = counted(locked, model)
    assert served[0] - before[2][0] == prompt
    assert model == VECTORS or served[1] - before[2][1] == answer


def counted(locked: Locked, model: str) -> tuple[int, int]:
    """What the servers of a model have counted."""
    names = ("prompt_tokens_total", "generation_tokens_total")
    measured = locked.scene.measured if model == MODEL else locked.scene.measured_of_vectors
    return int(measured(names[0])), int(measured(names[1]))


@pytest.mark.parametrize("name", FREE)
def test_counting_costs_nothing(locked: Locked, name: str) -> None:
    before = locked.accounts.spent("alice")

    assert locked.ask(*FREE[name])[0] == 200

    assert locked.accounts.spent("alice") == before


@pytest.mark.parametrize("name", STREAMED)
def test_a_stream_comes_event_by_event_and_ends_as_its_api_does(locked: Locked, name: str) -> None:
    model, path, body = COUNTED[name]

    _, said = locked.ask(model, path, {**body, "stream": True})

    last = {"responses": b"event: response.completed", "messages": b"event: message_stop", "completions": b"data: [DONE]"}
    assert said.count(b"data: ") > 3  # it joins tokens that it makes faster than it sends them
    assert said[said.rindex(b"\n\n", 0, -2) :].strip().startswith(last[path])


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("name", ["a response", "several prompts"])  # nothing makes a message of this model long
def test_a_client_that_leaves_frees_the_engine_and_is_charged(locked: Locked, name: str, stream: bool) -> None:
    model, path, body = COUNTED[name]
    limit = {"responses": "max_output_tokens"}.get(path, "max_tokens")
    data = json.dumps({"model": model, **body, **LONG, limit: 1600, "stream": stream, "ignore_eos": True}).encode()
    eventually(locked.scene.is_idle, 60)
    before, made = locked.accounts.spent("alice"), locked.scene.made()

    with socket.create_connection(("127.0.0.1", locked.gateway.port), timeout=60) as connection:
        lines = [f"POST /v1/{path} HTTP/1.1", "Host: x", "Authorization: Bearer alice", "Content-Type: application/json"]
        connection.sendall("\r\n".join([*lines, f"Content-Length: {len(data)}", "", ""]).encode() + data)
        eventually(lambda: locked.scene.made() > made, 60, 0.005, "the engine works")

    eventually(locked.scene.is_idle, 30, 0.02, "the engine works no more")
    assert locked.scene.made() - made < LONGEST * len(body.get("prompt", "x")), "the engine went on to the end of the answer"
    eventually(lambda: locked.accounts.spent("alice") > before, 30, what="what was made is charged")
    assert locked.accounts.reserved("alice") == 0


@pytest.mark.parametrize("stream", [True, False])
def test_errors_are_in_the_words_of_the_routes_api(locked: Locked, stream: bool) -> None:
    refused = {
        "messages": locked.ask(
            MODEL, "messages", {"messages": [{"role": "user", "content": TOO_LONG}], "max_tokens": 9, "stream": stream}
        ),
        "responses": locked.ask(MODEL, "responses", {"input": TOO_LONG, "stream": stream}),
        "completions": locked.ask(MODEL, "completions", {"prompt": [TOO_LONG, "x"], "stream": stream}),
    }

    said = {path: json.loads(body) for path, (_, body) in refused.items()}
    assert [status for status, _ in refused.values()] == [400] * 3
    assert (said["messages"]["type"], said["messages"]["error"]["type"]) == ("error", "invalid_request_error")
    assert said["responses"]["error"]["code"] == said["completions"]["error"]["code"] == "context_length_exceeded"


@pytest.mark.parametrize(("path", "kind"), [("messages", "not_found_error"), ("responses", "invalid_request_error")])
def test_an_unknown_model_is_not_found_in_the_words_of_the_api(locked: Locked, path: str, kind: str) -> None:
    status, said = locked.ask("nobody", path, {"messages": HELLO, "input": "x", "max_tokens": 9})

    assert (status, json.loads(said)["error"]["type"]) == (404, kind)


def test_a_key_reaches_only_the_models_that_it_opens(locked: Locked) -> None:
    before = counted(locked, MODEL)

    refused = {name: locked.ask(*asked, holder="bob")[0] for name, asked in COUNTED.items() if asked[0] == MODEL}
    opened = {name: locked.ask(*asked, holder="bob")[0] for name, asked in COUNTED.items() if asked[0] == VECTORS}

    assert set(refused.values()) == {403}
    assert set(opened.values()) == {200}
    assert counted(locked, MODEL) == before


def test_a_key_that_has_spent_its_tokens_is_told_so_in_the_words_of_the_api(locked: Locked) -> None:
    message = (MODEL, "messages", {"messages": HELLO, "max_tokens": 20})

    while (answer := locked.ask(*message, holder="carol"))[0] == 200:
        assert locked.accounts.spent("carol") <= LIMIT
    status, said = locked.ask(MODEL, "responses", {"input": "Hello"}, holder="carol")

    assert (answer[0], json.loads(answer[1])["error"]["type"]) == (429, "rate_limit_error")
    assert (status, json.loads(said)["error"]["code"]) == (429, "tokens_spent")
    assert locked.ask(MODEL, "tokenize", {"prompt": "x"}, holder="carol")[0] in (200, 429)


def test_a_stored_response_is_found_at_its_replica_and_by_its_holder_alone(locked: Locked) -> None:
    made = [json.loads(locked.ask(MODEL, "responses", {"input": "Hello"})[1]) for _ in range(4)]

    for each in made:
        path = f"responses/{each['id']}"
        status, said = locked.ask(MODEL, path, {}, method="GET")
        assert (status, json.loads(said)["id"]) == (200, each["id"]), said
        assert locked.ask(MODEL, path, {}, "bob", "GET")[0] == 404
        again = locked.ask(MODEL, "responses", {"input": "More", "previous_response_id": each["id"]})
        assert (again[0], json.loads(again[1])["previous_response_id"]) == (200, each["id"]), again[1]
        # vLLM 0.32 deletes none, and says so in OpenAI's words
        status, said = locked.ask(MODEL, path, {}, method="DELETE")
        assert (status, json.loads(said)["error"]["type"]) == (405, "invalid_request_error")
    assert len({each["id"].split("_")[-1][6:12] for each in made}) == 2  # both replicas made some


def test_the_official_clients_are_served(locked: Locked) -> None:
    address = f"http://127.0.0.1:{locked.gateway.port}"
    with openai.OpenAI(base_url=f"{address}/v1", api_key="alice", max_retries=0) as client:
        response = client.responses.create(model=MODEL, input="Hello")
        events = list(client.responses.create(model=MODEL, input="Hello", stream=True))
        vectors = client.embeddings.create(model=VECTORS, input=["Hello", "there"])
        with pytest.raises(openai.BadRequestError):
            client.responses.create(model=MODEL, input=TOO_LONG)
    with anthropic.Anthropic(base_url=address, api_key="alice", max_retries=0) as claude:
        message = claude.messages.create(model=MODEL, max_tokens=20, messages=HELLO)
        with claude.messages.stream(model=MODEL, max_tokens=20, messages=HELLO) as stream:
            streamed = "".join(stream.text_stream)
        tokens = claude.messages.count_tokens(model=MODEL, messages=HELLO).input_tokens
        with pytest.raises(anthropic.NotFoundError):
            claude.messages.create(model="nobody", max_tokens=20, messages=HELLO)

    assert response.output_text == ANSWER
    assert events[-1].type == "response.completed"
    assert [len(each.embedding) for each in vectors.data] == [64, 64]
    assert message.content[0].type == "text"
    assert message.content[0].text == streamed == ANSWER
    assert message.usage.input_tokens == tokens


def test_a_trace_says_what_the_server_counted(locked: Locked, collector: Collector) -> None:
    _, said = locked.ask(MODEL, "responses", {"input": "A trace of this one"})

    prompt, answer = usage_of(said)
    wanted = {"gen_ai.usage.input_tokens": prompt, "gen_ai.usage.output_tokens": answer}
    eventually(
        lambda: any(wanted.items() <= span.attributes.items() for span in collector.spans()), 60, what="the call's span is told"
    )
    assert not [body for body in collector.bodies if b"A trace of this one" in body]
