"""The gateway as it is put together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.backends.base import Health
from app.catalog import Catalog, load
from app.gateway import disagreements
from app.kinds import KINDS


def catalog(folder: Path, **flavor: Any) -> Catalog:
    said = {"name": "f", "modelName": "m", "totalContextLength": 8192, "maxGenerationLength": 100, **flavor}
    manifest = {"type": "summary", "fields": 1, "name": "cra", "backend": "vLLM", "flavor": [said]}
    (folder / "cra.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "cra.txt").write_text("Sum up.\n{{ turns }}\n", encoding="utf-8")
    return load(folder, KINDS)


@pytest.mark.parametrize(
    ("backend", "models", "complaint"),
    [
        ("vLLM", {"m": 4096}, "is more than the 4096 tokens"),
        ("vLLM", {"m": 8192}, ""),
        ("vLLM", {"m": 0}, ""),  # the server does not say
        ("vLLM", {"other": 4096}, ""),  # whether it serves m under another name, only a call can tell
        ("local", {"other": 4096}, "is more than the 4096 tokens"),  # the engine answers to any name
    ],
)
def test_a_flavor_that_promises_more_context_than_is_served_is_a_problem(
    tmp_path: Path, backend: str, models: dict[str, int], complaint: str
) -> None:
    states = {backend: Health(ok=True, models=models)}

    problems = list(disagreements(catalog(tmp_path, backend=backend), states))

    assert [str(problem) for problem in problems] == (
        [f"cra.json: flavor.0.totalContextLength: {complaint} that the backend serves: lower it, or start the model with more"]
        if complaint
        else []
    )


def test_a_backend_that_is_down_promises_nothing(tmp_path: Path) -> None:
    states = {"vLLM": Health(ok=False, models={"m": 1})}

    assert not list(disagreements(catalog(tmp_path), states))
