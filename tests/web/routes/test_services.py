from __future__ import annotations

import json
import re
import tempfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.jobs import Status
from tests.fixtures.contents import as_text
from tests.web.conftest import CRA, TRANSCRIPT, Actions, Gateway

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
CRA_PATH = "/services/cra/generate"
FORM = {"content_type": "multipart/form-data"}
JSON_TYPE = {"content_type": "application/json"}


def uploaded(content: bytes, /, **fields: str) -> dict[str, Any]:
    """A multipart body; *fields* come first, as the clients send them."""
    view = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields.items()
    ]
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\n'
    return {"data": b"".join([*view, head, content, b"\r\n--b--\r\n"]), "content_type": "multipart/form-data; boundary=b"}


def test_the_list_is_a_bare_array_of_the_manifests_as_they_are_in_the_folder(client: FlaskClient) -> None:
    answer = client.get("/services")

    assert answer.status_code == 200
    assert list(answer.json[0].items()) == list(CRA.items())


def test_the_list_is_utf_8_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/services")

    assert "Compte rendu détaillé" in answer.text


def test_one_manifest_is_found_by_name_and_by_route(client: FlaskClient) -> None:
    by_name, by_route = client.get("/services/cra"), client.get("/services/minutes/analytical")

    assert by_name.json == by_route.json == CRA


def test_the_list_names_its_generation(client: FlaskClient, gateway: Gateway) -> None:
    answer = client.get("/services")

    assert answer.headers["X-Catalog-Generation"] == gateway.current.catalog.generation


def test_the_list_tells_of_no_problem_when_there_is_none(client: FlaskClient) -> None:
    answer = client.get("/services")

    assert answer.headers["X-Catalog-Problems"] == "0"


def test_problems_are_in_a_header_of_printable_ascii_of_bounded_length(client: FlaskClient, gateway: Gateway) -> None:
    gateway.save({**CRA, "name": "other", "tempérâture\n\r": 1, **{f"key{number}": 1 for number in range(200)}}, "other")

    told = client.get("/services").headers["X-Catalog-Problems"]

    assert told.startswith("51; other.json")
    assert re.fullmatch("[ -~]+", told)
    assert len(told) <= 800


def test_a_broken_manifest_keeps_the_last_good_one_in_the_list(client: FlaskClient, gateway: Gateway) -> None:
    gateway.save("{")

    answer = client.get("/services")

    assert answer.json == [CRA]


def test_a_request_to_a_service_whose_files_are_broken_is_told_so(gateway: Gateway, actions: Actions) -> None:
    before = actions.upload()
    gateway.save("{")

    after = actions.upload()

    assert (before.status_code, after.status_code) == (200, 200)
    assert "X-Catalog-Stale" not in before.headers
    assert after.headers["X-Catalog-Stale"].startswith("cra; cra.json")


def test_a_hot_reload_is_live_without_a_new_app(client: FlaskClient, gateway: Gateway, actions: Actions) -> None:
    before = actions.upload(path="/services/new/generate")
    gateway.save({**CRA, "name": "new", "route": "new"}, "new")

    after = actions.upload(path="/services/new/generate")

    assert (before.status_code, after.status_code) == (404, 200)


def test_an_upload_is_answered_in_the_words_that_clients_know(actions: Actions) -> None:
    answer = actions.upload()

    assert answer.status_code == 200
    assert list(answer.json) == ["message", "jobId"]
    assert answer.json["message"] == "request successfulty queued"
    assert UUID4.fullmatch(answer.json["jobId"])


def test_an_accepted_job_is_stored(actions: Actions, gateway: Gateway) -> None:
    job_id = actions.upload().json["jobId"]

    job, order = gateway.jobs.find(job_id), gateway.jobs.order(job_id)

    assert (job.status, job.service, job.flavor) == (Status.QUEUED, "cra", "mixtral")
    assert as_text(order.content) == TRANSCRIPT


@pytest.mark.parametrize(
    "path",
    [
        "/services/cra/generate",
        "//services/cra/generate",
        "//services//cra///generate",
        "/services/cra/generate/",
        "/services/minutes/analytical/generate",
        "//services//minutes/analytical/generate//",
    ],
)
def test_a_service_is_found_however_its_path_is_written(actions: Actions, path: str) -> None:
    answer = actions.upload(path=path)

    assert answer.status_code == 200


@pytest.mark.parametrize("route", ["deep/er/generate", "deep/er"])
def test_a_route_may_end_in_generate_or_not(actions: Actions, gateway: Gateway, route: str) -> None:
    gateway.save({**CRA, "name": "deep", "route": route}, "deep")

    answer = actions.upload(path="/services/deep/er/generate")

    assert answer.status_code == 200


@pytest.mark.parametrize("field", ["content", "file"])
def test_json_is_accepted_as_well_as_a_form(client: FlaskClient, gateway: Gateway, field: str) -> None:
    answer = client.post("/services/cra/generate", json={field: TRANSCRIPT, "flavor": "mixtral"})

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == TRANSCRIPT


def test_an_urlencoded_form_is_accepted(client: FlaskClient, gateway: Gateway) -> None:
    answer = client.post("/services/cra/generate", data={"content": TRANSCRIPT, "flavor": "mixtral"})

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == TRANSCRIPT


def test_a_french_file_name_and_a_field_in_utf_8_are_read(actions: Actions, gateway: Gateway) -> None:
    answer = actions.upload(filename="réunion d'été – n° 3.txt", speakers="Zoé, Anaïs")

    assert gateway.jobs.order(answer.json["jobId"]).options["speakers"] == ["Zoé", "Anaïs"]


def test_windows_1252_is_recognised(actions: Actions, gateway: Gateway) -> None:
    answer = actions.upload("Zoé : déjà vu à l’été.".encode("cp1252"))

    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == "Zoé : déjà vu à l’été."


def test_twenty_megabytes_are_accepted(client: FlaskClient, gateway: Gateway) -> None:
    line = "Zoé : Nous reprenons la séance {} là où nous l'avions laissée hier soir.\n"
    transcript = "".join(line.format(number) for number in range(19_500_000 // len(line.encode())))

    answer = client.post(CRA_PATH, **uploaded(transcript.encode(), flavor="mixtral"))

    assert answer.status_code == 200
    assert as_text(gateway.jobs.order(answer.json["jobId"]).content) == transcript.rstrip()


def test_an_upload_lies_on_no_disk_while_it_is_read(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # a temporary file cannot be made

    answer = client.post(CRA_PATH, **uploaded(b"A : " + b"x" * 2_000_000, flavor="mixtral"))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("fields", "temperature", "top_p"),
    [
        ({"temperature": "0.7", "top_p": "0.9"}, 0.7, 0.9),
        ({"temperature": "", "top_p": ""}, None, None),
        ({"top_p": "0"}, None, None),
        ({"top_p": "1.5"}, None, None),
    ],
)
def test_overrides_travel_with_the_order(
    actions: Actions, gateway: Gateway, fields: dict[str, str], temperature: float | None, top_p: float | None
) -> None:
    answer = actions.upload(**fields)

    flavor = gateway.jobs.order(answer.json["jobId"]).flavor
    assert (flavor.get("temperature"), flavor.get("top_p")) == (temperature, top_p)


@pytest.mark.parametrize(
    ("path", "request_", "status", "message", "kind"),
    [
        (CRA_PATH, {"data": {"flavor": "mixtral"}, **FORM}, 400, "Missing request parameter: content", "missing_parameter"),
        (CRA_PATH, uploaded(b"", flavor="mixtral"), 400, "Missing request parameter: content", "missing_parameter"),
        (CRA_PATH, uploaded(b" \r\n ", flavor="mixtral"), 400, "Missing request parameter: content", "missing_parameter"),
        (CRA_PATH, {}, 400, "Missing request parameter: content", "missing_parameter"),
        (CRA_PATH, {"json": {"flavor": "mixtral"}}, 400, "Missing request parameter: content", "missing_parameter"),
        (CRA_PATH, {"json": {"content": "", "flavor": "x"}}, 400, "Missing request parameter: content", "missing_parameter"),
        (CRA_PATH, {"json": {"content": 5, "flavor": "mixtral"}}, 400, "content: must be a string", "bad_parameter"),
        (CRA_PATH, uploaded(b"A : b"), 400, "Missing request parameter: flavor", "missing_parameter"),
        (CRA_PATH, uploaded(b"A : b", flavor=""), 400, "Missing request parameter: flavor", "missing_parameter"),
        (CRA_PATH, uploaded(b"A : b", flavor="nope"), 404, "Flavor not found", "flavor_not_found"),
        (CRA_PATH, {"json": {"content": "A : b", "flavor": "é" * 9999}}, 404, "Flavor not found", "flavor_not_found"),
        ("/services/nope/generate", uploaded(b"A : b", flavor="mixtral"), 404, "Service not found", "service_not_found"),
        ("/services/nope/generate", {}, 404, "Service not found", "service_not_found"),
        ("/services/cr\u00e4/generate", {}, 404, "Service not found", "service_not_found"),
        (CRA_PATH, uploaded(b"\x89PNG\r\n\x1a\n\0\0", flavor="mixtral"), 400, None, "bad_content"),
        (CRA_PATH, uploaded(b"A : b", flavor="mixtral", temperature="warm"), 400, None, "bad_parameter"),
        (CRA_PATH, uploaded(b"A : b", flavor="mixtral", temperature="9"), 400, None, "bad_parameter"),
        (CRA_PATH, {"data": b'{"content": "\\ud800", "flavor": "mixtral"}', **JSON_TYPE}, 400, None, "bad_parameter"),
        (CRA_PATH, {"json": {"content": "a\0b", "flavor": "mixtral"}}, 400, None, "bad_parameter"),
        (CRA_PATH, {"data": b'{"content": "a", "speakers": [{"\\udfff": 1}]}', **JSON_TYPE}, 400, None, "bad_parameter"),
        (CRA_PATH, {"json": {"content": "a", "flavor": ["mixtral"]}}, 400, None, "bad_parameter"),
        (CRA_PATH, {"json": {"content": "a", "flavor": {"mixtral": 1}}}, 400, None, "bad_parameter"),
        (CRA_PATH, {"json": ["A : b"]}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b'{"content": "A', **JSON_TYPE}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b'{"content": "\xff"}', **JSON_TYPE}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b"[" * 100_000, **JSON_TYPE}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b'{"a":' + b"9" * 9999 + b"}", **JSON_TYPE}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b"A : b", "content_type": "multipart/form-data"}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b"A : b", "content_type": "multipart/form-data; boundary=b"}, 400, None, "bad_request"),
        (CRA_PATH, {"data": b"A : b", "content_type": "text/plain"}, 415, "Unsupported Media Type", "unsupported_media_type"),
    ],
)
def test_what_cannot_be_run_is_refused_in_json_and_nothing_is_stored(
    client: FlaskClient, gateway: Gateway, *, path: str, request_: dict[str, Any], status: int, message: str | None, kind: str
) -> None:
    answer = client.post(path, **request_)

    assert answer.status_code == status
    assert answer.is_json
    assert answer.json["message"] == (message or answer.json["message"])
    assert answer.json["error"]["type"] == kind
    assert answer.json["error"]["detail"]
    assert len(answer.data) < 2000
    assert sum(gateway.jobs.counts().values()) == 0


def test_an_unknown_flavor_is_answered_with_those_there_are(actions: Actions) -> None:
    answer = actions.upload(flavor="mixtrel")

    assert answer.json["error"]["known"] == ["mixtral", "vigostral"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/services/cra/generate", {"POST", "OPTIONS"}),
        ("PUT", "/services/cra/generate", {"POST", "OPTIONS"}),
        ("POST", "/services", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/services/cra", {"GET", "HEAD", "OPTIONS"}),
        ("POST", "/results/x", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient, method: str, path: str, allowed: set[str]) -> None:
    answer = client.open(path, method=method)

    assert answer.status_code == 405
    assert answer.json["error"]["type"] == "method_not_allowed"
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_the_catalog_is_untouched_by_a_request_with_overrides(actions: Actions, gateway: Gateway) -> None:
    before = json.dumps(gateway.current.catalog.find("cra").manifest)

    actions.upload(temperature="1.9")

    assert json.dumps(gateway.current.catalog.find("cra").manifest) == before


def test_a_name_that_is_nearly_a_service_s_is_told_its_own(client: FlaskClient) -> None:
    near = client.post("/services/Cr_a/generate", json={})
    far = client.post("/services/weather/generate", json={})

    assert near.json["message"] == far.json["message"] == "Service not found"
    assert 'did you mean "cra"?' in near.json["error"]["detail"]
    assert "did you mean" not in far.json["error"]["detail"]
