"""What the documents name is there: links and their anchors, files and modules, rooms, commands, settings, metrics, routes."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.cli import parser
from app.gateway import assemble
from app.settings import Settings
from app.web import create_app
from tests.test_layers import FLOORS

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "document").rglob("*.md")])
ARCHITECTURE = ROOT / "document" / "architecture.md"
OF_A_READER = ("services/actions.", "services/cra.short.")  # files that the documents have their readers write
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
OF_OTHERS = {  # what documents say of other programs in words that look like settings
    *("SPEAKER_00", "SPEAKER_01", "MALLOC_ARENA_MAX", "SSL_CERT_FILE", "TOOLS_STRICT"),
    *("LLM_CHAT_SERVICE_ID", "LLM_GATEWAY_SERVICES"),  # LinTO Studio's
}
NOT_SERVED = {"POST /api/v1/chat/completions"}  # of which a document says so
WHERE_SETTINGS_ARE = ("app/**/*.py", "compose.yaml", "swarm/*", "Makefile", ".env", "Dockerfile", "tests/vllm/*.py")


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def anchors(document: Path) -> set[str]:
    """The anchors of the headings, as a forge makes them."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower().strip() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def spans(document: Path) -> Iterator[str]:
    """What stands in backticks outside of blocks."""
    yield from CODE.findall(FENCED.sub("", document.read_text(encoding="utf-8")))


@cache
def modules() -> frozenset[str]:
    """Each module and folder of app/, as a path without its ending."""
    return frozenset(
        path.relative_to(APP).with_suffix("").as_posix() for path in APP.rglob("*") if "__pycache__" not in path.parts
    )


def is_there(path: str) -> bool:
    return any((ROOT / f"{path}{ending}").exists() for ending in ("", ".py", ".json"))


def is_module(dotted: str) -> bool:
    """Whether *dotted* is a module, or a name in one."""
    path, _, name = dotted.replace(".", "/").rpartition("/")
    if is_there(dotted.replace(".", "/")):
        return True
    files = [ROOT / f"{path}.py", ROOT / path / "__init__.py"]
    return any(re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")) for file in files if file.is_file())


def is_short(path: str) -> bool:
    """Whether *path*, as in `http/upstream` or `worker/calls.ClaimMonitor`, ends the path of one of our modules, which has the
    name behind the dot."""
    module, _, name = path.partition(".")
    found = [known for known in modules() if known == module or known.endswith(f"/{module}")]
    files = [file for known in found for file in (APP / f"{known}.py", APP / known / "__init__.py") if file.is_file()]
    return bool(found) and (
        name in ("", "py") or any(re.search(rf"\b{name}\b", file.read_text(encoding="utf-8")) for file in files)
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", document.read_text(encoding="utf-8")))
    lost = []
    for link in links:
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)

    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_and_module_is_there(document: Path) -> None:
    text = " ".join(spans(document))
    paths = re.findall(r"(?<![\w./:{}-])(?:app|tests|bench|examples|services|swarm|document)(?:/[\w-]+)+(?:\.\w+)*", text)
    dotted = re.findall(r"(?<![\w./-])(?:app|bench|tests)(?:\.[A-Za-z_]+)+", text)

    lost = [path for path in paths if not path.startswith(OF_A_READER) and not is_there(path)]
    lost += [name for name in dotted if not is_module(name)]

    assert lost == []


@pytest.mark.parametrize("document", [ARCHITECTURE, *sorted((ROOT / "document" / "decisions").glob("*.md"))], ids=named)
def test_every_module_by_its_short_path_is_there(document: Path) -> None:
    short = [span for span in spans(document) if re.fullmatch(r"[a-z_]+(/[a-z_]+)+(\.\w+)?", span)]

    assert [path for path in short if not is_short(path) and not is_there(path)] == []


@pytest.mark.parametrize("document", [ARCHITECTURE, *sorted((ROOT / "document" / "decisions").glob("*.md"))], ids=named)
def test_every_class_is_there(document: Path) -> None:
    said = set(re.findall(r"\b[A-Z]\w*[a-z]\w*[A-Z]\w*\b", " ".join(spans(document))))

    assert {name for name in said if not re.search(rf"\b{name}\b", sources())} == set()


def test_the_house_has_the_rooms_that_its_floors_have() -> None:
    house = FENCED.findall(ARCHITECTURE.read_text(encoding="utf-8"))[0]
    floors: list[set[str]] = []
    for line in house.splitlines():
        room = re.match(r"^ ?(\d*) +(?<=^.{4})([a-z_]+)/?\s", line)
        if room is None:
            continue
        if room[1]:
            floors.append(set())
        floors[-1].add(room[2])

    assert floors == [rooms for floor in FLOORS if (rooms := set(floor) - {"__main__"})]


def test_the_house_names_folders_that_are_there() -> None:
    house = FENCED.findall(ARCHITECTURE.read_text(encoding="utf-8"))[0]
    folders = re.findall(r"(?<![\w/])([a-z_]+)/(?=[\s:(;,]|$)", house, re.MULTILINE)

    assert folders
    assert [folder for folder in folders if not is_short(folder)] == []


@cache
def commands() -> frozenset[str]:
    (found,) = [action.choices for action in parser(Settings())._actions if isinstance(action, argparse._SubParsersAction)]
    return frozenset(found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_and_target_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    asked = set(re.findall(r"python3? -m app ([a-z][a-z-]*)\b(?![./])", text))
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE))
    benches = set(re.findall(r"python -m bench[ .]([a-z]+)", text))
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert asked - commands() == set()
    assert targets - made == set()
    assert [name for name in benches if not is_there(f"bench/{name}")] == []


@cache
def sources() -> str:
    files = [file for pattern in WHERE_SETTINGS_ARE for file in ROOT.glob(pattern) if file.is_file()]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_setting_is_there(document: Path) -> None:
    """What is written as settings are: a word in capitals that holds an underscore, alone or with its value."""
    said = {match[0] for span in spans(document) if (match := re.match(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(?=$|=)", span))}
    known = {name for name in said if re.search(rf"\b{re.escape(name.removesuffix('_FILE'))}\b", sources(), re.IGNORECASE)}

    assert said - known - OF_OTHERS == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_metric_is_there(document: Path) -> None:
    said = set(re.findall(r"(?<![\w:])(?:gateway|model)_[a-z]+(?:_[a-z]+)+(?=[`{\[])", document.read_text(encoding="utf-8")))
    plain = {name: re.sub(r"_(?:total|bucket|count|sum)$", "", name) for name in said}

    assert {name for name in said if f'"{plain[name]}' not in sources()} == set()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("gateway")
    settings = Settings(services=str(folder), db_path=str(folder / "results.sqlite"), linto_api="on", studio_share="on")
    return create_app(assemble(settings))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_route_is_served(served: Flask, document: Path) -> None:
    adapter = served.url_map.bind("localhost")
    lost = []
    for span in spans(document):
        if (said := re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) (/[^\s?…]*)(\?\S*)?", span)) is None:
            continue
        path = re.sub(r"\{[^}]*\}|<[^>]*>", "1", said[2])
        try:
            adapter.match(path, method=said[1])
        except RequestRedirect:
            pass
        except (NotFound, MethodNotAllowed):
            lost.append(span)

    assert set(lost) - NOT_SERVED == set()
