"""Imports go down: a module imports only from floors below its own (document/architecture.md)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "app"

FLOORS = (
    {
        "errors",
        "settings",
        "setting_values",
        "tokens",
        "metrics",
        "tracing",
        "sandbox",
        "gil",
        "periodic",
        "cancellation",
        "urls",
        "json_bounds",
        "large_texts",
        "allocator",
        "log_lines",
        "text_files",
        "ports",
        "signals",
        "followed",
        "mounts",
        "client",
    },
    {"manifests", "prompts", "transcript", "keys", "storage"},
    {"batching", "orders", "jobs", "limits", "conversations"},
    {"backends", "engines"},
    {"kinds"},
    {"documents"},
    {"catalog", "worker", "interactive", "callbacks", "meetings"},
    {"watcher", "prompt_tests"},
    {"gateway"},
    {"web"},
    {"serve", "commands", "faces"},
    {"cli"},
    {"__main__"},
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# Neighbours on one floor that may see each other, each for a reason.
NEIGHBOURS = {
    ("tokens", "errors"),
    ("tokens", "allocator"),
    ("settings", "errors"),
    ("settings", "text_files"),
    ("settings", "setting_values"),
    ("setting_values", "text_files"),
    ("metrics", "errors"),
    ("periodic", "errors"),
    ("followed", "errors"),
    ("metrics", "ports"),
    ("metrics", "periodic"),  # a process that finds no room to count tries again
    ("cancellation", "errors"),
    ("prompts", "transcript"),
    ("jobs", "orders"),
    ("backends", "engines"),  # a model that runs in this process
    ("commands", "serve"),  # the command `check`
}
MODULES = sorted(path.relative_to(APP) for path in APP.rglob("*.py") if path.name != "__init__.py" or path.parent != APP)


def room_of(module: Path) -> str:
    return module.parts[0].removesuffix(".py")


def rooms_imported(module: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse((APP / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[1] for name in node.names if name.name.startswith("app.")}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            parts = node.module.split(".")
            if parts[0] == "app":
                found |= {parts[1]} if len(parts) > 1 else {name.name for name in node.names if name.name in FLOOR_OF}
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_from_floors_below(module: Path) -> None:
    room = room_of(module)

    above = {
        other
        for other in rooms_imported(module) - {room}
        if FLOOR_OF[other] >= FLOOR_OF[room] and (room, other) not in NEIGHBOURS
    }

    assert not above, f"app/{module} ({room}, floor {FLOOR_OF[room]}) must not import {sorted(above)}"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_imports_relatively(module: Path) -> None:
    tree = ast.parse((APP / module).read_text(encoding="utf-8"))

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]


def test_every_room_has_a_floor() -> None:
    assert {room_of(module) for module in MODULES} <= set(FLOOR_OF)


LONGEST = 40  # lines of a function


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_function_is_long(module: Path) -> None:
    tree = ast.parse((APP / module).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert [each.name for each in functions if each.end_lineno and each.end_lineno - each.lineno >= LONGEST] == []
