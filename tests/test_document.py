"""The OpenAPI file and the app say the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from app.gateway import assemble
from app.settings import Settings
from app.web import create_app

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
FOR_PEOPLE = ("flasgger.static", "studio.")  # how the names of endpoints begin that are pages, or what pages consist of


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load(Settings().swagger_file.read_text(encoding="utf-8"))
    return written


@pytest.fixture(scope="module")
def routed(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    app = create_app(assemble(Settings(services=str(folder), db_path=str(folder / "results.sqlite"))))
    return {
        (method, shape(rule.rule))
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(FOR_PEOPLE)
        for method in METHODS & (rule.methods or set())
    }


def shape(path: str) -> str:
    """A path without the names of its parameters, as Flask and OpenAPI write them differently."""
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", path)


def test_every_route_is_in_the_document_and_the_other_way_round(document: dict[str, Any], routed: set[tuple[str, str]]) -> None:
    written = {(method.upper(), shape(path)) for path, item in document["paths"].items() for method in item}

    assert written == routed


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]

    assert len(names) == len(set(names))
