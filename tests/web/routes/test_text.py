"""Text on request: the bodies of the contract, and what cannot be answered."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest

from app.jobs import Status
from tests.fakes.openai_server import MODEL, Reply
from tests.web.talking import SUMMARY, TURNS, Talking


def test_a_prompt_is_answered(talk: Talking) -> None:
    talk.fake.script(Reply(text="Voilà. 🙂 سلام"))

    answer = talk.client.post("/generate", json={"prompt": "Say something."})

    assert answer.status_code == 200
    assert "Voilà. 🙂 سلام" in answer.text
    body = answer.json
    assert 0 <= body.pop("duration") < 5
    assert body == {
        "generated_text": "Voilà. 🙂 سلام",
        "model": MODEL,
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 8, "completion_tokens": 3, "total_tokens": 11},
    }


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, {"max_tokens": 200}),
        ({"max_tokens": 7}, {"max_tokens": 7}),
        ({"max_length": "7"}, {"max_tokens": 7}),
        ({"max_new_tokens": 7}, {"max_tokens": 7}),
        ({"max_tokens": 5000}, {"max_tokens": 200}),
        ({"temperature": 0.7, "top_p": "0.5"}, {"temperature": 0.7, "top_p": 0.5}),
        ({"temperature": "", "top_p": None}, {}),
        ({"top_k": 40}, {"top_k": 40}),
        ({"stop": "END"}, {"stop": ["END"]}),
        ({"stop": ["A", "B"], "seed": 3}, {"stop": ["A", "B"], "seed": 3}),
    ],
)
def test_options_go_to_the_model(talk: Talking, options: dict[str, Any], sent: dict[str, Any]) -> None:
    talk.client.post("/generate", json={"prompt": "p", **options})

    (call,) = talk.fake.calls
    assert {name: call.body.get(name) for name in sent} == sent


def test_a_system_message_comes_first(talk: Talking) -> None:
    talk.client.post("/generate", json={"prompt": "p", "system": "Be short."})

    assert talk.fake.calls[0].messages == ({"role": "system", "content": "Be short."}, {"role": "user", "content": "p"})


def test_a_flavor_can_be_chosen(talk: Talking) -> None:
    flavor = talk.gateway.current.catalog.find("generate").manifest["flavor"][0]
    talk.write(
        {"type": "generate", "name": "generate", "flavor": [flavor, {**flavor, "name": "other", "temperature": 0.7}]},
        "{{ prompt }}",
    )

    talk.client.post("/generate", json={"prompt": "p", "flavor": "other"})

    assert talk.fake.calls[0].body["temperature"] == 0.7


def test_thoughts_stand_in_their_own_field(talk: Talking) -> None:
    talk.fake.script(Reply(text="<think>Hm.</think>Yes."))

    body = talk.client.post("/generate", json={"prompt": "p"}).json

    assert (body["generated_text"], body["thinking"]) == ("Yes.", "Hm.")


@pytest.mark.parametrize(
    ("body", "kind", "named"),
    [
        ({}, "missing_parameter", "prompt"),
        ({"prompt": " "}, "missing_parameter", "prompt"),
        ({"prompt": 3}, "bad_parameter", "prompt"),
        ({"prompt": "p", "temperature": 3}, "bad_parameter", "temperature"),
        ({"prompt": "p", "temperature": True}, "bad_parameter", "temperature"),
        ({"prompt": "p", "top_p": 0}, "bad_parameter", "top_p"),
        ({"prompt": "p", "top_k": 1.5}, "bad_parameter", "top_k"),
        ({"prompt": "p", "max_tokens": 0}, "bad_parameter", "max_tokens"),
        ({"prompt": "p", "max_tokens": "many"}, "bad_parameter", "max_tokens"),
        ({"prompt": "p", "stop": [""]}, "bad_parameter", "stop"),
        ({"prompt": "p", "seed": "x"}, "bad_parameter", "seed"),
        ({"prompt": "p", "system": 1}, "bad_parameter", "system"),
        ({"prompt": "p", "variables": []}, "bad_parameter", "variables"),
        ({"prompt": "p", "response_format": "json"}, "bad_parameter", "response_format"),
        ({"messages": "hello"}, "bad_parameter", "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "bad_parameter", "messages.0.role"),
    ],
)
@pytest.mark.parametrize("path", ["/generate", "/generate/stream", "/services/generate/generate", "/services/generate/stream"])
def test_what_cannot_be_used_is_named(talk: Talking, path: str, body: dict[str, Any], kind: str, named: str) -> None:
    answer = talk.client.post(path, json=body)

    assert (answer.status_code, answer.json["error"]["type"], answer.json["error"]["parameter"]) == (400, kind, named)
    assert talk.fake.calls == []


def test_a_wish_for_a_job_is_yes_or_no(talk: Talking) -> None:
    answer = talk.client.post("/generate", json={"prompt": "p", "async": "maybe"})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "async")


def test_an_unknown_flavor_is_told(talk: Talking) -> None:
    answer = talk.client.post("/generate", json={"prompt": "p", "flavor": "x"})

    assert (answer.status_code, answer.json["error"]["known"]) == (404, ["small"])


def test_a_prompt_that_is_too_long_is_told_with_the_numbers(talk: Talking) -> None:
    answer = talk.client.post("/generate", json={"prompt": "word " * 1200})

    assert answer.status_code == 400
    assert answer.json["error"]["type"] == "prompt_too_long"
    assert (answer.json["error"]["prompt_tokens"], answer.json["error"]["context_length"]) == (1206, 1000)
    assert talk.fake.calls == []


def test_the_answer_gets_the_room_that_is_left(talk: Talking) -> None:
    talk.client.post("/generate", json={"prompt": "word " * 900})

    assert talk.fake.calls[0].body["max_tokens"] == 1000 - 906


@pytest.mark.parametrize(
    ("reply", "status", "kind"),
    [
        (Reply(status=500), 503, "backend_unavailable"),
        (Reply(status=422), 502, "backend_refused"),
        (Reply(fault="reset"), 503, "backend_unavailable"),
        (Reply(fault="end_midway"), 503, "backend_unavailable"),
    ],
)
def test_a_server_that_fails_is_an_error(talk: Talking, reply: Reply, status: int, kind: str) -> None:
    talk.fake.script(reply)

    answer = talk.client.post("/generate", json={"prompt": "p"})

    assert (answer.status_code, answer.json["error"]["type"]) == (status, kind)


def test_a_template_gets_the_variables_of_the_request(talk: Talking) -> None:
    talk.save("letter", "Write to {{ name }} about {{ prompt }}{% for each in points %} - {{ each }}{% endfor %}")

    talk.client.post(
        "/services/letter/generate", json={"prompt": "rent", "variables": {"name": "Zoé", "points": ["{{ a }}", "b"]}}
    )

    assert talk.fake.calls[0].prompt == "Write to Zoé about rent - {{ a }} - b"


def test_a_variable_that_nobody_gives_is_named(talk: Talking) -> None:
    talk.save("letter", "Write to {{ name }}.")

    answer = talk.client.post("/services/letter/generate", json={"variables": {}})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "variables.name")


INPUTS = {
    "properties": {
        "name": {"type": "string", "maxLength": 8},
        "tone": {"type": "string", "enum": ["kind", "stern"], "default": "kind"},
        "pages": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "variables.name"),
        ({"name": 3}, "variables.name"),
        ({"name": "Nebuchadnezzar"}, "variables.name"),
        ({"name": "a", "tone": "loud"}, "variables.tone"),
        ({"name": "a", "pages": [1, "2"]}, "variables.pages.1"),
        ({"name": "a", "more": 1}, "variables"),
    ],
)
def test_variables_are_checked_against_the_inputs(talk: Talking, variables: dict[str, Any], named: str) -> None:
    talk.save("letter", "{{ name }} {{ tone }} {{ pages }}", inputs=INPUTS)

    answer = talk.client.post("/services/letter/generate", json={"variables": variables, "async": True})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, named)


def test_a_variable_that_is_left_out_has_its_default(talk: Talking) -> None:
    talk.save("letter", "{{ name }} {{ tone }}", inputs=INPUTS)

    talk.client.post("/services/letter/generate", json={"variables": {"name": "Zoé"}})

    assert talk.fake.calls[0].prompt == "Zoé kind"


def test_an_upload_is_a_prompt_too(talk: Talking) -> None:
    talk.save("echo", "Say: {}", route="say/again")

    talk.client.post("/services/say/again/generate", data={"flavor": "small", "content": "{hello} {}"})

    assert talk.fake.calls[0].prompt == "Say: {hello} {}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_an_uploaded_file_is_decoded_like_a_transcript(talk: Talking, encoding: str) -> None:
    talk.save("echo", "Say: {}", route="say/again")
    file = (BytesIO("L’été à Köln, où il fait très chaud.".encode(encoding)), "question.txt")

    talk.client.post("/services/say/again/generate", data={"flavor": "small", "file": file})

    assert talk.fake.calls[0].prompt == "Say: L’été à Köln, où il fait très chaud."


@pytest.mark.parametrize("raw", [b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04rest", b"a\0b"])
def test_an_uploaded_file_that_is_no_text_never_reaches_the_model(talk: Talking, raw: bytes) -> None:
    talk.save("echo", "Say: {}", route="say/again")

    answer = talk.client.post("/services/say/again/generate", data={"flavor": "small", "file": (BytesIO(raw), "question.txt")})

    assert (answer.status_code, answer.json["error"]["type"]) == (400, "bad_content")
    assert talk.fake.calls == []


@pytest.mark.parametrize("path", ["/generate", "/services/generate/generate"])
def test_a_request_may_become_a_job(talk: Talking, path: str) -> None:
    answer = talk.client.post(path, json={"prompt": "p", "async": True})

    job = talk.gateway.jobs.find(answer.json["jobId"])
    assert (job.kind, job.status) == ("generate", Status.QUEUED)
    assert talk.fake.calls == []


def test_an_answer_without_its_form_is_asked_for_once_more(talk: Talking) -> None:
    talk.fake.script(Reply(text="Sure! Here it is."), Reply(text='{"a": 1}'))

    body = talk.client.post("/generate", json={"prompt": "p", "response_format": {"type": "json_object"}}).json

    assert body["generated_text"] == '{"a": 1}'
    assert talk.fake.calls[1].body["temperature"] > 0


def test_a_schema_is_asked_of_the_server_and_checked(talk: Talking) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    talk.fake.script(Reply(text='{"a": "one"}'), Reply(text='{"a": 1}'))

    body = talk.client.post("/generate", json={"prompt": "p", "schema": schema}).json

    assert json.loads(body["generated_text"]) == {"a": 1}
    assert talk.fake.calls[0].body["response_format"]["json_schema"]["schema"] == schema


def test_a_stream_is_the_bare_text(talk: Talking) -> None:
    talk.fake.script(Reply(text="Il était une fois."))

    answer = talk.client.post("/generate/stream", json={"prompt": "p"})

    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.data == "Il était une fois.".encode()
    assert answer.headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize(("headers", "more"), [({"Accept": "text/event-stream"}, {}), ({}, {"stream_format": "sse"})])
def test_a_stream_may_be_events(talk: Talking, headers: dict[str, str], more: dict[str, Any]) -> None:
    talk.fake.script(Reply(text="one two"))

    answer = talk.client.post("/generate/stream", json={"prompt": "p", **more}, headers=headers)

    assert answer.mimetype == "text/event-stream"
    first, second, done, _ = answer.text.split("\n\n")
    assert [json.loads(each.removeprefix("data: "))["text"] for each in (first, second)] == ["one", " two"]
    assert done.startswith("event: done\ndata: ")
    assert json.loads(done.split("data: ")[1])["usage"]["completion_tokens"] == 2


def test_thoughts_are_events_of_their_own_and_no_text(talk: Talking) -> None:
    talk.fake.script(Reply(text="Yes.", thinking="one two"), Reply(text="Yes.", thinking="one two"))

    events = talk.client.post("/generate/stream", json={"prompt": "p", "stream_format": "sse"}).text.split("\n\n")
    bare = talk.client.post("/generate/stream", json={"prompt": "p"}).text

    thoughts = [json.loads(each.split("data: ")[1])["text"] for each in events if each.startswith("event: thinking")]
    assert "".join(thoughts).split() == ["one", "two"]
    assert bare == "Yes."


def test_a_stream_that_fails_before_its_first_byte_is_an_error_with_a_status(talk: Talking) -> None:
    talk.fake.script(Reply(status=500))

    answer = talk.client.post("/generate/stream", json={"prompt": "p"})

    assert (answer.status_code, answer.json["error"]["type"]) == (503, "backend_unavailable")


def test_events_that_break_off_end_with_an_error(talk: Talking) -> None:
    talk.fake.script(Reply(text="one two three four", fault="end_midway"))

    answer = talk.client.post("/generate/stream", json={"prompt": "p", "stream_format": "sse"})

    *_, last, _ = answer.text.split("\n\n")
    assert last.startswith("event: error\ndata: ")
    assert json.loads(last.split("data: ")[1])["error"]["type"] == "backend_unavailable"


def test_a_summary_streams_too(talk: Talking) -> None:
    talk.write(SUMMARY, TURNS)
    transcript = "\n".join(f"Bob : sentence {number}." for number in range(6))
    talk.fake.script(Reply(text="Bob : one"), Reply(text="Bob : two"), Reply(text="Bob : three"))

    answer = talk.client.post("/services/cra/stream", json={"content": transcript, "flavor": "small", "stream_format": "sse"})

    texts = [json.loads(each[6:])["text"] for each in answer.text.split("\n\n") if each.startswith("data: ")]
    assert texts == ["Bob : one", "\nBob : two", "\nBob : three"]


def test_a_batch_is_answered_side_by_side(talk: Talking) -> None:
    talk.fake.latency = 0.3
    talk.fake.answer = lambda messages: messages[-1]["content"].upper()

    body = talk.client.post("/batch/generate", json={"prompts": ["a", {"prompt": "b", "max_tokens": 3}], "seed": 1}).json

    assert [each["generated_text"] for each in body["results"]] == ["A", "B"]
    assert talk.fake.most_open == 2
    assert {call.body["seed"] for call in talk.fake.calls} == {1}
    assert body["duration"] >= 0.3


def test_one_prompt_of_a_batch_fails_alone(talk: Talking) -> None:
    talk.fake.answer = lambda messages: Reply(status=400) if messages[-1]["content"] == "b" else "fine"

    body = talk.client.post("/batch/generate", json={"prompts": ["a", "b", {"prompt": ""}, {"prompt": "c"}]}).json

    assert [each.get("generated_text") for each in body["results"]] == ["fine", None, None, "fine"]
    assert [each.get("type") for each in body["results"]] == [None, "backend_refused", "missing_parameter", None]


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"prompts": []}, 400), ({"prompts": "a"}, 400), ({"prompts": [1]}, 400), ({"prompts": ["a"] * 11}, 413)],
)
def test_a_batch_that_cannot_be_answered_is_refused(talk: Talking, body: dict[str, Any], status: int) -> None:
    answer = talk.client.post("/batch/generate", json=body)

    assert (answer.status_code, talk.fake.calls) == (status, [])
    assert "prompts" in answer.json["message"]


def test_the_models_are_told(talk: Talking) -> None:
    body = talk.client.get("/model/info").json

    assert body["services"][1] == {
        "name": "generate",
        "type": "generate",
        "description": "",
        "flavors": [
            {"name": "small", "model": MODEL, "backend": "vLLM", "context_length": 1000, "max_tokens": 200},
        ],
    }
    assert body["backends"]["vLLM"] == {"ok": True, "detail": "serves fake-model", "models": {MODEL: 32768}}
