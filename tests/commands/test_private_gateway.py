"""`run` without a gateway: what cannot run is refused before anything is fetched or started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.commands.local import LocalServices
from app.commands.private_gateway import private_gateway
from app.errors import BadParameter
from app.kinds.base import Form
from app.settings import Settings

FLAVOR = {"modelName": "m", "totalContextLength": 2048, "maxGenerationLength": 200}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    flavors = [{"name": "server", **FLAVOR}, {"name": "small", "backend": "local", **FLAVOR}]
    manifest = {"type": "summary", "fields": 1, "name": "x", "backend": "vLLM", "flavor": flavors}
    (tmp_path / "x.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "x.txt").write_text("Sum up.\n{{ turns }}\n", encoding="utf-8")
    return Settings(services=str(tmp_path), db_path=str(tmp_path / "results.sqlite"), model_cache=str(tmp_path / "models"))


@pytest.mark.parametrize(
    ("service", "fields", "said"),
    [
        ("y", {}, 'there is no "y"'),
        ("x", {"flavor": "large"}, 'x has no "large"; it has server, small'),
        ("x", {"temperature": "hot"}, "temperature"),
    ],
)
def test_a_request_that_cannot_run_starts_nothing(
    settings: Settings, tmp_path: Path, service: str, fields: dict[str, str], said: str
) -> None:
    prepared: list[str] = []
    before = set(tmp_path.iterdir())

    with (
        pytest.raises(BadParameter, match=said),
        private_gateway(settings, service, Form(fields, b"Ann: hi"), lambda what, *_: prepared.append(what)),
    ):
        pass

    assert prepared == []
    assert set(tmp_path.iterdir()) == before


def test_the_flavor_on_the_preferred_backend_goes_before_the_first(settings: Settings) -> None:
    form = Form({}, b"Ann: hi")

    with LocalServices(settings) as services:
        chosen = [services.order("x", form, prefer=backend).flavor_name for backend in ("", "local", "gemini")]

    assert chosen == ["server", "small", "server"]
