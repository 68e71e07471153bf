"""What a preview of each shipped service shows is what its model server receives, for every flavor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.kinds import KINDS
from app.manifests import Source
from app.settings import APP_FOLDER
from app.tokens import Tokenizers
from app.worker import Worker
from tests.web.talking import Talking

SHIPPED = APP_FOLDER.parent / "services"
WAITING = {"chat": {"message": "Say hello."}, "generate": {"prompt": "Say hello."}, "functions": {"prompt": "Add 2 and 3."}}
MEETING = {"minutes-de": "besprechung-de", "minutes-es": "reunion-es", "minutes-fr": "reunion-fr", "minutes-fa": "jalase-fa"}


def manifest_of(file: Path) -> dict[str, Any]:
    """The manifest with every flavor on the backend `vLLM`, which is the fake."""
    raw: dict[str, Any] = Source.read(file.name, file.read_text(encoding="utf-8")).raw
    flavors = [{name: value for name, value in each.items() if name != "backend"} for each in raw["flavor"]]
    return {**raw, "flavor": flavors}


# One flavor of each kind, mode and language of prompts; `fields: 2` with a small context is a rolling summary.
FLAVORS = (
    ("cra", "local"),
    ("cred", "mixtral"),
    ("minutes-fa", "local"),
    ("minutes-de", "mixtral"),
    ("functions", "local"),
    ("generate", "mixtral"),
    ("chat", "vigostral"),
)


@pytest.fixture
def shipped(talk: Talking) -> Talking:
    shutil.copytree(SHIPPED, talk.folder, dirs_exist_ok=True)
    for name, _ in FLAVORS:
        (talk.folder / f"{name}.json").write_text(json.dumps(manifest_of(SHIPPED / f"{name}.json")), encoding="utf-8")
    talk.gateway.current.reload()
    return talk


def foreseen(talk: Talking, service: str, fields: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Every call that is foreseen, and in words those that only answers can cause."""
    calls: list[dict[str, Any]] = []
    while True:
        answer = talk.client.post(f"/services/{service}/preview?call={len(calls) + 1}", json=fields)
        assert answer.status_code == 200, answer.text
        calls.append(answer.json["call"])
        if len(calls) == answer.json["calls"]:
            return calls, answer.json["more_calls"]


def messages(of: dict[str, Any]) -> str:
    return json.dumps(of["messages"], sort_keys=True)


@pytest.mark.parametrize(("service", "flavor"), FLAVORS)
def test_each_shipped_flavor_is_previewed_as_it_is_asked(shipped: Talking, service: str, flavor: str) -> None:
    talk = shipped
    talk.fake.answer = lambda messages: '{"items": []}' if '"items"' in messages[-1]["content"] else "Clerk : noted."
    content = (APP_FOLDER.parent / "examples" / f"{MEETING.get(service, 'meeting-en')}.txt").read_text(encoding="utf-8")
    turns = "\n".join(content.splitlines()[:10])
    fields = {"flavor": flavor, **WAITING.get(service, {"content": turns})}
    calls, more = foreseen(talk, service, fields)

    answer = talk.client.post(f"/services/{service}/{'chat' if service == 'chat' else 'generate'}", json=fields)
    if "content" in fields:
        Worker(talk.gateway.jobs, talk.gateway.backends.of, Tokenizers(), KINDS).carry_out(answer.json["jobId"])

    received = {messages(call.body) for call in talk.fake.calls}
    assert {messages(each) for each in calls if each["exact"]} <= received
    if all(each["exact"] for each in calls) and not more:
        assert received == set(map(messages, calls))
