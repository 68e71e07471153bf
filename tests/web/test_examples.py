"""Every example of the document works as it stands: what the button "Try it out" sends is not refused."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.kinds import KINDS
from app.tokens import Tokenizers
from app.worker import Worker
from tests.fakes.openai_server import FakeOpenAI
from tests.web.talking import FLAVOR, SUMMARY, TURNS, Talking, talking

TEXT = "Ann : We ship on Friday, 3 March.\nBob : Then I test on Thursday.\nAnn : Good."
NOW = '{"name": "now", "parameters": {}}'
FILE = "multipart/form-data"


def resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """*node*, or what its `$ref` names."""
    for name in node.get("$ref", "").removeprefix("#/").split("/") if "$ref" in node else ():
        document = document[name]
    return document if "$ref" in node else node


def examples(document: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[Any]:
    """The examples of a request body; without any, that of its schema, or of each schema that it may have."""
    if "example" in content:
        yield content["example"]
        return
    if "examples" in content:
        yield from (resolved(document, each)["value"] for each in content["examples"].values())
        return
    schema = resolved(document, content.get("schema", {}))
    if "example" in schema:
        yield schema["example"]
    fields = schema.get("properties", {}).items()
    if "example" not in schema and any("example" in field or "enum" in field for _, field in fields):  # of a form
        yield {name: field.get("example", field.get("default")) for name, field in fields if name in schema["required"]}
    for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from examples(document, {"schema": each})


def addressed(document: Mapping[str, Any], path: str, operation: Mapping[str, Any], ids: Mapping[str, str]) -> str:
    """*path* with the examples of its parameters; *ids* stand for what the reader has from an earlier answer."""
    for each in operation.get("parameters", ()):
        parameter = resolved(document, each)
        if parameter["in"] == "path":
            name = parameter["name"]
            path = path.replace(f"{{{name}}}", str(ids.get(name) or parameter["example"]))
    return path


@pytest.fixture(params=["default", "fastapi"])
def full(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, request: pytest.FixtureRequest) -> Iterator[Talking]:
    """A gateway with a service of each kind."""
    fake_openai.lists = ("/v1/pooling", "/v1/responses/compact", "/v1/responses/input_tokens")
    fake_openai.answer = lambda said: NOW if "now" in str(said) else "Ann ships on Friday."
    with talking(tmp_path, prepared, fake_openai, v1_dialect=request.param) as made:
        made.write(SUMMARY, TURNS)
        made.write({"type": "minutes", "name": "pv", "flavor": [FLAVOR]}, "{{ turns }}")
        made.save("calls", "{{ functions }} {{ prompt }}", "function_call", functions=[{"name": "now"}])
        yield made


def ended(talk: Talking, service: str) -> str:
    """The id of a job of *service* that is complete."""
    body = {"content": TEXT, "flavor": "small"}
    job: str = talk.client.post(f"/services/{service}/generate", json=body).json["jobId"]
    Worker(talk.gateway.jobs, talk.gateway.backends.of, Tokenizers(), KINDS).carry_out(job)
    return job


def test_no_example_of_a_post_is_refused(full: Talking) -> None:
    document = full.client.get("/apispec.json").json
    ids = {"jobId": ended(full, "cra")}

    posts = [(path, item["post"]) for path, item in document["paths"].items() if "requestBody" in item.get("post", {})]
    refused, silent = {}, []
    for path, operation in posts:
        where = addressed(document, path, operation, ids)
        tried = 0
        for kind, content in resolved(document, operation["requestBody"])["content"].items():
            for body in examples(document, content):
                answer = full.client.post(where, **sent(kind, body))
                tried += 1
                if answer.status_code >= 400:
                    refused[f"{where}: {body}"] = (answer.status_code, answer.text)
        if not tried:
            silent.append(path)

    assert len(posts) >= 30
    assert silent == []
    assert refused == {}


def sent(kind: str, body: Any) -> dict[str, Any]:
    """*body* as the page sends it; a reader chooses the file of a form."""
    if kind != FILE:
        return {"json": body}
    fields = {name: (io.BytesIO(TEXT.encode()), "t.txt") if name == "file" else value for name, value in body.items()}
    return {"data": fields, "content_type": kind}
