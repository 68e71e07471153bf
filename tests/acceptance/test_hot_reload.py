"""Edits under load: every answer belongs to one state of the folder as a whole, and the last one is live at once."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import Gateway, House, Reply, ask, manifest

pytestmark = pytest.mark.acceptance

EDITS = 200
SEED = 7
LIVE = 3.0  # seconds; one is what we promise of a machine that is not busy


def manifest_text(version: int) -> str:
    """Says its version twice."""
    return json.dumps(manifest(name="x", backend="echo", fields=1, description=f"v{version}", system=f"v{version}"))


def template_text(version: int) -> str:
    """Cannot be compiled unless it is whole."""
    return f"{{% if true %}}v{version}\n{{{{ turns }}}}\n{{% endif %}}{{# v{version} #}}\n"


def rename_over(file: Path, text: str) -> None:
    fresh = file.with_name(f".{file.name}.tmp")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, file)


def write_in_place(file: Path, text: str) -> None:
    """In two steps, as a slow editor does."""
    with file.open("w", encoding="utf-8") as opened:
        opened.write(text[: len(text) // 2])
        opened.flush()
        time.sleep(0.002)
        opened.write(text[len(text) // 2 :])


def delete_and_create(file: Path, text: str) -> None:
    file.unlink()
    file.write_text(text, encoding="utf-8")


WAYS: tuple[Callable[[Path, str], None], ...] = (rename_over, write_in_place, delete_and_create)


@dataclass
class LocalModel:
    """Edits manifest and template in turns; *states* are all the pairs of versions that ever stood in the folder."""

    folder: Path
    versions: dict[str, int] = field(default_factory=lambda: {"x.json": 0, "x.txt": 0})
    states: set[tuple[int, int]] = field(default_factory=lambda: {(0, 0)})

    def begin(self) -> None:
        self.folder.mkdir()
        (self.folder / "x.txt").write_text(template_text(0), encoding="utf-8")
        (self.folder / "x.json").write_text(manifest_text(0), encoding="utf-8")

    def edit(self, version: int, way: Callable[[Path, str], None]) -> None:
        name = ("x.json", "x.txt")[version % 2]
        self.versions[name] = version
        self.states.add((self.versions["x.json"], self.versions["x.txt"]))
        way(self.folder / name, (manifest_text if name == "x.json" else template_text)(version))


class Clients:
    """Several connections that ask for the service and submit to it until they are left."""

    def __init__(self, gateway: Gateway, most: int = 4) -> None:
        self._port = gateway.port
        self._over = threading.Event()
        self._threads = ThreadPoolExecutor(most)
        self._asked = [self._threads.submit(self._ask, each) for each in (self._read, self._submit) * (most // 2)]

    def _ask(self, one: Callable[[], Reply]) -> list[Reply]:
        replies = []
        while not self._over.wait(0.01):
            replies.append(one())
        return replies

    def _read(self) -> Reply:
        return ask(self._port, "GET", "/services/x")

    def _submit(self) -> Reply:
        return ask(self._port, "POST", "/services/x/generate", {"content": "Ann : Good morning.", "flavor": "f"})

    def leave(self) -> list[Reply]:
        """Every answer."""
        self._over.set()
        self._threads.shutdown()
        return [reply for asked in self._asked for reply in asked.result()]


@dataclass(frozen=True)
class Served:
    """What the clients got of EDITS edits, and the seconds until every worker served the last one."""

    replies: list[Reply]
    orders: list[dict[str, Any]]
    states: set[tuple[int, int]]
    live_after: float


@pytest.fixture(scope="module")
def served(shared_house: House) -> Served:
    author = LocalModel(shared_house.folder / "services")
    author.begin()
    gateway = shared_house.gateway(author.folder, "--workers", "2", command="web")
    gateway.start()
    clients, chance = Clients(gateway), random.Random(SEED)
    for version in range(1, EDITS + 1):
        author.edit(version, WAYS[version // 2 % len(WAYS)])
        time.sleep(chance.choice((0.0, 0.01, 0.02, 0.1)))
    live_after = _seconds_until_live(gateway, author)
    replies = clients.leave()
    return Served(replies, _orders(gateway), author.states, live_after)


def _seconds_until_live(gateway: Gateway, author: LocalModel) -> float:
    """Until forty answers in a row, each on a connection of its own, are of the last version."""
    began, last = time.monotonic(), f"v{author.versions['x.json']}"
    right, since = 0, 0.0
    while right < 40:
        assert time.monotonic() < began + 20, "the last edit never came"
        if ask(gateway.port, "GET", "/services/x").body["description"] == last:
            since = since or time.monotonic() - began
            right += 1
        else:
            right, since = 0, 0.0
    return since


def _orders(gateway: Gateway) -> list[dict[str, Any]]:
    """What was stored, read from where a worker would read it."""
    with closing(sqlite3.connect(gateway.database)) as database:
        return [json.loads(row[0]) for row in database.execute("SELECT record FROM orders")]


def state_of(order: dict[str, Any]) -> tuple[int, int]:
    """The versions of manifest and template in an order, each of which says its own twice."""
    template = order["templates"]["x"]
    version = int(template.split("v", 1)[1].split("\n")[0])
    assert template.rstrip("\n").endswith(f"{{# v{version} #}}")
    return int(order["flavor"]["system"][1:]), version


def test_every_request_is_answered_well(served: Served) -> None:
    assert len(served.replies) > 50
    assert {reply.status for reply in served.replies} == {200}


def test_every_manifest_is_of_one_version(served: Served) -> None:
    manifests = [reply.body for reply in served.replies if "flavor" in reply.body]

    assert [each for each in manifests if each["description"] != each["flavor"][0]["system"]] == []
    assert len({each["description"] for each in manifests}) > 3


def test_every_order_is_of_one_state_of_the_folder(served: Served) -> None:
    assert len(served.orders) == sum("jobId" in reply.body for reply in served.replies)
    assert {state_of(order) for order in served.orders} - served.states == set()


def test_a_generation_is_one_state_of_the_folder(served: Served) -> None:
    found: dict[str, set[tuple[int, int]]] = {}
    for order in served.orders:
        found.setdefault(order["generation"], set()).add(state_of(order))

    assert [states for states in found.values() if len(states) != 1] == []


def test_the_last_edit_is_live_in_every_worker_at_once(served: Served) -> None:
    print(f"live in every worker after {served.live_after:.2f} s")  # noqa: T201
    assert served.live_after < LIVE
