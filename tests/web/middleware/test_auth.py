"""Keys at the door: who is let in, and what each may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from websockets.sync.client import connect
from werkzeug.test import TestResponse

from app.keys import Key, add, hashed, new_id, remove
from app.settings import SettingError
from tests.fakes.openai_server import FakeOpenAI
from tests.web.serving import served
from tests.web.talking import SUMMARY, TURNS, Talking, talking

CONTENT = "Ann : Good morning.\nBob : Let us begin."


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    for key, rate, tokens in (
        (Key("alice", hashed("alice's")), None, None),
        (Key("bob", hashed("bob's")), None, None),
        (Key("root", hashed("root's"), admin=True), None, None),
        (Key("minutes", hashed("minutes's"), ("cra",), priority=7), None, None),
        (Key("fast", hashed("fast's")), "2/min", None),
        (Key("poor", hashed("poor's")), None, "5/day"),
    ):
        add(file, key, rate, tokens)
    return file


@pytest.fixture
def client(locked: Talking) -> FlaskClient:
    return locked.client


def as_(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {name}'s"}


def submit(client: FlaskClient, name: str, **more: Any) -> str:
    answer = client.post("/services/cra/generate", json={"content": CONTENT, "flavor": "small", **more}, headers=as_(name))
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["jobId"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/services"),
        ("POST", "/services/cra/generate"),
        ("GET", "/results/00000000-0000-4000-8000-000000000000"),
        ("GET", "/jobs"),
        ("GET", "/jobs/00000000-0000-4000-8000-000000000000/events"),
        ("GET", "/health"),
        ("GET", "/v1/models"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/generate"),
        ("POST", "/generate/stream"),
        ("POST", "/chat"),
        ("GET", "/model/info"),
        ("GET", "/ws/results"),
        ("GET", "/nowhere"),
    ],
)
@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"X-API-Key": "wrong"}, {"Authorization": "Basic eA=="}]
)
def test_without_a_good_key_nothing_is_told(client: FlaskClient, method: str, path: str, headers: dict[str, str]) -> None:
    answer = client.open(path, method=method, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.is_json


@pytest.mark.parametrize("path", ["/docs", "/docs/static/swagger-ui.css", "/"])
def test_the_page_of_the_api_is_where_people_sign_in(client: FlaskClient, path: str) -> None:
    assert client.get(path, buffered=True).status_code in (200, 302)


def test_the_document_shows_nobody_a_service_and_a_key_its_own(client: FlaskClient) -> None:
    nobody, alice = client.get("/apispec.json"), client.get("/apispec.json", headers=as_("alice"))

    assert "/services/cra/generate" not in nobody.get_json()["paths"]
    assert "/services/cra/generate" in alice.get_json()["paths"]
    assert set(nobody.get_json()["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert client.get("/apispec.json", headers={"X-API-Key": "wrong"}).status_code == 401


def test_an_error_of_the_openai_front_is_in_its_own_shape(client: FlaskClient) -> None:
    answer = client.get("/v1/models")

    assert "no_key" in answer.text
    assert set(answer.get_json()) == {"error"}


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Bearer alice's"}, {"Authorization": "bearer alice's"}, {"X-API-Key": "alice's"}]
)
def test_a_key_is_shown_in_either_header(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/services", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/healthcheck", "/metrics", "/health/metrics"])
def test_health_checks_and_scrapers_need_no_key(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_what_needs_no_key_is_a_setting(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, keys: Path) -> None:
    with talking(tmp_path, prepared, fake_openai, api_keys_file=str(keys), open_routes="docs") as made:
        statuses = [made.client.get(path).status_code for path in ("/docs", "/apispec.json", "/healthcheck", "/metrics")]

    assert statuses == [200, 200, 401, 401]


def test_an_open_route_that_there_is_not_is_refused(
    tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI, keys: Path
) -> None:
    with (
        pytest.raises(SettingError, match="OPEN_ROUTES: 'everything'"),
        talking(tmp_path, prepared, fake_openai, api_keys_file=str(keys), open_routes="everything"),
    ):
        pass


def test_a_file_of_keys_that_cannot_be_read_is_refused(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> None:
    with (
        pytest.raises(SettingError, match=r"API_KEYS_FILE: .*none\.json"),
        talking(tmp_path, prepared, fake_openai, api_keys_file=str(tmp_path / "none.json")),
    ):
        pass


def test_a_key_sees_the_services_that_it_opens(client: FlaskClient) -> None:
    seen = client.get("/services", headers=as_("minutes")).get_json()

    assert [service["name"] for service in seen] == ["cra"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/services/generate/generate", {"prompt": "Hello"}),
        ("/generate", {"prompt": "Hello"}),
        ("/generate/stream", {"prompt": "Hello"}),
        ("/chat", {"message": "Hello"}),
        ("/v1/chat/completions", {"model": "generate", "messages": [{"role": "user", "content": "Hello"}]}),
        ("/v1/chat/completions", {"model": "fake-model", "messages": [{"role": "user", "content": "Hello"}]}),
    ],
)
def test_a_service_that_a_key_does_not_open_is_forbidden(locked: Talking, path: str, body: dict[str, Any]) -> None:
    answer = locked.client.post(path, json=body, headers=as_("minutes"))

    assert answer.status_code == 403
    assert answer.is_json
    assert not locked.fake.calls


def test_one_prompt_of_many_that_is_forbidden_fails_alone(client: FlaskClient) -> None:
    answer = client.post("/batch/generate", json={"prompts": ["Hello"]}, headers=as_("minutes"))

    assert answer.get_json()["results"][0]["status"] == 403


def test_the_priority_is_no_better_than_the_key_allows(locked: Talking) -> None:
    modest = submit(locked.client, "minutes", priority=1)
    free = submit(locked.client, "alice", priority=1)

    assert locked.gateway.jobs.find(modest).priority == 7
    assert locked.gateway.jobs.find(free).priority == 1


READINGS = [
    ("GET", "/results/{}"),
    ("GET", "/results/{}/export/md"),
    ("GET", "/jobs/{}"),
    ("GET", "/jobs/{}/events"),
    ("DELETE", "/jobs/{}"),
    ("POST", "/jobs/{}/retry"),
    ("POST", "/jobs/{}/turns"),
    ("POST", "/jobs/{}/replay"),
    ("POST", "/jobs/{}/replay/preview"),
]


@pytest.mark.parametrize(("method", "path"), READINGS)
def test_the_job_of_somebody_else_is_not_there(client: FlaskClient, method: str, path: str) -> None:
    job_id = submit(client, "alice")

    answer = client.open(path.format(job_id), method=method, json={"content": CONTENT}, headers=as_("bob"))

    assert answer.status_code == 404
    assert client.get(f"/results/{job_id}", headers=as_("alice")).status_code == 202


def test_a_replay_belongs_to_the_key_that_asked_for_it_and_opens_no_closed_service(locked: Talking) -> None:
    job_id = submit(locked.client, "minutes")

    made = locked.client.post(f"/jobs/{job_id}/replay", json={}, headers=as_("root"))
    closed = locked.client.post(f"/jobs/{job_id}/replay", json={"service": "generate"}, headers=as_("minutes"))

    assert locked.gateway.jobs.find(made.get_json()["jobId"]).holder == "root"
    assert closed.status_code == 403


def test_everybody_lists_their_own_jobs_and_an_admin_all(client: FlaskClient) -> None:
    of_alice, of_bob = submit(client, "alice"), submit(client, "bob")

    def listed(name: str) -> set[str]:
        return {job["jobId"] for job in client.get("/jobs", headers=as_(name)).get_json()["jobs"]}

    assert listed("alice") == {of_alice}
    assert listed("bob") == {of_bob}
    assert listed("root") == {of_alice, of_bob}
    assert client.get(f"/results/{of_alice}", headers=as_("root")).status_code == 202


def test_two_holders_may_use_the_same_idempotency_key(client: FlaskClient) -> None:
    body = {"content": CONTENT, "flavor": "small"}

    ids = [
        client.post("/services/cra/generate", json=body, headers={**as_(name), "Idempotency-Key": "1"}).get_json()["jobId"]
        for name in ("alice", "alice", "bob")
    ]

    assert ids[0] == ids[1]
    assert ids[0] != ids[2]


def test_the_conversation_of_somebody_else_is_not_there(client: FlaskClient) -> None:
    talk = client.post("/chat", json={"message": "Hello"}, headers=as_("alice")).get_json()["conversation_id"]

    answers = [
        client.get(f"/chat/{talk}", headers=as_("bob")),
        client.post("/chat", json={"message": "Hello", "conversation_id": talk}, headers=as_("bob")),
        client.delete(f"/chat/{talk}", headers=as_("bob")),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.get(f"/chat/{talk}", headers=as_("alice")).status_code == 200
    assert client.get(f"/chat/{talk}", headers=as_("root")).status_code == 200


def test_more_requests_for_work_than_a_key_allows_are_refused_and_reading_is_free(client: FlaskClient) -> None:
    def generate() -> TestResponse:
        return client.post("/generate", json={"prompt": "Hello"}, headers=as_("fast"))

    statuses = [generate().status_code for _ in range(2)]
    refused = generate()
    reading = [client.get("/services", headers=as_("fast")).status_code for _ in range(5)]

    assert statuses == [200, 200]
    assert refused.status_code == 429
    assert refused.get_json()["error"]["type"] == "rate_limited"
    assert 0 < int(refused.headers["Retry-After"]) <= 90
    assert reading == [200] * 5


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/generate", {"prompt": "Tell me of the sea and the wind."}),
        ("/generate/stream", {"prompt": "Tell me of the sea and the wind."}),
        ("/v1/chat/completions", {"model": "generate", "messages": [{"role": "user", "content": "Tell me of the sea."}]}),
        ("/v1/chat/completions", {"model": "fake-model", "messages": [{"role": "user", "content": "Tell me of the sea."}]}),
    ],
)
def test_tokens_that_are_spent_are_spent_until_tomorrow(locked: Talking, path: str, body: dict[str, Any]) -> None:
    first = locked.client.post(path, json=body, headers=as_("poor"))
    assert first.get_data()

    second = locked.client.post(path, json=body, headers=as_("poor"))

    assert first.status_code == 200
    assert second.status_code == 429
    assert "tokens_spent" in second.text
    assert 0 < int(second.headers["Retry-After"]) <= 86400
    assert locked.gateway.accounts.spent("poor") > 5


def test_a_job_is_not_accepted_once_the_tokens_are_spent(locked: Talking) -> None:
    locked.gateway.accounts.spend("poor", 5)

    answer = locked.client.post("/services/cra/generate", json={"content": CONTENT, "flavor": "small"}, headers=as_("poor"))

    assert answer.status_code == 429


def test_a_websocket_tells_of_ones_own_jobs_only(locked: Talking) -> None:
    job_id = submit(locked.client, "alice")

    with served(locked.app) as port:
        address = f"ws://127.0.0.1:{port}/ws/results/{job_id}"
        with connect(address, additional_headers=as_("bob")) as socket:
            told = str(socket.recv(timeout=20))

    assert '"unknown"' in told


def test_a_name_that_is_used_again_inherits_nothing(locked: Talking, keys: Path) -> None:
    job_id = submit(locked.client, "alice")
    remove(keys, "alice")
    add(keys, Key("alice", hashed("alice's"), id=new_id()))
    assert locked.gateway.keyring is not None
    locked.gateway.keyring.reread()

    answers = [locked.client.get(path, headers=as_("alice")) for path in (f"/jobs/{job_id}", f"/results/{job_id}", "/jobs")]

    assert [answer.status_code for answer in answers[:2]] == [404, 404]
    assert answers[2].get_json()["jobs"] == []
    assert submit(locked.client, "alice") in locked.client.get("/jobs", headers=as_("alice")).text


def test_a_key_with_the_id_of_an_earlier_one_takes_its_jobs_over(locked: Talking, keys: Path) -> None:
    assert locked.gateway.keyring is not None
    add(keys, Key("carol", hashed("carol's"), id="0123456789abcdef"))
    locked.gateway.keyring.reread()
    job_id = submit(locked.client, "carol")
    remove(keys, "carol")
    add(keys, Key("carol", hashed("carol's new"), id="0123456789abcdef"))
    locked.gateway.keyring.reread()

    answer = locked.client.get(f"/jobs/{job_id}", headers={"X-API-Key": "carol's new"})

    assert answer.status_code == 200


def test_jobs_are_counted_for_their_holder_and_for_an_admin(locked: Talking) -> None:
    submit(locked.client, "alice")
    submit(locked.client, "bob")

    counts = {name: locked.client.get("/health", headers=as_(name)).get_json()["jobs"]["queued"] for name in ("alice", "root")}

    assert counts == {"alice": 1, "root": 2}


def test_a_broken_file_of_keys_is_a_problem_for_who_sees_all(locked: Talking, keys: Path) -> None:
    keys.write_text("{}", encoding="utf-8")
    locked.gateway.keyring.reread()

    states = {name: locked.client.get("/health", headers=as_(name)).get_json() for name in ("root", "minutes")}

    told = [each for each in states["root"]["catalog"]["problems"] if each.startswith("API_KEYS_FILE: ")]
    assert [each for each in told if "keys: is missing" in each] == told != []
    assert "API_KEYS_FILE" not in str(states["minutes"])


def test_a_restricted_key_sees_no_model_and_no_backend_that_it_may_not_use(locked: Talking) -> None:
    client = locked.client

    models = [each["id"] for each in client.get("/v1/models", headers=as_("minutes")).get_json()["data"]]
    states = [client.get(path, headers=as_("minutes")).get_json()["backends"] for path in ("/health", "/model/info")]

    assert models
    assert {model.partition(":")[0] for model in models} == {"cra"}
    assert "fake-model" in client.get("/v1/models", headers=as_("alice")).text
    assert client.get("/v1/models/fake-model", headers=as_("minutes")).status_code == 404
    assert all(health["models"] == {} for backends in states for health in backends.values())


def test_a_restricted_key_is_told_no_problem_of_other_services(locked: Talking) -> None:
    locked.write({**SUMMARY, "name": "secret-plans", "fields": 77}, TURNS)
    locked.gateway.reread()

    told = {name: locked.client.get("/health", headers=as_(name)).text for name in ("minutes", "root")}

    assert "secret-plans" in told["root"]
    assert "secret-plans" not in told["minutes"]


def test_only_an_admin_that_opens_all_services_replays_with_files_of_its_own(locked: Talking) -> None:
    client, folder = locked.client, locked.gateway.settings.services_folder
    job = submit(client, "alice")
    same = {"cra.txt": (folder / "cra.txt").read_text(encoding="utf-8")}
    other = {"cra.txt": "Short.\n{{ previous }}\n{{ turns }}"}

    given = [("alice", same), ("alice", other), ("root", other)]
    statuses = [
        client.post(f"/jobs/{job}/replay/preview", json={"files": files}, headers=as_(name)).status_code
        for name, files in given
    ]

    assert statuses == [200, 403, 200]


def test_a_near_name_is_told_to_those_alone_whose_key_opens_the_service(client: FlaskClient) -> None:
    told = {name: client.post("/services/chatt/generate", json={}, headers=as_(name)).text for name in ("alice", "minutes")}

    assert ("did you mean" in told["alice"], "did you mean" in told["minutes"]) == (True, False)
