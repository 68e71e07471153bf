"""What an answer says to a path that is none: which route was probably meant."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("method", "asked", "meant"),
    [
        ("POST", "/services/cra", "/services/cra/generate"),
        ("POST", "/service/cra/generate", "/services/cra/generate"),
        ("POST", "/services/cra/generat", "/services/cra/generate"),
        ("GET", "/result/1234", "/results/1234"),
        ("GET", "/Results/1234", "/results/1234"),
        ("GET", "/job/1234", "/jobs/1234"),
        ("GET", "/healthchek", "/healthcheck"),
        ("POST", "/batch/generates", "/batch/generate"),
        ("DELETE", "/job/1234", "/jobs/1234"),
    ],
)
def test_a_slip_in_a_path_is_answered_with_what_was_meant(client: FlaskClient, method: str, asked: str, meant: str) -> None:
    answer = client.open(asked, method=method)

    assert answer.status_code in (404, 405)
    assert f'did you mean "{meant}"?' in answer.json["error"]["detail"]


@pytest.mark.parametrize(("method", "asked"), [("POST", "/jobs/1234"), ("PUT", "/results/1234")])
def test_of_several_ways_to_go_on_none_is_guessed(client: FlaskClient, method: str, asked: str) -> None:
    answer = client.open(asked, method=method)

    assert answer.status_code == 405
    assert "did you mean" not in answer.json["error"]["detail"]


@pytest.mark.parametrize(
    "asked", ["/", "/wp-admin/setup.php", "/a/b/c/d", "/%D1%8F/1", f"/{'a/' * 3000}", f"/results{'x' * 5000}/1", "/jobs"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_is_like_no_route_is_not_guessed(client: FlaskClient, method: str, asked: str) -> None:
    answer = client.open(asked, method=method)

    assert answer.status_code in (404, 405)
    assert "did you mean" not in answer.json["error"]["detail"]


@pytest.mark.parametrize("asked", ["/results/1234/versions/-1", "/jobs/1234/actions/x"])
def test_a_path_is_not_said_to_be_itself(client: FlaskClient, asked: str) -> None:
    assert "did you mean" not in client.get(asked).json["error"]["detail"]
