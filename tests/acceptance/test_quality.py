"""`python -m bench.quality` against a gateway that runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.quality import main
from tests.acceptance.processes import House

pytestmark = pytest.mark.acceptance

TALK = """Ann Berg : Good morning, today we talk about the boiler in Lilac Street and about the garden.
Bob Stone : The boiler leaks, and the company wants 480 pounds for the repair.
Ann Berg : Bob, please write to the company by Friday.
Bob Stone : Yes, I will write to them tomorrow."""


def test_minutes_and_summaries_of_a_running_gateway_are_measured_side_by_side(
    house: House, services: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, file, text in (("transcripts", "one.txt", TALK), ("references", "one.txt", "The boiler leaks: 480 pounds.")):
        (tmp_path / "data" / folder).mkdir(parents=True)
        (tmp_path / "data" / folder / file).write_text(text, encoding="utf-8")
    flavor = {"name": "f", "mode": "extractive", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 64}
    short = {"type": "minutes", "name": "short", "backend": "vLLM", "flavor": [flavor]}
    folder = tmp_path / "services"
    folder.mkdir()
    for file in services.iterdir():
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "short.json").write_text(json.dumps(short), encoding="utf-8")
    gateway = house.gateway(folder, fake=house.fake())
    gateway.start()
    where = ["--data", str(tmp_path / "data"), "--url", f"http://127.0.0.1:{gateway.port}"]

    status = main([*where, "--service", "short", "--flavor", "f", "--also", "mapped:f", "--lines", "mapped:f"])

    rows = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("| one")]
    assert status == 0
    assert [(row[1].strip(), row[2].strip()) for row in rows] == [("one", "short:f"), ("one", "mapped:f")] * 2
    assert rows[2][3].strip() == "1.00"
