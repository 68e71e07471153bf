"""`preview`: the calls of a service for a transcript, printed without a gateway and without a model."""

from __future__ import annotations

import io
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.command_line import CarryOut

FLAVOR = {
    "name": "f",
    "modelName": "echo",
    "totalContextLength": 2048,
    "maxGenerationLength": 200,
    "maxNewTurns": 2,
}
MANIFEST = {"type": "summary", "fields": 1, "name": "x", "backend": "echo", "flavor": [FLAVOR, {**FLAVOR, "name": "g"}]}
TRANSCRIPT = "Ann : One.\nBob : Two.\nAnn : Three.\n"


@pytest.fixture
def run(tmp_path: Path, carry_out: CarryOut) -> CarryOut:
    """Runs `preview` on a folder with one service."""
    services = tmp_path / "services"
    services.mkdir()
    (services / "x.json").write_text(json.dumps(MANIFEST))
    (services / "x.txt").write_text("Sum up.\n{{ turns }}\n")
    (tmp_path / "meeting.txt").write_text(TRANSCRIPT)
    return partial(carry_out, "preview", SERVICES_PATH=str(services))


def test_it_tells_turns_speakers_calls_and_tokens(run: CarryOut, tmp_path: Path) -> None:
    status, said, _ = run("x", str(tmp_path / "meeting.txt"))

    assert status == 0
    assert said.startswith(
        "x, flavor f: echo on echo\n3 turns (3 after long ones are split); speakers: Ann 2, Bob 1\ncalls: 2\n"
    )
    assert "time: not known" in said


def test_it_shows_the_messages_of_one_call(run: CarryOut, tmp_path: Path) -> None:
    _, said, _ = run("x", str(tmp_path / "meeting.txt"), "--call", "2")

    assert said == "--- call 2 of 2: batch/1, answer at most 200 tokens\n--- user\nSum up.\nAnn : Three.\n"


def test_json_is_what_the_route_answers(run: CarryOut, tmp_path: Path) -> None:
    _, said, _ = run("x", str(tmp_path / "meeting.txt"), "--json", "--flavor", "g")

    told: dict[str, Any] = json.loads(said)
    assert (told["flavor"], told["calls"], told["seconds"]) == ("g", 2, None)
    assert told["call"]["messages"] == [{"role": "user", "content": "Sum up.\nAnn : One.\nBob : Two."}]


def test_a_transcript_may_come_from_the_standard_input(run: CarryOut, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TRANSCRIPT.encode())))

    _, said, _ = run("x", "-")

    assert "calls: 2\n" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("y", "meeting.txt"), 'service: there is no "y"; known in '),
        (("x", "nothing.txt"), "file: nothing.txt cannot be read: No such file or directory"),
        (("x", "meeting.txt", "--call", "3"), "call: is 3, and 2 calls are foreseen"),
        (("x", "meeting.txt", "--call", "0"), "call: must be the number of a call, from 1"),
        (("x", "meeting.txt", "--set", "speakers"), "speakers: must be FIELD=VALUE"),
        (("x", "meeting.txt", "--flavor", "h"), 'flavor: x has no "h"; it has '),
    ],
)
def test_what_cannot_be_previewed_is_named(
    run: CarryOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)

    status, _, said = run(*arguments)

    assert (status, message in said) == (1, True)


def test_a_broken_service_is_told_with_its_line(run: CarryOut, tmp_path: Path) -> None:
    (tmp_path / "services" / "x.txt").write_text("Sum up.\n{{ turns")

    status, _, said = run("x", str(tmp_path / "meeting.txt"))

    assert (status, "x.txt:2: " in said) == (1, True)


def test_it_leaves_nothing_behind(run: CarryOut, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))

    run("x", str(tmp_path / "meeting.txt"))

    assert set(tmp_path.rglob("*")) == before
