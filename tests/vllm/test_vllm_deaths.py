"""Processes that are killed while the real vLLM answers requests that are handed on."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from app.keys import Key, add, hashed
from app.limits.accounts import Accounts
from app.storage.database import Database, sqlite_url
from tests.acceptance.processes import Gateway, House, children, eventually, tree
from tests.vllm.conftest import CONTEXT, MODEL, Scene
from tests.vllm.test_routes import sent

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

HELLO: list[Any] = [{"role": "user", "content": "Hello out there"}]
LONGEST = 1900  # characters, each a token: seconds of work
HELD = {"structured_outputs": {"regex": f"[a-c]{{{LONGEST}}}"}}
MOST = CONTEXT - 100
LONG = ("chat/completions", "responses")  # routes whose answers can be made long


@dataclass
class Clients:
    """The official clients of one gateway, whose key is alice's."""

    gateway: Gateway
    accounts: Accounts
    begun: set[str] = field(default_factory=set)  # the routes whose streams have begun

    def stream(self, route: str) -> None:
        """Reads a long stream to its end. Raises what the client raises."""
        address = f"http://127.0.0.1:{self.gateway.port}"
        with (
            openai.OpenAI(base_url=f"{address}/v1", api_key="alice", max_retries=0) as gpt,
            anthropic.Anthropic(base_url=address, api_key="alice", max_retries=0) as claude,
        ):
            asked: dict[str, Callable[[], Any]] = {
                "chat/completions": lambda: gpt.chat.completions.create(
                    model=MODEL, messages=HELLO, max_tokens=MOST, stream=True, extra_body=HELD
                ),
                "responses": lambda: gpt.responses.create(
                    model=MODEL, input="Hello", max_output_tokens=MOST, stream=True, extra_body=HELD
                ),
                "messages": lambda: claude.messages.create(model=MODEL, messages=HELLO, max_tokens=20, stream=True),
            }
            for _ in asked[route]():
                self.begun.add(route)

    def is_served(self) -> bool:
        with suppress(OSError):
            return sent(self.gateway.port, "/v1/tokenize", {"model": MODEL, "prompt": "x"})[0] == 200
        return False


@pytest.fixture(scope="module")
def clients(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """They ask a gateway that takes three calls at a time; each of its web workers would learn the models by itself."""
    with House(tmp_path_factory.mktemp("deaths")) as house:
        services, keys = house.folder / "services", house.folder / "keys.json"
        services.mkdir()
        base = f"http://127.0.0.1:{scene.ports[0]}/v1"
        entry = {"name": "only", "kind": "openai", "apiBase": base, "maxRetries": 0, "maxConcurrency": 3}
        (services / "backends.json").write_text(json.dumps({"backends": [entry]}), encoding="utf-8")
        add(keys, Key("alice", hashed("alice")), tokens="1M/day")
        gateway = house.gateway(services, "--workers", "1", "--timeout", "60", API_KEYS_FILE=str(keys))
        gateway.start()
        database = Database(sqlite_url(gateway.database), pool=1)
        made = Clients(gateway, Accounts(database))
        eventually(made.is_served, 60, 0.5, "the model is known")
        yield made
        database.close()
        gateway.stop()


def standing_still(clients: Clients, pool: ThreadPoolExecutor, core: int) -> dict[str, Future[None]]:
    """Long streams that have begun, and whose engine is stopped before one ends; the first of a kind begins late."""
    for _ in range(10):
        clients.begun.clear()
        reading = {route: pool.submit(clients.stream, route) for route in LONG}
        eventually(lambda: clients.begun == {*LONG} or any(map(Future.done, reading.values())), 120, 0.002)  # noqa: B023
        os.kill(core, signal.SIGSTOP)
        if not any(map(Future.done, reading.values())):
            return reading
        os.kill(core, signal.SIGCONT)
        wait(reading.values(), 120)
    raise AssertionError("one stream always ends before the other has begun")


def broken(clients: Clients, scene: Scene, kill: Callable[[], None]) -> dict[str, BaseException | None]:
    """What each route's client raises if *kill* is called in the middle of long streams and before the first event of one."""
    eventually(scene.is_idle, 60)
    [core] = [
        pid for pid in children(scene.gateway.pid_of("one")) if b"EngineCore" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    with ThreadPoolExecutor(3) as pool:
        reading = standing_still(clients, pool, core)
        reserved = clients.accounts.reserved("alice")
        try:
            reading["messages"] = pool.submit(clients.stream, "messages")
            eventually(lambda: clients.accounts.reserved("alice") > reserved, what="the third call is sent")
            kill()
        finally:
            with suppress(ProcessLookupError):
                os.kill(core, signal.SIGCONT)
        return {route: each.exception(120) for route, each in reading.items()}


def test_a_web_worker_that_is_killed_breaks_streams_and_frees_the_engine(clients: Clients, scene: Scene) -> None:
    def kill() -> None:
        for pid in children(clients.gateway.pid_of("web")):
            os.kill(pid, signal.SIGKILL)

    raised = broken(clients, scene, kill)

    assert None not in raised.values()
    eventually(scene.is_idle, 30, 0.05, "the engine works no more")
    eventually(clients.is_served, 60, 0.2, "other workers have come")
    eventually(lambda: clients.accounts.reserved("alice") == 0, 120, 0.5, "what was set aside is given back")
    # all three slots are free again
    again = broken(clients, scene, lambda: os.kill(clients.gateway.pid_of("worker"), signal.SIGKILL))
    assert set(again.values()) == {None}


def test_an_engine_that_is_killed_ends_streams_with_errors_and_comes_back(clients: Clients, scene: Scene) -> None:
    """The last test: it takes as long as an engine takes to start."""
    spent = clients.accounts.spent("alice")

    def kill() -> None:
        for pid in list(tree(scene.gateway.pid_of("one"))):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    raised = broken(clients, scene, kill)

    for route, error in raised.items():
        assert isinstance(error, anthropic.APIError if route == "messages" else openai.APIError), (route, error)
        assert "only: " in str(error)
    assert clients.accounts.reserved("alice") == 0
    assert clients.accounts.spent("alice") > spent  # what had arrived
    eventually(lambda: clients.is_served() and scene.is_idle(), 540, 0.5, "the engine is back")
    clients.stream("responses")
