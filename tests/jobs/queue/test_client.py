from __future__ import annotations

import ast
from pathlib import Path

import pytest

from app.jobs.queue.client import JsonSerializer

APP = Path(__file__).parent.parent.parent.parent / "app"


@pytest.mark.parametrize("value", [None, "a0d5", ["a0d5"], {"args": ["a0d5"], "kwargs": {}}])
def test_what_the_engine_stores_comes_back(value: object) -> None:
    serializer = JsonSerializer()

    assert serializer.deserialize(serializer.serialize(value)) == value


def test_an_exception_is_stored_without_its_words() -> None:
    assert JsonSerializer().serialize(ValueError("a secret word")) == '"<ValueError>"'


def test_only_rooms_of_storage_know_the_database_and_the_engine() -> None:
    strangers = {"dbos", "sqlalchemy", "alembic", "sqlite3", "psycopg"}
    rooms = {
        "storage",
        "jobs",
        "limits",
        "conversations.py",
        "setting_values.py",
    }  # the last one looks whether a URL can be read

    guilty = [
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if path.relative_to(APP).parts[0] not in rooms and strangers & _packages(path)
    ]

    assert guilty == []


def _packages(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
