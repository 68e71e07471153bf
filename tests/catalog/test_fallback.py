from __future__ import annotations

import json
from pathlib import Path

from app.catalog import load
from app.kinds import KINDS
from app.kinds.base import Form
from tests.catalog.folders import put


def test_what_may_stand_in_is_settled_with_the_order(tmp_path: Path) -> None:
    put(tmp_path, "cra", flavor={"temperature": 0.1})
    manifest = json.loads((tmp_path / "cra.json").read_text())
    small = manifest["flavor"][0]
    manifest["flavor"] = [
        {**small, "fallback": ["large", "spare"]},
        {**small, "name": "spare", "modelName": "s"},
        {**small, "name": "large", "modelName": "l", "backend": "local"},
    ]
    (tmp_path / "cra.json").write_text(json.dumps(manifest))

    order = load(tmp_path, KINDS).order("cra", Form({"flavor": small["name"], "temperature": "0.7"}, b"Ann : hello"))

    stand_ins = [(each["backend"], each["flavor"]["name"], each["flavor"]["temperature"]) for each in order.fallbacks]
    assert stand_ins == [("local", "large", 0.7), (order.backend, "spare", 0.7)]
