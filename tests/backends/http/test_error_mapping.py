"""Statuses and shapes of errors, as servers send them, become ours."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from app.backends.http.error_mapping import ErrorMapper, retry_after, said
from app.backends.http.redaction import written
from app.errors import BackendError, BackendRefused, BackendUnavailable, ContextExceeded

SOURCE = ErrorMapper("vLLM", "http://gpu:9000", ("planted-key",))


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (408, "slow", BackendUnavailable),
        (409, "conflict", BackendUnavailable),
        (429, "too many", BackendUnavailable),
        (500, "oops", BackendUnavailable),
        (503, "Loading model", BackendUnavailable),
        (501, "not here", BackendRefused),
        (400, "bad temperature", BackendRefused),
        (401, "who are you", BackendRefused),
        (404, "no such model", BackendRefused),
        (400, "This model's maximum context length is 4096 tokens. However, you requested 5000.", ContextExceeded),
        (400, "The decoder prompt is longer than the maximum model length of 4096", ContextExceeded),
        (400, "the request exceeds the available context size, try increasing it", ContextExceeded),
        (422, "context_length_exceeded", ContextExceeded),
    ],
)
def test_a_status_says_who_can_put_it_right(status: int, message: str, kind: type[BackendError]) -> None:
    error = SOURCE.refused(status, {"error": {"message": message}}, {})

    assert type(error) is kind
    assert str(error).partition("; ")[0] == f"vLLM: {status} {message}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "no", "type": "NotFoundError"}}, "no (NotFoundError)"),
        ({"error": "no"}, "no"),
        ({"object": "error", "message": "no"}, "no"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"input": "a whole transcript"}]}, "the request is not as the server wants it"),
        ({"detail": {"error": "no"}}, "no"),
        ({"detail": [{"loc": ["body", "model"], "msg": "Field required"}]}, "model: Field required"),
        ({"detail": [{"loc": ["body", "Mrs Miller"], "msg": "Extra inputs"}]}, "Extra inputs"),
        ({"object": "error", "message": {"detail": [{"loc": ["body", "n"], "msg": "too many"}]}}, "n: too many"),
        ({"code": 1214, "msg": "no"}, "no"),
        ({"error": {}, "message": "no"}, "no"),
        ("Bad Gateway", "Bad Gateway"),
        ("<html>a proxy's page</html>", ""),
        (None, ""),
        ([], ""),
    ],
)
def test_the_words_are_found_in_bodies_of_all_shapes(body: object, words: str) -> None:
    assert said(body) == words


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"error": {"message": "no", "param": "max_tokens"}}, "max_tokens"),
        ({"error": {"message": "no", "param": "body.stop.4"}}, "stop"),
        ({"message": "no", "param": "temperature"}, "temperature"),
        ({"error": {"message": "no", "param": None}}, ""),
        ({"error": {"message": "no", "param": ["stop"]}}, ""),
        ({"error": {"message": "no", "param": "body.Mrs Miller"}}, ""),
        ({"error": "no"}, ""),
    ],
)
def test_the_field_that_a_server_names_is_kept_where_the_api_has_it(body: object, field: str) -> None:
    error = SOURCE.refused(400, body, {})

    assert isinstance(error, BackendRefused)
    assert error.param == field


@pytest.mark.parametrize("said", ["user", "assistant"])
def test_a_message_that_is_the_name_of_a_role_hides_no_role_in_an_error(said: str) -> None:
    request = written({"messages": [{"role": "user", "content": said}]})
    words = "Conversation roles must alternate user/assistant/user/assistant/..."

    assert str(SOURCE.refused(400, {"error": {"message": words}}, {}, request)) == f"vLLM: 400 {words}"


def test_a_wish_for_more_tokens_than_the_context_is_too_long_and_names_the_context() -> None:
    error = SOURCE.refused(400, {"error": {"message": "max_tokens=5000 cannot be greater than max_model_len=1024. Please"}}, {})

    assert isinstance(error, ContextExceeded)
    assert error.limit == 1024


@pytest.mark.parametrize(
    "body",
    [
        [{"error": {"code": 400, "message": "prompt is too long: 5000 tokens > 4096 maximum"}}],
        {"success": False, "errors": [{"code": 5007, "message": "prompt is too long: 5000 tokens > 4096 maximum"}]},
        {"error": ["prompt is too long: 5000 tokens > 4096 maximum"]},
        [[{"message": "prompt is too long: 5000 tokens > 4096 maximum"}]],
    ],
)
def test_an_error_in_a_list_is_read_like_any_other(body: object) -> None:
    for error in (SOURCE.refused(400, body, {}), SOURCE.failed_midway(body)):
        assert isinstance(error, ContextExceeded)
        assert error.limit == 4096


def test_an_error_in_endless_lists_says_nothing() -> None:
    body: object = "no"
    for _ in range(5000):
        body = [body]

    assert str(SOURCE.refused(400, body, {})) == "vLLM: 400"


def test_google_says_in_the_body_when_to_come_back() -> None:
    body = [{"error": {"code": 429, "message": "exhausted", "details": [{"reason": "x"}, {"retryDelay": "11s"}]}}]
    error = SOURCE.refused(429, body, {})

    assert isinstance(error, BackendUnavailable)
    assert error.retry_after == 11.0


def test_retry_after_may_be_in_milliseconds() -> None:
    assert retry_after({"retry-after-ms": "2500", "retry-after": "3"}) == 2.5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("0.5", 0.5), ("2s", 2.0), ("-3", 0.0), ("soon", None), ("inf", None), ("s", None), ("", None)],
)
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}) == seconds


def test_a_date_in_retry_after_goes_by_the_clock_of_its_server() -> None:
    an_hour_ahead = time.time() + 3600
    headers = {"date": formatdate(an_hour_ahead, usegmt=True), "retry-after": formatdate(an_hour_ahead + 20, usegmt=True)}

    assert retry_after(headers) == 20


def test_retry_after_may_be_a_date() -> None:
    requested = retry_after({"retry-after": formatdate(time.time() + 60, usegmt=True)})

    assert requested is not None
    assert 50 < requested <= 61


@pytest.mark.parametrize("body", ["<html><h1>413 Request Entity Too Large</h1></html>", "Payload Too Large", None], ids=str)
def test_a_proxy_that_takes_no_such_body_is_named_and_the_prompt_is_too_long(body: str | None) -> None:
    error = SOURCE.refused(413, body, {})

    assert isinstance(error, ContextExceeded)
    assert (error.limit, "client_max_body_size" in str(error)) == (0, True)


def test_a_limit_of_tokens_a_minute_is_not_taken_for_a_body_that_is_too_large() -> None:
    words = "Request too large for model x on tokens per minute (TPM): Limit 6000, Requested 7000"

    error = SOURCE.refused(413, {"error": {"message": words, "code": "rate_limit_exceeded"}}, {})

    assert type(error) is BackendRefused


def test_a_redirection_says_what_to_do() -> None:
    assert "set apiBase" in str(SOURCE.refused(302, "", {}))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, "404 page not found"),
        (404, {"detail": "Not Found"}),
        (404, {"error": {"message": "File Not Found", "type": "not_found_error"}}),
        (404, {"error": {"code": "404", "message": "Resource not found"}}),
        (404, {"error": {"message": "Invalid URL (POST /chat/completions)", "type": "invalid_request_error"}}),
        (404, "<html><title>404 Not Found</title></html>"),
        (404, ""),
        (405, {"detail": "Method Not Allowed"}),
    ],
    ids=str,
)
def test_a_path_that_the_server_does_not_have_says_where_to_look(status: int, body: object) -> None:
    assert "see apiBase, which ends in /v1" in str(SOURCE.refused(status, body, {}, route="/chat/completions"))
    assert str(SOURCE.refused(status, body, {}, route="/responses")).endswith("; the server has no route /responses")


@pytest.mark.parametrize(
    "message", ["The model `x` does not exist.", 'model "x" not found, try pulling it first', "No models loaded."]
)
def test_a_model_that_the_server_does_not_have_is_no_wrong_address(message: str) -> None:
    assert "apiBase" not in str(SOURCE.refused(404, {"error": {"message": message}}, {}, route="/models"))


def test_a_key_that_is_not_taken_says_where_it_is_set() -> None:
    assert "apiKeyEnv" in str(SOURCE.refused(401, {"error": "Unauthorized"}, {}))


def test_a_page_with_an_error_is_told_by_its_title() -> None:
    page = "<html><head><title>502 Bad&nbsp;Gateway</title></head></html>"

    assert str(SOURCE.refused(502, page, {})) == "vLLM: 502 a page of HTML (“502 Bad Gateway”)"
