"""Keys of JSON bodies that nothing reads: refused, with what is probably meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.openai_server import MODEL
from tests.web.conftest import TRANSCRIPT, Actions
from tests.web.routes.test_services import CRA_PATH
from tests.web.talking import SUMMARY, TURNS, Talking

GOOD: dict[str, dict[str, Any]] = {
    "/generate": {"prompt": "p"},
    "/generate/stream": {"prompt": "p"},
    "/chat": {"message": "m"},
    "/services/generate/generate": {"prompt": "p"},
    "/services/generate/stream": {"prompt": "p"},
    "/services/chat/chat": {"message": "m"},
    "/batch/generate": {"prompts": ["p"]},
    "/services/cra/generate": {"content": "Ann : Hello.", "flavor": "small"},
    "/services/cra/stream": {"content": "Ann : Hello.", "flavor": "small"},
}


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize(("name", "meant"), [("temprature", "temperature"), ("Top-P", "top_p"), ("flavour", "flavor")])
def test_a_misspelled_key_is_refused_with_what_is_meant(talk: Talking, path: str, name: str, meant: str) -> None:
    talk.write(SUMMARY, TURNS)

    answer = talk.client.post(path, json={**GOOD[path], name: 0.5})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, name)
    assert f'did you mean "{meant}"?' in answer.json["error"]["detail"]
    assert talk.fake.calls == []


def test_a_key_like_none_is_refused_with_those_that_there_are(talk: Talking) -> None:
    answer = talk.client.post("/generate", json={"prompt": "p", "zzz": 1})

    assert answer.json["error"]["type"] == "bad_parameter"
    assert {"max_tokens", "prompt", "variables"} <= set(answer.json["error"]["detail"].rpartition("there are ")[2].split(", "))


@pytest.mark.parametrize(("name", "meant"), [("promt", "prompt"), ("Prompt", "prompt")])
def test_a_misspelled_key_goes_before_the_one_that_is_missing(talk: Talking, name: str, meant: str) -> None:
    answer = talk.client.post("/generate", json={name: "p"})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, name)
    assert f'did you mean "{meant}"?' in answer.json["error"]["detail"]


@pytest.mark.parametrize("body", [{"content": TRANSCRIPT, "more": 1}, {"more": 1}])
def test_what_is_missing_is_told_as_clients_know_it(actions: Actions, body: dict[str, Any]) -> None:
    answer = actions.client.post(CRA_PATH, json=body)

    assert answer.json["message"] in ("Missing request parameter: flavor", "Missing request parameter: content")


def test_the_fields_of_a_form_may_be_anything(actions: Actions) -> None:
    assert actions.upload(temprature="0.5", format="cra").status_code == 200


def test_every_option_of_the_contract_is_known(talk: Talking) -> None:
    known = {"max_tokens": 5, "max_length": 5, "max_new_tokens": 5, "temperature": 0.5, "top_p": 0.5, "top_k": 5, "stop": "x"}

    answer = talk.client.post("/generate/stream", json={"prompt": "p", **known, "seed": 1, "flavor": "small", "system": "s"})

    assert answer.status_code == 200


def test_keys_of_a_job_are_known_to_its_request(actions: Actions) -> None:
    body = {
        "content": TRANSCRIPT,
        "flavor": "mixtral",
        "speakers": "A,B",
        "language": "fr",
        "priority": 1,
        "top_p": "",
        "callback_url": "",
    }

    assert actions.client.post(CRA_PATH, json=body).status_code == 200


def test_turns_that_are_added_are_looked_at_as_well(actions: Actions) -> None:
    job_id = actions.upload().json["jobId"]

    answer = actions.client.post(f"/jobs/{job_id}/turns", json={"content": "Bob : Yes.", "langage": "fr"})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "langage")


@pytest.mark.parametrize(
    ("path", "body", "there_are"),
    [
        ("ask", {"question": "When?", "xyz": 1}, "question"),
        ("turns", {"content": "Bob : Yes.", "xyz": 1}, "content, file"),
        ("replay", {"xyz": 1}, "files, flavor, service, variant"),
    ],
)
def test_only_fields_that_the_route_reads_are_told(actions: Actions, path: str, body: dict[str, Any], there_are: str) -> None:
    job_id = actions.upload().json["jobId"]

    told = actions.client.post(f"/jobs/{job_id}/{path}", json=body).json["error"]["detail"]

    named = told.partition("there are ")[2].split(", ")
    assert set(there_are.split(", ")) <= set(named)
    assert not {"async", "callback_url", "conversation_id", "stream"} & set(named)


def test_an_unknown_key_of_one_prompt_of_a_batch_fails_alone(talk: Talking) -> None:
    body = talk.client.post("/batch/generate", json={"prompts": ["a", {"prompt": "b", "temprature": 1}]}).json

    assert ["generated_text" in each for each in body["results"]] == [True, False]
    assert body["results"][1]["type"] == "bad_parameter"


@pytest.mark.parametrize("model", ["generate", "generate:small", MODEL, "", None])
def test_a_client_may_name_the_model_that_answers(talk: Talking, model: str | None) -> None:
    assert talk.client.post("/generate", json={"prompt": "p", "model": model}).status_code == 200


@pytest.mark.parametrize("model", ["gpt-4o", "chat", 3, ["generate"]])
def test_another_model_is_refused_not_ignored(talk: Talking, model: Any) -> None:
    answer = talk.client.post("/generate", json={"prompt": "p", "model": model})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "model")
    assert "flavor" in answer.json["error"]["detail"]


def test_a_function_service_refuses_a_form_that_it_cannot_keep(talk: Talking) -> None:
    talk.save("calls", "{{ functions }} {{ prompt }}", "function_call", functions=[{"name": "now"}])

    answer = talk.client.post("/services/calls/generate", json={"prompt": "p", "response_format": {"type": "json_object"}})

    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, "response_format")
