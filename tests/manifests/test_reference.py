"""The schema and the reference say what the model says, and the files in document/ are those."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.catalog import load, reference
from app.catalog.folder import Folder
from app.kinds import KINDS
from app.manifests import Flavor, Source, documents, schema

ROOT = Path(__file__).parents[2]
FLAVORS = {name: kind.Flavor for name, kind in KINDS.items()}
FLAVOR: dict[str, Any] = {"name": "a", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 512}
MANIFEST: dict[str, Any] = {"type": "summary", "fields": 2, "name": "cra", "flavor": [FLAVOR]}


@pytest.mark.parametrize("name", sorted(reference(KINDS)))
def test_the_document_is_up_to_date(name: str) -> None:
    written = (ROOT / "document" / name).read_text(encoding="utf-8")

    assert written == reference(KINDS)[name], f"document/{name} is out of date: run `python3 -m app reference`"


@pytest.mark.parametrize("name", Folder.read(ROOT / "services").manifests)
def test_a_shipped_manifest_agrees_with_the_schema(name: str) -> None:
    manifest = Source.read(name, (ROOT / "services" / name).read_text(encoding="utf-8")).raw

    jsonschema.Draft202012Validator(schema(FLAVORS)).validate(manifest)


@pytest.mark.parametrize(
    "changed",
    [{"fields": 3}, {"fields": None, "x": 1}, {"flavor": []}, {"flavor": [{**FLAVOR, "temprature": 1}]}, {"type": "other"}],
    ids=str,
)
def test_the_schema_refuses_what_the_gateway_refuses(changed: dict[str, Any]) -> None:
    validator = jsonschema.Draft202012Validator(schema(FLAVORS))

    assert not validator.is_valid({**MANIFEST, **changed})


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema(FLAVORS))


def test_the_schema_has_a_branch_for_each_kind() -> None:
    validator = jsonschema.Draft202012Validator(schema({**FLAVORS, "generate": Flavor}))

    assert validator.is_valid({key: value for key, value in {**MANIFEST, "type": "generate"}.items() if key != "fields"})
    assert not validator.is_valid({**MANIFEST, "type": "generate"})


def test_the_reference_describes_every_key() -> None:
    text = documents(FLAVORS)["manifest.md"]

    keys = {info.alias or name for flavor in FLAVORS.values() for name, info in flavor.model_fields.items()}
    assert {key for key in keys if f"| `{key}` |" not in text} == set()


def test_the_reference_has_every_name_of_a_template_of_minutes(tmp_path: Path) -> None:
    manifest = {"type": "minutes", "name": "board", "flavor": [FLAVOR]}
    (tmp_path / "board.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "board.render.md").write_text("{{ nobody_knows }}", encoding="utf-8")

    (problem,) = load(tmp_path, KINDS).problems

    table = reference(KINDS)["manifest.md"].partition("| Name in `<file>.render.md` |")[2].partition("\n\n")[0]
    named = re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:]))
    assert set(str(problem).partition("known are ")[2].split(", ")) == set(named)
