from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import UnsupportedMediaType

from app import errors
from app.gateway import assemble
from app.settings import Settings
from app.web import create_app, problems
from app.web.middleware import access_log
from tests.acceptance.processes import free_port


def every_error(root: type[errors.GatewayError] = errors.GatewayError) -> Iterator[type[errors.GatewayError]]:
    yield root
    for child in root.__subclasses__():
        yield from every_error(child)


@pytest.fixture
def app() -> Flask:
    app = access_log.QuietFlask("tests.web.problems")
    problems.register(app)
    access_log.register(app)
    return app


def answer_to(app: Flask, error: Exception):  # type: ignore[no-untyped-def]
    @app.get("/")
    def view() -> str:
        raise error

    return app.test_client().get("/")


@pytest.mark.parametrize("error", [each for each in every_error() if each.__module__ == "app.errors"])
def test_every_error_of_ours_has_an_answer(app: Flask, error: type[errors.GatewayError]) -> None:
    raised = error.__new__(error)
    Exception.__init__(raised, "what went wrong")

    status, kind = problems.status_of(raised)

    assert 400 <= status < 600
    assert kind != "internal_error" or error is errors.GatewayError


@pytest.mark.parametrize(
    ("error", "status", "body"),
    [
        (
            errors.MissingParameter("flavor"),
            400,
            {
                "message": "Missing request parameter: flavor",
                "error": {
                    "type": "missing_parameter",
                    "detail": "name a flavor of the service in the field `flavor`; GET /services lists them",
                    "parameter": "flavor",
                },
            },
        ),
        (
            errors.JobNotFound("x"),
            404,
            {
                "message": "x does not exist",
                "error": {"type": "job_not_found", "detail": f"x does not exist; {errors.JobNotFound.remedy}"},
                "status": "nojob",
            },
        ),
        (
            errors.BackendUnavailable("vLLM: refused"),
            503,
            {
                "message": "vLLM: refused",
                "error": {
                    "type": "backend_unavailable",
                    "detail": f"vLLM: refused; {errors.BackendUnavailable.remedy}",
                },
            },
        ),
    ],
)
def test_an_error_of_ours_is_a_status_and_a_body(app: Flask, error: Exception, status: int, body: dict[str, object]) -> None:
    answer = answer_to(app, error)

    assert (answer.status_code, answer.json) == (status, body)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (errors.StoreError("the disk is full"), "5"),
        (errors.BackendUnavailable("busy", retry_after=17.2), "17"),
        (errors.BackendUnavailable("busy", retry_after=0.1), "1"),
    ],
)
def test_who_may_try_again_is_told_when(app: Flask, error: Exception, seconds: str) -> None:
    answer = answer_to(app, error)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, seconds)


def test_a_bug_is_answered_without_its_cause(app: Flask) -> None:
    answer = answer_to(app, RuntimeError("the transcript says SECRET"))

    assert answer.status_code == 500
    assert answer.json["error"]["type"] == "internal_server_error"
    assert answer.headers["X-Request-Id"] in answer.json["error"]["detail"]
    assert "SECRET" not in answer.text
    assert "RuntimeError" not in answer.text


def test_a_bug_is_logged_by_type_and_place_and_never_by_its_message(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer_to(app, RuntimeError("the transcript says SECRET"))

    assert "bug: RuntimeError at" in caplog.text
    assert "test_problems.py" in caplog.text
    assert "SECRET" not in caplog.text


@pytest.mark.parametrize(
    "path", ["/chat/completions", "/openai/v1/chat/completions", "/models", "/api/v1/models", "/openai/v1/chat/completions/"]
)
def test_a_client_whose_base_url_lacks_v1_is_told_so(app: Flask, path: str) -> None:
    app.add_url_rule("/chat/<name>", view_func=str, methods=["DELETE"])

    detail = app.test_client().post(path).get_json()["error"]["detail"]

    assert f'did you mean "/v1{path[path.rindex("/chat" if "chat" in path else "/models") :].rstrip("/")}"?' in detail


@pytest.mark.parametrize(("path", "api"), [("/api/tags", "Ollama"), ("/api/chat/", "Ollama"), ("/completion", "llama.cpp")])
def test_a_client_of_another_api_is_told_where_ours_is(app: Flask, path: str, api: str) -> None:
    detail = app.test_client().post(path).get_json()["error"]["detail"]

    assert f"is of {api}'s" in detail
    assert "/v1" in detail


def test_a_websocket_that_is_asked_for_by_http_says_what_it_is(app: Flask) -> None:
    app.add_url_rule("/ws/here", view_func=str, websocket=True)

    answer = app.test_client().get("/ws/here")

    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith("this is a WebSocket: connect with ws://")


def test_a_message_and_its_detail_become_one_sentence_without_saying_anything_twice() -> None:
    told = problems.sentence(errors.NoValidCall("parse", "there is no JSON object in the answer"))

    assert told.count("there is no JSON object") == 1
    assert told.startswith("no valid function call: parse: ")


def test_a_short_message_that_begins_its_detail_is_said_once() -> None:
    told = problems.sentence(errors.BackendUnavailable("gpu: 429"))

    assert told.count("gpu: 429") == 1
    assert told.endswith("or with another model or flavor")


def test_a_refusal_of_flasks_is_a_sentence_before_what_follows(app: Flask) -> None:
    detail = answer_to(app, UnsupportedMediaType()).get_json()["error"]["detail"]

    assert ". GET /apispec.json" in detail
    assert ".." not in detail


def test_a_route_that_is_not_there_is_told_where_to_look(app: Flask) -> None:
    answer = app.test_client().get("/nothing/here")

    assert answer.status_code == 404
    assert answer.json == {
        "message": "Not Found",
        "error": {"type": "not_found", "detail": "there is no such route; GET /apispec.json lists them"},
    }


@pytest.mark.parametrize("path", ["/jobs", "/results/00000000-0000-4000-8000-000000000000", "/health"])
def test_a_database_that_is_away_is_told_without_its_host_and_user(tmp_path: Path, path: str) -> None:
    server = f"127.0.0.1:{free_port()}"
    url = f"postgresql+psycopg://planted-user:planted-pass@{server}/planted-name?password=planted-query"
    gateway = assemble(Settings(database_url=url, services=str(tmp_path), db_path=str(tmp_path / "results.sqlite")))

    answer = create_app(gateway).test_client().get(path)

    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert "planted" not in answer.text
    assert server not in answer.text
