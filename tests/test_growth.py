"""Files of twice the size take little more than twice as long to read, whatever is never closed in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from app import json_bounds, prompts
from app.backends.config import backends_file
from app.catalog.folder import Folder
from app.errors import GatewayError
from app.keys import KeysError
from app.keys import file as keys
from app.kinds import KINDS
from app.manifests import parse, read_functions
from tests.catalog.folders import FLAVOR, manifest
from tests.growth import MOST, growth

NOISE = 0.001  # seconds
SIZE = 5_000  # about so many characters, and eight times as many
FLAVORS = {name: kind.Flavor for name, kind in KINDS.items()}
FUNCTION = {"name": "f", "parameters": {}}


def of_manifest(text: str) -> None:
    with suppress(GatewayError):
        parse("x.json", text, FLAVORS)


def of_folder(text: str) -> None:
    _ = Folder({"x.json": text}).manifests


def of_functions(text: str) -> None:
    with suppress(GatewayError):
        read_functions("f.json", text)


def of_backends(text: str) -> None:
    with suppress(GatewayError):
        backends_file.parse(text, backends_file.BackendDefaults(), {})


def of_template(text: str) -> None:
    with suppress(GatewayError):
        list(prompts.disagreements(prompts.compile("x", {"x": text}), 1))


def of_json(text: str) -> None:
    with suppress(json_bounds.OutOfBounds):
        json_bounds.check(text, json_bounds.REQUEST)


def of_keys(text: str, folder: Path) -> None:
    file = folder / "keys.json"
    file.write_text(text, encoding="utf-8")
    with suppress(KeysError):
        keys.read(file)


def flavors(number: int, **changed: object) -> str:
    return manifest("x")[:-1] + f', "flavor": {json.dumps([{**FLAVOR, "name": f"f{at}", **changed} for at in range(number)])}}}'


def backends(number: int, **changed: object) -> str:
    return json.dumps([{"name": f"b{at}", "apiBase": "http://h/v1", **changed} for at in range(number)])


def unlike(number: int) -> dict[str, int]:
    return {f"key{at}": at for at in range(number)}


READERS: dict[str, Callable[[str], None]] = {
    "manifest": of_manifest,
    "folder": of_folder,
    "functions": of_functions,
    "backends": of_backends,
    "template": of_template,
    "json": of_json,
}
CASES: dict[str, Callable[[int], str]] = {
    "manifest: escaped quotes behind an open one": lambda size: '{"a": "' + '\\"' * size,
    "manifest: open quotes": lambda size: '{"a": ' + '"\n' * size,
    "manifest: backslashes": lambda size: '{"a": "' + "\\" * size,
    "manifest: open comments": lambda size: "/*" * size,
    "manifest: comments": lambda size: "/**/" * size + "x",
    "manifest: slashes": lambda size: "{" + "/" * size,
    "manifest: line comments": lambda size: "//\n" * size,
    "manifest: open lists": lambda size: "[" * size,
    "manifest: open objects": lambda size: '{"a":' * size,
    "manifest: lists": lambda size: '{"a": [' + "[]," * size + "]}",
    "manifest: commas": lambda size: "{" + ",  " * size,
    "manifest: spaces behind a comma": lambda size: '{"a": 1,' + " " * size + "x",
    "manifest: a long name": lambda size: manifest("x" * size),
    "manifest: long names of flavors and fallbacks": lambda size: flavors(2, name="a" * size, fallback=["b" + "a" * size]),
    "manifest: unknown keys": lambda size: json.dumps({**json.loads(manifest("x")), **unlike(size // 10)}),
    "manifest: one key many times": lambda size: "{" + '"a": 1, ' * (size // 4) + "}",
    "manifest: many flavors": lambda size: flavors(size // 100),
    "manifest: many wrong flavors": lambda size: flavors(size // 100, temperature=9, fallback=["none"]),
    "manifest: a long number": lambda size: '{"a": ' + "9" * size + "}",
    "manifest: many lines": lambda size: '{"a": [' + "\n1," * size + "x]}",
    "folder: comments before a list": lambda size: "/**/" * size + "x",
    "folder: open comments": lambda size: "/*" * size,
    "folder: functions": lambda size: '"functions" : ' * size,
    "folder: functions with an open quote": lambda size: '"functions": "' * size,
    "functions: many of one name": lambda size: json.dumps([FUNCTION] * (size // 20)),
    "functions: many": lambda size: json.dumps([{**FUNCTION, "name": f"f{at}"} for at in range(size // 20)]),
    "functions: unknown keys": lambda size: json.dumps([{**FUNCTION, **unlike(size // 20)}]),
    "functions: deep": lambda size: '[{"name": "f", "parameters": {"a": ' + '{"items": ' * size,
    "backends: comments": lambda size: "/**/" * size + "x",
    "backends: escaped quotes": lambda size: '[{"name": "' + '\\"' * size,
    "backends: many": lambda size: backends(size // 50),
    "backends: many of one name": lambda size: backends(size // 50, name="b"),
    "backends: headers": lambda size: backends(1, headers={f"h{at}": "\n" for at in range(size // 20)}),
    "template: open expressions": lambda size: "{{" * size,
    "template: open statements": lambda size: "{%" * size,
    "template: open comments": lambda size: "{#" * size,
    "template: expressions": lambda size: "{{ turns }}" * (size // 20),
    "template: unknown names": lambda size: "".join(f"{{{{ n{at} }}}}" for at in range(size // 20)),
    "template: an open quote": lambda size: "{{ '" + "\\'" * size,
    "template: brackets": lambda size: "{{ " + "(" * size,
    "template: digits": lambda size: "{{ " + "1_" * size + " }}",
    "template: braces": lambda size: "{" * size + "}" * size,
    "template: blanks": lambda size: "{}" * size,
    "json: quotes": lambda size: '{"a": ' + '"\\"",' * size,
    "json: brackets": lambda size: "[]" * size,
}
OF_KEYS: dict[str, Callable[[int], str]] = {
    "open lists": lambda size: "[" * size,
    "escaped quotes": lambda size: '{"keys": [{"name": "' + '\\"' * size,
    "keys": lambda size: json.dumps({"keys": [{"name": f"k{at}", "sha256": f"{at:064x}"} for at in range(size // 50)]}),
    "unknown keys": lambda size: json.dumps({"keys": [unlike(size // 20)]}),
    "a long name": lambda size: json.dumps({"keys": [{"name": "a" * size, "sha256": "b" * size, "c" * size: 1}]}),
}


def factor(read: Callable[[str], None], text: Callable[[int], str]) -> float:
    return growth(read, text, SIZE, noise=NOISE)


@pytest.mark.parametrize("case", CASES)
def test_twice_the_size_takes_little_more_than_twice_as_long(case: str) -> None:
    assert factor(READERS[case.partition(":")[0]], CASES[case]) < MOST


@pytest.mark.parametrize("case", OF_KEYS)
def test_a_file_of_keys_of_twice_the_size_takes_little_more_than_twice_as_long(case: str, tmp_path: Path) -> None:
    assert factor(lambda text: of_keys(text, tmp_path), OF_KEYS[case]) < MOST


def test_a_file_with_very_many_problems_tells_some() -> None:
    with pytest.raises(GatewayError) as refusal:
        parse("x.json", CASES["manifest: unknown keys"](SIZE), FLAVORS)

    assert str(refusal.value).endswith("x.json: has more problems than these 50")
