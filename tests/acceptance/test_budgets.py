"""The tokens that a key allows a day, seen from outside: leaving early is not free, and many at once share one budget."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.keys import Key, add, hashed
from app.limits.accounts import Accounts
from app.storage.database import Database, sqlite_url
from tests.acceptance.processes import Fake, Gateway, House, eventually

pytestmark = pytest.mark.acceptance

PROMPT = "Tell me of the sea and of the wind that blows over it."
ANSWER = "The sea is wide and the wind is strong. " * 10
MOST = 120  # tokens a day of the key `few`
SERVICE = {
    "type": "generate",
    "name": "generate",
    "backend": "vLLM",
    "flavor": [{"name": "f", "modelName": "fake-model", "totalContextLength": 2048, "maxGenerationLength": 20}],
}


@pytest.fixture
def fake(house: House) -> Fake:
    return house.fake()


@pytest.fixture
def gateway(house: House, fake: Fake, tmp_path: Path) -> Gateway:
    services = tmp_path / "services"
    services.mkdir()
    (services / "generate.json").write_text(json.dumps(SERVICE), encoding="utf-8")
    (services / "generate.txt").write_text("{{ prompt }}\n", encoding="utf-8")
    file = tmp_path / "keys.json"
    add(file, Key("alice", hashed("alice's")), None, "1M/day")
    add(file, Key("few", hashed("few's")), None, f"{MOST}/day")
    made = house.gateway(services, fake=fake, API_KEYS_FILE=str(file))
    made.start()
    return made


@pytest.fixture
def accounts(gateway: Gateway) -> Iterator[Accounts]:
    database = Database(sqlite_url(gateway.database), pool=1)
    yield Accounts(database)
    database.close()


def begin(gateway: Gateway, path: str, holder: str) -> socket.socket:
    """A connection on which the request is sent, and nothing was read."""
    body = json.dumps({"prompt": PROMPT}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {holder}'s\r\nContent-Type: application/json\r\n"
    connection = socket.create_connection(("127.0.0.1", gateway.port), timeout=30)
    connection.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    return connection


def status(gateway: Gateway, path: str, holder: str) -> int:
    """The status of a request that is waited for."""
    with begin(gateway, path, holder) as connection, connection.makefile("rb") as answer:
        return int(answer.read().split(b" ", 2)[1])


def test_a_client_that_closes_a_stream_pays_for_its_prompt_and_for_what_arrived(
    gateway: Gateway, fake: Fake, accounts: Accounts
) -> None:
    fake.script(default={"text": ANSWER, "pace": 0.1})

    with begin(gateway, "/generate/stream", "alice") as connection, connection.makefile("rb") as answer:
        while b"wind" not in answer.readline():
            continue

    spent = eventually(lambda: accounts.spent("alice"), what="what the stream cost is counted")
    assert spent >= len(PROMPT.split()) + 6  # words until "wind"
    assert accounts.reserved("alice") == 0


def test_a_client_that_leaves_a_request_pays_for_it(gateway: Gateway, fake: Fake, accounts: Accounts) -> None:
    fake.script(default={"text": ANSWER, "pace": 0.1})

    with begin(gateway, "/generate", "alice"):
        eventually(lambda: accounts.reserved("alice"), what="the request is under way")
        eventually(lambda: fake.calls, what="the model server has the call")

    spent = eventually(lambda: accounts.spent("alice"), what="what the request cost is counted")
    assert spent >= len(PROMPT.split())
    assert accounts.reserved("alice") == 0


def test_a_request_that_the_model_server_refuses_costs_nothing(gateway: Gateway, fake: Fake, accounts: Accounts) -> None:
    fake.script(default={"status": 400, "message": "no"})

    refused = status(gateway, "/generate", "alice")

    assert refused == 502
    assert (accounts.spent("alice"), accounts.reserved("alice")) == (0, 0)


def test_many_requests_at_once_spend_one_budget(gateway: Gateway, fake: Fake, accounts: Accounts) -> None:
    fake.script(default={"text": " ".join(["wind"] * 20), "latency": 0.5})

    with ThreadPoolExecutor(32) as pool:
        statuses = list(pool.map(lambda _: status(gateway, "/generate", "few"), range(32)))

    assert set(statuses) == {200, 429}
    assert 0 < accounts.spent("few") <= MOST
    assert accounts.reserved("few") == 0
