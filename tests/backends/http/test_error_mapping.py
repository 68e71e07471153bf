"""Statuses and shapes of errors, as servers send them, become ours."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from app.backends.http.error_mapping import ErrorMapper, retry_after, said
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
    assert str(error) == f"vLLM: {status} {message}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "no", "type": "NotFoundError"}}, "no (NotFoundError)"),
        ({"error": "no"}, "no"),
        ({"object": "error", "message": "no"}, "no"),
        ({"detail": "Not Found"}, "Not Found"),
        ({"detail": [{"input": "a whole transcript"}]}, "the request is not as the server wants it"),
        ("Bad Gateway", "Bad Gateway"),
        ("<html>a proxy's page</html>", ""),
        (None, ""),
        ([], ""),
    ],
)
def test_the_words_are_found_in_bodies_of_all_shapes(body: object, words: str) -> None:
    assert said(body) == words


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None), ("", None)])
def test_retry_after_is_a_number_of_seconds(header: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": header}) == seconds


def test_retry_after_may_be_a_date() -> None:
    requested = retry_after({"retry-after": formatdate(time.time() + 60, usegmt=True)})

    assert requested is not None
    assert 50 < requested <= 61
