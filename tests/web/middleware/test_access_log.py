from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import Actions


def test_a_sane_request_id_is_taken_over(client: FlaskClient) -> None:
    answer = client.get("/healthcheck", headers={"X-Request-Id": "abc-123_4.5:6"})

    assert answer.headers["X-Request-Id"] == "abc-123_4.5:6"


@pytest.mark.parametrize("given", ["", "a b", "é", "x" * 200, "<script>", '"'])
def test_any_other_request_id_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthcheck", headers={"X-Request-Id": given})

    assert len(answer.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("path", ["/services", "/nope", "/services/nope", "/docs", "/apispec.json"])
def test_every_answer_has_a_request_id(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.headers["X-Request-Id"]


def test_a_request_is_one_line_in_the_access_log(actions: Actions, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "app.web.access"):
        answer = actions.upload()

    [record] = [record for record in caplog.records if record.name == "app.web.access"]
    assert record.getMessage().startswith("127.0.0.1 POST /services/cra/generate 200 ")
    assert record.getMessage().endswith(answer.headers["X-Request-Id"])


def test_the_log_holds_no_query_and_no_body_and_no_line_break(actions: Actions, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        actions.upload("Zoé : SECRET", filename="SECRET.txt", speakers="SECRET")
        actions.upload("Zoé : SECRET", flavor="SECRET")
        actions.client.get("/services?key=SECRET")
        actions.client.get("/services/a%0Afake%20line")

    messages = [record.getMessage() for record in caplog.records]
    assert not [message for message in messages if "SECRET" in message]
    assert not [message for message in messages if "\n" in message]
