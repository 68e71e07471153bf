"""Services folders for tests: small manifests and templates, written and broken."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

TEMPLATE = "Say it shortly.\n{{ turns }}\n"
FLAVOR: dict[str, Any] = {"name": "small", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 512}


def manifest(name: str, **changed: Any) -> str:
    """A good manifest; *changed* are keys of the service, `flavor` being one flavor's changed keys."""
    flavor = {**FLAVOR, **changed.pop("flavor", {})}
    return json.dumps({"type": "summary", "fields": 1, "name": name, "flavor": [flavor], **changed})


def put(folder: Path, file: str, template: str = TEMPLATE, **changed: Any) -> None:
    """A service in *folder*, named as its files are; its template comes first, so that it is never half there."""
    (folder / f"{file}.txt").write_text(template, encoding="utf-8")
    (folder / f"{file}.json").write_text(manifest(**{"name": file, **changed}), encoding="utf-8")


def swap(link: Path, target: Path | str) -> None:
    """Makes *link* lead to *target* in one step, as ConfigMaps and deployments do."""
    fresh = link.with_name(f"{link.name}_tmp")
    fresh.symlink_to(target)
    os.replace(fresh, link)
