"""The other APIs of model servers, by the official clients behind a real socket, and as bare HTTP."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from flask.testing import FlaskClient

from app.gateway import assemble
from app.keys import Key, add, hashed
from app.web import create_app
from tests.fakes.openai_server import MODEL, FakeOpenAI, Reply
from tests.fakes.raw_answers import http, whole
from tests.fixtures.keys import written
from tests.web.serving import served
from tests.web.talking import Talking, talking

LONG = 30.0  # seconds that a busy machine may need
HELLO: list[Any] = [{"role": "user", "content": "Hello out there"}]
ALICE, BOB, CAROL = ({"Authorization": f"Bearer {name}'s"} for name in ("alice", "bob", "carol"))
ADMINISTERING = [
    "load_lora_adapter",
    "unload_lora_adapter",
    "sleep",
    "wake_up",
    "reset_prefix_cache",
    "reset_mm_cache",
    "collective_rpc",
    "start_profile",
    "update_weights",
    "metrics",
    "server_info",
    "scale_elastic_ep",
    "audio/metrics",
]
OUTSIDE = [
    "..%2fsleep",
    "%2e%2e/sleep",
    "responses/..%2f..%2fsleep",
    "http:/127.0.0.1/x",
    "@127.0.0.1/x",
    "embeddings%3fx=1",
    "embeddings%0d%0aX-A:b",
    "embeddings%00",
    "EMBEDDINGS",
    "nothing",
    "a/b/c/d/e/f/g",
]


def ready(client: FlaskClient, model: str = MODEL, headers: dict[str, str] | None = None) -> FlaskClient:
    """*client*, once its gateway knows the model: a busy machine may need longer than a request waits for that."""
    until = time.monotonic() + LONG
    while client.get(f"/v1/models/{model}", headers=headers).status_code != 200 and time.monotonic() < until:
        time.sleep(0.05)
    return client


@pytest.fixture
def talk(talk: Talking) -> Talking:
    ready(talk.client)
    return talk


@pytest.fixture
def locked(locked: Talking) -> Talking:
    ready(locked.client, headers=ALICE)
    return locked


@pytest.fixture
def client(talk: Talking) -> Iterator[openai.OpenAI]:
    with served(talk.app) as port, openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x", max_retries=0) as made:
        yield made


@pytest.fixture
def claude(talk: Talking) -> Iterator[anthropic.Anthropic]:
    with served(talk.app) as port, anthropic.Anthropic(base_url=f"http://127.0.0.1:{port}", api_key="x", max_retries=0) as made:
        yield made


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """alice may do everything, bob spend 40 tokens a day on one model, carol use no model."""
    file = written(tmp_path, Key("alice", hashed("alice's")), Key("carol", hashed("carol's"), services=("chat",)))
    add(file, Key("bob", hashed("bob's"), services=(MODEL,)), tokens="40")
    return file


def test_a_response_is_made_read_gone_on_with_and_deleted(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(text="Voilà."), Reply(text="Encore."))

    first = client.responses.create(model=MODEL, input="Hello out there")
    second = client.responses.create(model=MODEL, input="More", previous_response_id=first.id)
    read = client.responses.retrieve(second.id)
    client.responses.delete(first.id)

    assert (first.output_text, second.output_text, read.output_text) == ("Voilà.", "Encore.", "Encore.")
    assert first.usage is not None
    assert (first.usage.input_tokens, first.usage.output_tokens) == (3, 1)
    assert second.previous_response_id == read.previous_response_id == first.id
    assert read.id == second.id
    assert talk.fake.calls[1].body["previous_response_id"] not in talk.fake.stored
    with pytest.raises(openai.NotFoundError, match="not found"):
        client.responses.retrieve(first.id)


def test_a_response_is_streamed(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(text="As it comes, word by word."))

    events = list(client.responses.create(model=MODEL, input="Hello", stream=True))
    ended = events[-1]

    assert [event.type for event in events[:2]] == ["response.created", "response.in_progress"]
    assert (
        "".join(event.delta for event in events if event.type == "response.output_text.delta") == "As it comes, word by word."
    )
    assert ended.type == "response.completed"
    assert client.responses.retrieve(ended.response.id).output_text == "As it comes, word by word."


def test_a_response_is_cancelled_at_its_server(talk: Talking, client: openai.OpenAI) -> None:
    made = client.responses.create(model=MODEL, input="Hello", background=True)

    assert client.responses.cancel(made.id).status == "cancelled"
    assert talk.fake.paths[-1].startswith("POST /v1/responses/resp_")


def test_texts_are_embedded(client: openai.OpenAI) -> None:
    made = client.embeddings.create(model=MODEL, input=["one", "two words"], encoding_format="float")

    assert [each.embedding for each in made.data] == [[1.0, 0.5], [2.0, 0.5]]
    assert made.usage.prompt_tokens == 3


@pytest.mark.parametrize("streamed", [False, True])
def test_a_recording_is_transcribed(client: openai.OpenAI, talk: Talking, streamed: bool) -> None:
    talk.fake.script(Reply(text="Good day"))

    made = client.audio.transcriptions.create(model=MODEL, file=("a.wav", b"\x00" * 1000, "audio/wav"), stream=streamed)
    said = [*made][-1].text if streamed else made.text  # type: ignore[union-attr]

    assert said == "Good day (1000 bytes)"
    assert talk.fake.calls[0].body["model"] == MODEL


def test_a_translation_comes_as_plain_text(talk: Talking) -> None:
    talk.fake.script(Reply(text="Good day"))

    form = {"model": MODEL, "response_format": "text", "file": (io.BytesIO(b"0123456789"), "a.wav")}
    answer = talk.client.post("/v1/audio/translations", data=form, content_type="multipart/form-data")

    assert answer.text == "Good day (10 bytes)"
    assert answer.content_type.startswith("text/plain")


CALLED = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "now", "arguments": '{"zone": "é"}'}
OUTPUT = [
    {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
    {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": "It is\u2028noon \ud83d\ude00", "annotations": []}],
    },
    {**CALLED, "status": "completed"},
    {**CALLED, "id": None, "call_id": "c2", "status": "completed"},
]


def test_a_response_of_a_server_that_does_not_stream_is_streamed(talk: Talking, client: openai.OpenAI) -> None:
    response = {"id": "resp_1", "object": "response", "model": MODEL, "status": "completed", "tools": [], "output": OUTPUT}
    talk.fake.script(Reply(raw=whole({**response, "usage": {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}})))

    with client.responses.stream(model=MODEL, input="Hello") as stream:
        told = list(stream)
        final = stream.get_final_response()

    assert "".join(each.delta for each in told if each.type == "response.output_text.delta") == "It is\u2028noon \U0001f600"
    assert "".join(each.delta for each in told if each.type == "response.reasoning_text.delta") == "hm"
    assert [each.arguments for each in told if each.type == "response.function_call_arguments.done"] == ['{"zone": "é"}'] * 2
    assert final.output_text == "It is\u2028noon \U0001f600"
    assert [each.type for each in final.output] == [each["type"] for each in OUTPUT]
    assert final.usage is not None
    assert final.usage.output_tokens == 2


def test_a_message_of_a_server_that_does_not_stream_is_streamed(talk: Talking, claude: anthropic.Anthropic) -> None:
    content = [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": "It is noon"},
        {"type": "tool_use", "id": "t1", "name": "now", "input": {"zone": {"name": "é"}}},
    ]
    message = {"id": "m", "type": "message", "role": "assistant", "model": MODEL, "content": content}
    usage = {"input_tokens": 3, "output_tokens": 2, "cache_read_input_tokens": 1}
    talk.fake.script(Reply(raw=whole({**message, "stop_reason": "tool_use", "stop_sequence": None, "usage": usage})))

    with claude.messages.stream(model=MODEL, max_tokens=9, messages=HELLO) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()

    assert text == "It is noon"
    assert [each.to_dict() for each in final.content] == content
    assert (final.stop_reason, final.usage.input_tokens, final.usage.output_tokens) == ("tool_use", 3, 2)


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_transcript_of_a_server_that_does_not_stream_is_streamed(talk: Talking, client: openai.OpenAI, kind: str) -> None:
    body = "Good day" if kind == "text/plain" else '{"text": "Good day"}'
    talk.fake.script(Reply(raw=http(body.encode(), kind)))

    made = client.audio.transcriptions.create(model=MODEL, file=("a.wav", b"\x00" * 1000, "audio/wav"), stream=True)

    assert [(each.type, getattr(each, "delta", None) or getattr(each, "text", "")) for each in made] == [
        ("transcript.text.delta", "Good day"),
        ("transcript.text.done", "Good day"),
    ]


def test_several_prompts_are_completed_at_once(talk: Talking, client: openai.OpenAI) -> None:
    client.completions.create(model=MODEL, prompt=["one", "two"])

    assert talk.fake.calls[0].body["prompt"] == ["one", "two"]


def test_a_message_of_anthropics_api_is_answered_and_counted(talk: Talking, claude: anthropic.Anthropic) -> None:
    talk.fake.script(Reply(text="Voilà."))

    made = claude.messages.create(model=MODEL, max_tokens=9, messages=HELLO)
    counted = claude.messages.count_tokens(model=MODEL, messages=HELLO)

    assert made.content[0].type == "text"
    assert made.content[0].text == "Voilà."
    assert (made.usage.input_tokens, made.usage.output_tokens) == (3, 1)
    assert counted.input_tokens == 3
    assert talk.fake.calls[0].headers["anthropic-version"]


def test_a_message_of_anthropics_api_is_streamed(talk: Talking, claude: anthropic.Anthropic) -> None:
    talk.fake.script(Reply(text="As it comes."))

    with claude.messages.stream(model=MODEL, max_tokens=9, messages=HELLO) as stream:
        said = "".join(stream.text_stream)
        whole = stream.get_final_message()

    assert said == "As it comes."
    assert (whole.stop_reason, whole.usage.output_tokens) == ("end_turn", 3)


@pytest.mark.parametrize(("path", "body", "at_server"), [
    ("rerank", {"query": "a", "documents": ["b", "c"]}, "/v1/rerank"),
    ("score", {"text_1": "a", "text_2": "b"}, "/score"),
    ("detokenize", {"tokens": [1, 2]}, "/detokenize"),
])  # fmt: skip
def test_what_a_server_lists_is_handed_on_to_where_it_has_it(talk: Talking, path: str, body: Any, at_server: str) -> None:
    answer = talk.client.post(f"/v1/{path}", json={"model": MODEL, **body})

    assert answer.status_code == 200
    assert talk.fake.paths == [f"POST {at_server}"]


def test_tokens_are_counted_by_the_server(talk: Talking) -> None:
    answer = talk.client.post("/v1/tokenize", json={"model": MODEL, "prompt": "one two"})

    assert answer.json["count"] == 3


def test_a_route_that_only_this_server_lists_is_handed_on(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    fake_openai.lists = ("/v1/classify_speech",)
    with talking(tmp_path, prepared, fake_openai) as talk:
        ready(talk.client)
        answer = talk.client.post("/v1/classify_speech", json={"model": MODEL, "input": "x"})
        unlisted = talk.client.post("/v1/pooling", json={"model": MODEL, "input": "x"})

    assert (answer.status_code, answer.json["path"]) == (200, "/classify_speech")
    assert unlisted.status_code == 404
    assert "it has POST /v1/audio/transcriptions" in unlisted.json["error"]["message"]


@pytest.mark.parametrize("path", ["responses/compact", "responses/input_tokens", "responses/render"])
def test_a_word_below_responses_is_a_path_and_no_id(talk: Talking, path: str) -> None:
    talk.fake.lists = (f"/v1/{path}",)

    answer = talk.client.post(f"/v1/{path}", json={"model": MODEL, "input": "x"})

    assert (answer.status_code, talk.fake.paths[-1]) == (200, f"POST /v1/{path}")


def test_a_response_that_is_named_in_a_request_to_compact_is_known_to_its_server(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.lists = ("/v1/responses/compact",)
    made = client.responses.create(model=MODEL, input="Hello")

    answer = talk.client.post("/v1/responses/compact", json={"model": MODEL, "previous_response_id": made.id})
    strange = talk.client.post("/v1/responses/compact", json={"model": MODEL, "previous_response_id": "resp_x"})

    assert (answer.status_code, strange.status_code) == (200, 400)
    assert made.id.startswith(talk.fake.calls[-1].body["previous_response_id"])


def test_a_server_that_lists_nothing_gets_what_is_usual(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    fake_openai.lists = None
    with talking(tmp_path, prepared, fake_openai) as talk:
        ready(talk.client)
        score = talk.client.post("/v1/score", json={"model": MODEL, "text_1": "a", "text_2": "b"})
        pooling = talk.client.post("/v1/pooling", json={"model": MODEL, "input": "x"})

    assert (score.status_code, pooling.status_code) == (200, 404)
    assert talk.fake.paths == ["POST /v1/score"]


@pytest.mark.parametrize("path", ADMINISTERING)
def test_what_administers_a_server_is_refused(talk: Talking, path: str) -> None:
    answer = talk.client.post(f"/v1/{path}", json={"model": MODEL, "lora_name": "x"})

    assert answer.status_code == 403
    assert "ask that server itself" in answer.json["error"]["message"]
    assert talk.fake.paths == []


@pytest.mark.parametrize("path", OUTSIDE)
def test_what_is_no_plain_path_below_the_api_is_not_handed_on(talk: Talking, path: str) -> None:
    with served(talk.app) as port:
        connection = HTTPConnection("127.0.0.1", port, timeout=LONG)
        connection.request("POST", f"/v1/{path}", json.dumps({"model": MODEL}), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        connection.close()

    assert answer.status in (403, 404)
    assert talk.fake.paths == []


@pytest.mark.parametrize("name", ["chat", "generate:small"])
def test_a_services_name_is_refused_with_a_sentence(talk: Talking, name: str) -> None:
    answer = talk.client.post("/v1/embeddings", json={"model": name, "input": "x"})

    assert answer.status_code == 400
    assert answer.json["error"]["param"] == "model"
    assert "is a service: send it to /v1/chat/completions" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/v1/embeddings", 405, "POST"),
        ("POST", "/v1/models", 405, "GET"),
        ("GET", "/v1/nothing", 404, None),
        ("PUT", "/v1/nothing", 404, None),
        ("OPTIONS", "/v1/nothing", 404, None),
        ("PATCH", "/v1/responses/x", 405, "DELETE"),
        ("GET", "/v1/responses/resp_x", 404, None),
    ],
)
def test_other_methods_are_refused_as_before(talk: Talking, method: str, path: str, status: int, allowed: str | None) -> None:
    answer = talk.client.open(path, method=method)

    assert (answer.status_code, answer.json["error"]["type"]) == (status, "invalid_request_error")
    if allowed:
        assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize(
    "body",
    [
        {"input": "x"},
        {"model": 3, "input": "x"},
        {"model": "unknown", "input": "x"},
        {"model": MODEL, "Model": "other", "input": "x"},
    ],
)
def test_a_request_that_names_no_model_or_two_is_refused(talk: Talking, body: dict[str, Any]) -> None:
    answer = talk.client.post("/v1/embeddings", json=body)

    assert answer.status_code in (400, 404)
    assert talk.fake.paths == []


def test_the_model_that_is_allowed_is_the_one_that_is_asked(talk: Talking) -> None:
    twice = b'{"model": "other", "input": "x", "mod\\u0065l": "' + MODEL.encode() + b'"}'
    answer = talk.client.post("/v1/embeddings", data=twice, content_type="application/json")
    form = {"model": [MODEL, "other"], "file": (io.BytesIO(b"x"), "a.wav")}
    refused = talk.client.post("/v1/audio/transcriptions", data=form, content_type="multipart/form-data")

    assert answer.status_code == 200
    assert talk.fake.calls[0].body == {"model": MODEL, "input": "x"}
    assert (refused.status_code, len(talk.fake.calls)) == (400, 1)


@pytest.mark.parametrize("fault", ["end_midway", "reset_midway", "error_midway"])
def test_a_stream_that_breaks_off_is_an_error_in_the_words_of_its_api(
    talk: Talking, client: openai.OpenAI, claude: anthropic.Anthropic, fault: str
) -> None:
    talk.fake.script(Reply(text="some words " * 9, fault=fault), Reply(text="some words " * 9, fault=fault))

    with pytest.raises(openai.APIError):
        list(client.responses.create(model=MODEL, input="Hello", stream=True))
    with pytest.raises(anthropic.APIStatusError):
        list(claude.messages.create(model=MODEL, max_tokens=9, messages=HELLO, stream=True))


@pytest.mark.parametrize(
    ("status", "ours", "anthropics"),
    [
        (400, 400, "invalid_request_error"),
        (404, 404, "not_found_error"),
        (429, 429, "rate_limit_error"),
        (500, 503, "overloaded_error"),
    ],
)
def test_a_refusal_of_the_server_keeps_its_status_and_has_the_format_of_its_api(
    talk: Talking, client: openai.OpenAI, status: int, ours: int, anthropics: str
) -> None:
    talk.fake.default = Reply(status=status, message="this cannot be")

    with pytest.raises(openai.APIStatusError, match="this cannot be") as refused:
        client.responses.create(model=MODEL, input="Hello")
    answer = talk.client.post("/v1/messages", json={"model": MODEL, "max_tokens": 9, "messages": HELLO})

    assert refused.value.status_code == answer.status_code == ours
    assert answer.json["type"] == "error"
    assert answer.json["error"]["type"] == anthropics
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_who_has_no_key_is_told_so_in_anthropics_words(locked: Talking) -> None:
    answer = locked.client.post("/v1/messages", json={"model": MODEL})

    assert (answer.status_code, answer.json["error"]["type"]) == (401, "authentication_error")


def test_a_client_that_leaves_ends_the_request_at_the_server(talk: Talking, client: openai.OpenAI) -> None:
    talk.fake.script(Reply(text="word " * 500, pace=0.05))

    stream = client.responses.create(model=MODEL, input="Hello", stream=True)
    next(iter(stream))
    stream.close()

    assert talk.fake.wait_for(lambda fake: fake.open == 0 and fake.calls[0].outcome == "aborted", LONG)


def test_a_server_that_is_away_for_a_moment_is_asked_again(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    with talking(tmp_path, prepared, fake_openai, backend_retries=2, timeout=60) as talk:
        ready(talk.client)
        fake_openai.script(Reply(status=503, retry_after="0"), Reply(text="there"))
        answer = talk.client.post("/v1/responses", json={"model": MODEL, "input": "Hello"})

    assert answer.json["output"][0]["content"][0]["text"] == "there"


def test_each_holder_has_a_models_apis_responses_and_tokens_of_its_own(locked: Talking) -> None:
    asked = {"model": MODEL, "input": "Hello out there", "max_output_tokens": 9}

    made = locked.client.post("/v1/responses", json=asked, headers=ALICE)
    path = f"/v1/responses/{made.json['id']}"

    assert locked.client.get(path, headers=ALICE).status_code == 200
    assert locked.client.get(path, headers=BOB).status_code == 404
    assert locked.client.post("/v1/responses", json=asked, headers=CAROL).status_code == 403
    assert (
        locked.client.post("/v1/responses", json={**asked, "previous_response_id": made.json["id"]}, headers=BOB).status_code
        == 400
    )
    assert locked.gateway.accounts.spent("bob") == 0


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("path", "body", "cost"),
    [
        ("/v1/responses", {"input": "Hello out there", "max_output_tokens": 9}, 3 + 2),
        ("/v1/messages", {"messages": HELLO, "max_tokens": 9}, 3 + 2),
    ],
)
def test_what_other_apis_cost_is_charged(locked: Talking, path: str, body: dict[str, Any], cost: int, streamed: bool) -> None:
    locked.fake.default = Reply(text="two words")
    asked = {"model": MODEL, **body, "stream": streamed}

    statuses = [locked.client.post(path, json=asked, headers=BOB, buffered=True).status_code for _ in range(9)]

    assert statuses == [200] * 8 + [429]
    assert locked.gateway.accounts.spent("bob") == 8 * cost
    assert locked.gateway.accounts.reserved("bob") == 0


def test_embeddings_cost_their_prompt_and_counting_costs_nothing(locked: Talking) -> None:
    for path, body in (
        ("embeddings", {"input": "one two"}),
        ("tokenize", {"prompt": "a b"}),
        ("messages/count_tokens", {"messages": HELLO}),
    ):
        assert locked.client.post(f"/v1/{path}", json={"model": MODEL, **body}, headers=BOB).status_code == 200

    assert locked.gateway.accounts.spent("bob") == 2


def test_a_stored_response_is_found_by_another_process_and_at_the_replica_that_made_it(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI
) -> None:
    with (
        FakeOpenAI(model="shared") as one,
        FakeOpenAI(model="shared") as other,
        talking(tmp_path, prepared, fake_openai) as talk,
    ):
        entry = {"name": "pair", "kind": "openai", "apiBase": [one.base_url, other.base_url]}
        (talk.folder / "backends.json").write_text(json.dumps({"backends": [entry]}), encoding="utf-8")
        first, second = (ready(create_app(assemble(talk.gateway.settings)).test_client(), "shared") for _ in range(2))

        made = [first.post("/v1/responses", json={"model": "shared", "input": "x"}).json["id"] for _ in range(4)]
        found = [second.get(f"/v1/responses/{each}").json["id"] for each in made]

    assert found == made
    assert len(one.stored) == len(other.stored) == 2
    assert [sum(path.startswith("GET") for path in fake.paths) for fake in (one, other)] == [2, 2]
