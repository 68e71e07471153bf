from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from app.settings import SettingError, Settings
from app.web import create_app
from app.web.routes.docs import live, written_in
from tests.web.conftest import CRA, Gateway


def client_with(gateway: Gateway, **changes: Any) -> FlaskClient:
    return create_app(dataclasses.replace(gateway, settings=Settings(**changes))).test_client()


def test_the_document_is_valid_openapi(client: FlaskClient) -> None:
    document = client.get("/apispec.json").json

    validate(document)


def test_every_live_service_has_a_path_with_its_flavors_and_description(client: FlaskClient) -> None:
    operation = client.get("/apispec.json").json["paths"]["/services/cra/generate"]["post"]

    upload = operation["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert upload["flavor"]["enum"] == ["mixtral", "vigostral"]
    assert upload["flavor"]["default"] == "mixtral"
    assert upload["file"]["format"] == "binary"
    assert operation["summary"] == "Compte rendu détaillé · Minutes"


def test_the_example_of_a_live_service_is_one_that_works(client: FlaskClient) -> None:
    operation = client.get("/apispec.json").json["paths"]["/services/cra/generate"]["post"]

    answer = client.post(
        "/services/cra/generate", json=operation["requestBody"]["content"]["application/json"]["schema"]["example"]
    )

    assert answer.status_code == 200


def test_examples_name_a_flavor_that_can_run_here(client: FlaskClient, gateway: Gateway) -> None:
    """As with a server that has the second flavor's model: "Try it out" was refused."""
    away = {**CRA["flavor"][0], "backend": "local"}
    gateway.save({**CRA, "flavor": [away, CRA["flavor"][1]]}, "cra")

    operation = client.get("/apispec.json").json["paths"]["/services/cra/generate"]["post"]

    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert (body["example"]["flavor"], body["properties"]["flavor"]["default"]) == ("vigostral", "vigostral")
    assert client.post("/services/cra/generate", json=body["example"]).status_code == 200


def test_generic_examples_name_a_service_that_can_run_here(gateway: Gateway) -> None:
    gateway.save({**CRA, "name": "aa", "route": "aa"}, "aa")
    gateway.current.reload()

    document = live(written_in(Settings()), gateway.current.catalog, Settings(), {"cra": "vigostral"})

    generic = document["paths"]["/services/{service}/generate"]["post"]["requestBody"]["content"]["application/json"]
    assert next(path for path in document["paths"] if path.startswith("/services/")) == "/services/aa/generate"
    assert document["components"]["parameters"]["Service"]["example"] == "cra"
    assert generic["example"]["flavor"] == "vigostral"


def test_a_hot_reload_shows_at_once(client: FlaskClient, gateway: Gateway) -> None:
    client.get("/apispec.json")
    gateway.save({**CRA, "name": "new", "route": "new", "description": "Neu"}, "new")

    paths = client.get("/apispec.json").json["paths"]

    assert paths["/services/new/generate"]["post"]["summary"] == "Neu"


def test_a_service_that_is_gone_is_gone_from_the_document(client: FlaskClient, gateway: Gateway) -> None:
    client.get("/apispec.json")
    (gateway.folder / "cra.json").unlink()
    gateway.current.reload()

    paths = client.get("/apispec.json").json["paths"]

    assert "/services/cra/generate" not in paths


def test_the_page_names_only_files_of_ours(client: FlaskClient) -> None:
    page = client.get("/docs").text

    linked = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(linked) >= 3
    assert {client.get(link, buffered=True).status_code for link in linked} == {200}


def test_the_page_forbids_the_browser_to_ask_anybody_else(client: FlaskClient) -> None:
    answer = client.get("/docs")

    policy = answer.headers["Content-Security-Policy"]
    nonces = set(re.findall(r"'nonce-([^']+)'", policy))
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert "Set-Cookie" not in answer.headers
    assert set(re.findall(r'<(?:style|script) nonce="([^"]+)">', answer.text)) == nonces
    assert not re.search(r"<(?:style|script)>", answer.text)
    assert nonces.isdisjoint(re.findall(r"'nonce-([^']+)'", client.get("/docs").headers["Content-Security-Policy"]))


def test_the_root_leads_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.location) == (302, "/docs")


@pytest.mark.parametrize("given", ["/api/docs", "api/docs", "/api/docs/"])
def test_the_page_is_where_the_setting_says(gateway: Gateway, given: str) -> None:
    client = client_with(gateway, swagger_url=given)

    assert client.get("/api/docs").status_code == 200
    assert client.get("/").location == "/api/docs"
    assert client.get("/docs").status_code == 404


def test_the_page_may_be_the_root(gateway: Gateway) -> None:
    client = client_with(gateway, swagger_url="/")

    assert "swagger-ui" in client.get("/").text


@pytest.mark.parametrize("given", ["/llm", "llm/", "//llm"])
def test_behind_a_proxy_every_link_carries_its_prefix(gateway: Gateway, given: str) -> None:
    client = client_with(gateway, swagger_prefix=given)

    page = client.get("/docs").text
    assert set(re.findall(r'(?:src|href)="/([^/"]+)/', page)) == {"llm"}
    assert 'url: "/llm/apispec.json"' in page
    assert client.get("/apispec.json").json["servers"] == [{"url": "/llm"}]
    assert client.get("/").location == "/llm/docs"


def test_the_title_is_the_name_of_the_service(gateway: Gateway) -> None:
    client = client_with(gateway, service_name="Minutes & more")

    assert "<title>Minutes &amp; more</title>" in client.get("/docs").text
    assert client.get("/apispec.json").json["info"]["title"] == "Minutes & more"


def test_an_operators_own_file_is_served_with_the_live_services(gateway: Gateway, tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths:\n", encoding="utf-8")
    client = client_with(gateway, swagger_path=str(own))

    document = client.get("/apispec.json").json

    validate(document)
    assert list(document["paths"]) == ["/services/cra/generate"]


@pytest.mark.parametrize("text", [None, "- a\n- b\n", "{", "\xff"])
def test_a_file_that_is_no_openapi_is_told_at_the_start(gateway: Gateway, tmp_path: Path, text: str | None) -> None:
    own = tmp_path / "own.yml"
    if text is not None:
        own.write_text(text, encoding="latin-1")

    with pytest.raises(SettingError, match=r"SWAGGER_PATH: .*own\.yml"):
        client_with(gateway, swagger_path=str(own))


def test_a_live_service_shows_what_its_kind_answers(client: FlaskClient, gateway: Gateway) -> None:
    flavor = {key: CRA["flavor"][0][key] for key in ("name", "modelName", "totalContextLength", "maxGenerationLength")}
    calls = {"type": "function_call", "name": "calls", "functions": [{"name": "now"}], "flavor": [flavor]}
    (gateway.folder / "calls.txt").write_text("{{ functions }} {{ prompt }}", encoding="utf-8")
    (gateway.folder / "calls.json").write_text(json.dumps(calls), encoding="utf-8")
    gateway.current.reload()

    document = client.get("/apispec.json").json

    validate(document)
    responses = document["paths"]["/services/calls/generate"]["post"]["responses"]
    answered = responses["200"]["content"]["application/json"]["schema"]["oneOf"][0]["$ref"]
    assert "Question" in str(document["components"]["schemas"].keys())
    assert (answered, "422" in responses) == ("#/components/schemas/FunctionCall", True)


def dialect_documents(gateway: Gateway) -> tuple[dict[str, Any], dict[str, Any]]:
    documents = [client_with(gateway, v1_dialect=name).get("/apispec.json").json for name in ("default", "fastapi")]
    return documents[0], documents[1]


def schema_of(document: dict[str, Any], path: str, method: str, status: str) -> dict[str, Any]:
    answer = document["paths"][path][method]["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema: dict[str, Any] = answer["content"]["application/json"]["schema"]
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_the_document_speaks_the_dialect_that_the_answers_speak(gateway: Gateway) -> None:
    default, fastapi = dialect_documents(gateway)

    validate(fastapi)
    assert "x-fastapi" not in default
    assert "x-errors" not in fastapi
    accepted = [each["components"]["schemas"]["Accepted"]["properties"]["message"]["enum"] for each in (default, fastapi)]
    assert accepted == [["request successfulty queued"], ["Request successfully queued"]]
    assert set(schema_of(default, "/results/{jobId}", "get", "404")["required"]) == {"status", "message"}
    assert set(schema_of(fastapi, "/results/{jobId}", "get", "404")["required"]) == {"detail"}
    assert set(schema_of(fastapi, "/services/cra/generate", "post", "400")["required"]) == {"detail"}
    assert set(schema_of(fastapi, "/jobs/{jobId}", "get", "404")["required"]) == {"status", "message"}  # speaks no dialect
    failed = [sorted(each["paths"]["/results/{jobId}"]["get"]["responses"]) for each in (default, fastapi)]
    assert failed == [["200", "202", "400", "404", "503"], ["200", "202", "404", "500", "503"]]


@pytest.mark.parametrize("dialect", ["default", "fastapi"])
def test_an_accepted_order_and_its_job_are_as_the_document_says(gateway: Gateway, dialect: str) -> None:
    client = client_with(gateway, v1_dialect=dialect)
    document = client.get("/apispec.json").json

    accepted = client.post("/services/cra/generate", json={"content": "Ann : Hello.", "flavor": "mixtral"}).json
    queued = client.get(f"/results/{accepted['jobId']}").json

    schemas = document["components"]["schemas"]
    assert accepted["message"] in schemas["Accepted"]["properties"]["message"]["enum"]
    assert queued["message"] in schemas["Queued"]["properties"]["message"]["enum"]


def test_websockets_are_described_and_not_offered(client: FlaskClient) -> None:
    document = client.get("/apispec.json").json

    assert not [path for path in document["paths"] if path.startswith("/ws")]
    assert all(f"WebSocket `{path}`" in document["info"]["description"] for path in ("/ws/results", "/ws/results/{jobId}"))


def test_a_chat_and_the_generic_route_show_what_they_answer(client: FlaskClient, gateway: Gateway) -> None:
    flavor = {key: CRA["flavor"][0][key] for key in ("name", "modelName", "totalContextLength", "maxGenerationLength")}
    gateway.save({"type": "chat", "name": "talk", "flavor": [flavor]}, "talk")
    (gateway.folder / "talk.txt").write_text("{{ message }}", encoding="utf-8")
    gateway.current.reload()

    document = client.get("/apispec.json").json

    def answered(path: str) -> set[str]:
        schema = document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        return {each["$ref"].rpartition("/")[2] for each in schema["oneOf"]}

    assert answered("/services/talk/generate") == {"Answered", "Accepted"}
    assert answered("/services/{service}/generate") == {"Answered", "Accepted", "FunctionCall", "Generated"}
    assert document["components"]["parameters"]["ConversingService"]["example"] == "talk"
    assert document["components"]["parameters"]["Service"]["example"] == "cra"


@pytest.mark.parametrize("dialect", ["default", "fastapi"])
def test_each_operation_with_a_body_says_that_it_may_be_too_large_or_of_no_use(gateway: Gateway, dialect: str) -> None:
    document = client_with(gateway, v1_dialect=dialect).get("/apispec.json").json
    paths = document["paths"]

    def schema(answer: dict[str, Any]) -> Any:
        named = document["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2], answer)
        return named["content"]["application/json"]["schema"]

    bodies = {path: item["post"]["responses"] for path, item in paths.items() if "requestBody" in item.get("post", {})}
    assert len(bodies) > 20
    for path, answers in bodies.items():
        assert schema(answers["413"]) == schema(answers["415"]) == schema(answers["400"]), path
    assert "413" not in paths["/results/{jobId}"]["get"]["responses"]


def test_with_keys_each_operation_says_what_it_is_without_a_good_one(gateway: Gateway, tmp_path: Path) -> None:
    keyed = live(written_in(Settings()), gateway.current.catalog, Settings(api_keys_file=str(tmp_path / "keys.json")))
    open_ = live(written_in(Settings()), gateway.current.catalog, Settings())

    validate(keyed)
    assert {"401", "403"} <= set(keyed["paths"]["/jobs"]["get"]["responses"])
    assert {"401", "403", "429"} <= set(keyed["paths"]["/generate"]["post"]["responses"])
    assert "401" not in open_["paths"]["/jobs"]["get"]["responses"]


def test_the_version_of_a_result_is_a_header_that_is_told(client: FlaskClient) -> None:
    paths = client.get("/apispec.json").json["paths"]

    assert all(
        "ETag" in paths[f"/results/{{jobId}}{below}"]["get"]["responses"]["200"]["headers"] for below in ("", "/minutes")
    )


@pytest.mark.parametrize("dialect", ["default", "fastapi"])
def test_null_is_allowed_beside_a_type(gateway: Gateway, dialect: str) -> None:
    """`nullable` without `type` means nothing (OpenAPI 3.0.3): `redocly lint` calls it an error, and ajv refuses the schema."""
    document = client_with(gateway, v1_dialect=dialect).get("/apispec.json").json

    found = list(_objects(document))

    assert sum("nullable" in each for each in found) > 50
    assert [each for each in found if each.get("nullable") is True and "type" not in each] == []


def test_a_gateway_without_keys_says_that_none_is_needed(client: FlaskClient, gateway: Gateway, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}', encoding="utf-8")

    assert client.get("/apispec.json").json["security"] == []
    assert live(written_in(Settings()), gateway.current.catalog, Settings(api_keys_file=str(keys)))["security"]
    assert client.get("/apispec.json").json["info"]["license"]["name"] == "Apache 2.0"


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(part, dict):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(each)
