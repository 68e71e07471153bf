"""Cross-origin requests, as browsers make them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.settings import SettingError, settle
from app.web import create_app
from tests.fakes.openai_server import FakeOpenAI
from tests.web.conftest import Gateway
from tests.web.talking import Talking, talking

PAGE = "https://app.example"
STAINLESS = "x-stainless-lang,x-stainless-retry-count"
PATHS = ["/services", "/generate", "/results/x", "/v1/chat/completions", "/v1/models", "/nowhere", "/jobs/x/events"]


def client_of(gateway: Gateway, origins: str) -> FlaskClient:
    settings = dataclasses.replace(gateway.settings, cors_origins=origins)
    return create_app(dataclasses.replace(gateway, settings=settings)).test_client()


def preflight(client: FlaskClient, path: str = "/generate", origin: str = PAGE, headers: str = "") -> TestResponse:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return client.options(path, headers={**asked, **({"Access-Control-Request-Headers": headers} if headers else {})})


def names(header: str) -> set[str]:
    return {each.strip().lower() for each in header.split(",")}


def allowances(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name.lower().startswith("access-control-")}


@pytest.fixture
def locked(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, keys: Path) -> Iterator[Talking]:
    with talking(tmp_path, prepared, fake_openai, api_keys_file=str(keys), cors_origins=PAGE) as made:
        yield made


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_of_a_listed_origin_is_answered_before_keys_are_looked_at(locked: Talking, path: str) -> None:
    answer = preflight(locked.client, path, headers=f"authorization,content-type,idempotency-key,x-api-key,{STAINLESS}")

    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert names(answer.headers["Access-Control-Allow-Methods"]) >= {"get", "post", "delete"}
    allowed = names(answer.headers["Access-Control-Allow-Headers"])
    assert allowed >= {"authorization", "content-type", "idempotency-key", "x-api-key", *STAINLESS.split(",")}
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
    assert "Origin" in answer.headers["Vary"]


def test_a_page_may_use_every_method_and_every_header_of_our_routes(locked: Talking) -> None:
    used = {method for rule in locked.app.url_map.iter_rules() for method in rule.methods or ()}

    answer = preflight(locked.client, "/jobs/x/transcript", headers="if-match")

    assert names(answer.headers["Access-Control-Allow-Methods"]) >= {method.lower() for method in used}
    assert "if-match" in names(answer.headers["Access-Control-Allow-Headers"])


def test_a_page_may_read_the_version_and_the_name_of_a_document(locked: Talking) -> None:
    answer = locked.client.get("/services", headers={"Origin": PAGE})

    assert names(answer.headers["Access-Control-Expose-Headers"]) >= {"etag", "content-disposition"}


@pytest.mark.parametrize(
    ("path", "status"), [("/services", 401), ("/v1/models", 401), ("/healthcheck", 200), ("/nowhere", 401)]
)
def test_a_page_of_a_listed_origin_may_read_the_answers_refusals_too(locked: Talking, path: str, status: int) -> None:
    answer = locked.client.get(path, headers={"Origin": PAGE})

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, PAGE)
    assert names(answer.headers["Access-Control-Expose-Headers"]) >= {"x-request-id", "retry-after", "x-conversation-id"}
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_stream_may_be_read_by_a_page(locked: Talking) -> None:
    answer = locked.client.post(
        "/generate/stream", json={"prompt": "p"}, headers={"Origin": PAGE, "Authorization": "Bearer alice's"}
    )

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, PAGE)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://app.example", f"{PAGE}:8443", f"{PAGE}.evil.example", "null", ""]
)
def test_another_origin_is_allowed_nothing(gateway: Gateway, origin: str) -> None:
    client = client_of(gateway, PAGE)

    answers = [preflight(client, origin=origin), client.get("/services", headers={"Origin": origin})]

    assert [allowances(each) for each in answers] == [{}, {}]
    assert all("Origin" in each.headers["Vary"] for each in answers)


@pytest.mark.parametrize("origin", [PAGE, "null", "http://127.0.0.1:3000"])
def test_a_star_is_every_origin(gateway: Gateway, origin: str) -> None:
    client = client_of(gateway, "*")

    answers = [preflight(client, origin=origin), client.get("/services", headers={"Origin": origin})]

    assert [each.headers["Access-Control-Allow-Origin"] for each in answers] == ["*", "*"]


def test_several_origins_may_be_listed_in_any_case(gateway: Gateway) -> None:
    client = client_of(gateway, " https://A.example , http://localhost:3000,")

    allowed = [
        preflight(client, origin=each).headers.get("Access-Control-Allow-Origin")
        for each in ("https://a.example", "http://localhost:3000")
    ]

    assert allowed == ["https://a.example", "http://localhost:3000"]


def test_a_header_that_nobody_allows_is_not_allowed(gateway: Gateway) -> None:
    answer = preflight(client_of(gateway, PAGE), headers="x-evil, x-stainless-a b, x-stainless-ok, anthropic-version")

    allowed = names(answer.headers["Access-Control-Allow-Headers"])
    assert {"x-stainless-ok", "anthropic-version"} <= set(allowed)
    assert not [each for each in allowed if "evil" in each or " " in each]


def test_by_default_no_origin_is_allowed(client: FlaskClient) -> None:
    assert allowances(preflight(client)) == {}
    assert allowances(client.get("/services", headers={"Origin": PAGE})) == {}


@pytest.mark.parametrize(
    "given",
    ["app.example", "https://app.example/", "https://app.example/page", "https://*.example", "https://a b", "https://u@a"],
)
def test_what_is_no_origin_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(SettingError, match=r"CORS_ORIGINS: .* is no origin"):
        settle({}, {"CORS_ORIGINS": f"http://localhost:3000,{given}"})


@pytest.mark.parametrize(
    "given", ["*", "https://app.example:8443", "capacitor://localhost", "http://[::1]:3000", "a://b, c://d"]
)
def test_an_origin_is_scheme_host_and_port(given: str) -> None:
    settings: Any = settle({}, {"CORS_ORIGINS": given})

    assert settings.cors_origins == given
