"""Every POST that runs a service, and every job, says when the service is the last good version of broken files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.fakes.openai_server import FakeOpenAI
from tests.web.talking import SUMMARY, TURNS, Talking, talking

STALE = "X-Catalog-Stale"
TEXT = "Ann : We ship on Friday.\nBob : Then I test on Thursday."
ADD = '[{"name": "add", "description": "Adds.", "parameters": {"a": {"type": "number"}}, "returns": {"type": "number"}}]'
SERVICES = ("generate", "chat", "cra", "calls")
PROMPT = {"prompt": "hi"}
SAID = {"messages": [{"role": "user", "content": "hi"}]}
RUN: list[tuple[str, str, dict[str, Any]]] = [
    ("cra", "/services/cra/generate", {"content": TEXT, "flavor": "small"}),
    ("cra", "/services/cra/preview", {"content": TEXT, "flavor": "small"}),
    ("generate", "/services/generate/generate", PROMPT),
    ("generate", "/services/generate/stream", PROMPT),
    ("generate", "/generate", PROMPT),
    ("generate", "/generate", {**PROMPT, "async": True}),
    ("generate", "/generate/stream", PROMPT),
    ("generate", "/batch/generate", {"prompts": ["hi", "ho"]}),
    ("chat", "/chat", {"message": "hi"}),
    ("chat", "/chat", {"message": "hi", "stream": True}),
    ("chat", "/services/chat/chat", {"message": "hi"}),
    ("calls", "/services/calls/generate", PROMPT),
    ("generate", "/v1/chat/completions", {"model": "generate", **SAID}),
    ("generate", "/v1/chat/completions", {"model": "generate", "stream": True, **SAID}),
    ("chat", "/v1/chat/completions", {"model": "chat", **SAID}),
    ("generate", "/v1/completions", {"model": "generate", **PROMPT}),
]


@pytest.fixture
def full(tmp_path: Path, prepared: Path, fake_openai: FakeOpenAI) -> Iterator[Talking]:
    """A gateway with a service of each kind."""
    with talking(tmp_path, prepared, fake_openai, linto_api="on") as made:
        made.write(SUMMARY, TURNS)
        (made.folder / "calls.functions.json").write_text(ADD, encoding="utf-8")
        made.save("calls", "{{ prompt }} {{ functions }}", "function_call", functions="calls.functions.json")
        assert set(made.gateway.current.catalog.services) == set(SERVICES)
        yield made


def damage(talk: Talking, *services: str) -> None:
    for name in services or SERVICES:
        (talk.folder / f"{name}.json").write_text("{", encoding="utf-8")
    talk.gateway.current.reload()


def upload(talk: Talking, path: str) -> TestResponse:
    return talk.client.post(path, data={"flavor": "small", "file": (io.BytesIO(TEXT.encode()), "t.txt")})


def test_every_request_that_runs_a_last_good_version_is_told_so(full: Talking) -> None:
    before = [full.client.post(path, json=body).headers for _, path, body in RUN]
    damage(full)

    after = [full.client.post(path, json=body).headers for _, path, body in RUN]

    assert not any(STALE in headers for headers in before)
    broken = [(path, headers.get(STALE, "")) for (_, path, _), headers in zip(RUN, after, strict=True)]
    assert [path for path, told in broken if not told] == []
    assert all(f"; {name}.json:1: " in told for (name, _, _), (_, told) in zip(RUN, broken, strict=True))


def test_a_broken_template_is_named(full: Talking) -> None:
    (full.folder / "generate.txt").write_text("{{ prompt", encoding="utf-8")
    full.gateway.current.reload()

    answer = full.client.post("/generate", json=PROMPT)

    assert "generate.txt" in answer.headers[STALE]


def test_only_the_broken_service_is_told(full: Talking) -> None:
    damage(full, "chat")

    answers = [full.client.post(path, json=body) for path, body in (("/generate", PROMPT), ("/chat", {"message": "hi"}))]

    assert [STALE in answer.headers for answer in answers] == [False, True]


def test_a_job_says_which_file_was_broken_even_after_it_is_mended(full: Talking) -> None:
    good = upload(full, "/services/cra/generate").json["jobId"]
    damage(full)
    stale = upload(full, "/services/cra/generate").json["jobId"]
    full.write(SUMMARY, TURNS)

    told = [full.client.get(f"/jobs/{job}").json for job in (good, stale)]

    assert "catalogStale" not in told[0]
    assert told[1]["catalogStale"].startswith("cra; cra.json")


def test_a_replay_and_a_run_of_linto_studio_are_told_so_too(full: Talking) -> None:
    job = upload(full, "/services/cra/generate").json["jobId"]
    damage(full)

    replays = [full.client.post(f"/jobs/{job}/{path}", json={}) for path in ("replay", "replay/preview")]
    answers = [*replays, upload(full, "/api/v1/services/cra/run")]

    assert [answer.status_code for answer in answers] == [202, 200, 202]
    assert all(answer.headers[STALE].startswith("cra; cra.json") for answer in answers)


def test_a_request_that_is_refused_is_told_so_too(full: Talking) -> None:
    damage(full)

    answer = full.client.post("/generate", json={"prompt": "hi", "prompte": 1})

    assert answer.status_code == 400
    assert STALE in answer.headers
