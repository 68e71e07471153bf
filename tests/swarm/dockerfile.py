"""A Dockerfile as its instructions, and as much of a build as can be done without an engine."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Stage:
    """What one `FROM` begins: its instructions in order."""

    name: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        return [rest for each, rest in self.instructions if each == word]

    def last(self, word: str) -> str:
        return self.all(word)[-1]

    def environment(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.all("ENV"):
            found |= dict(pair.split("=", 1) for pair in shlex.split(line))
        return found

    def copied(self) -> Iterator[tuple[list[str], str]]:
        """Sources and destination of what comes from the checkout."""
        for line in self.all("COPY"):
            if "--from" not in line:
                *sources, destination = line.split()
                yield sources, destination


def stages(file: Path) -> list[Stage]:
    text = re.sub(r"^\s*#.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found: list[Stage] = []
    for line in re.sub(r"\\\n\s*", " ", text).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append(Stage(rest.rpartition(" AS ")[2]))
        elif word:
            found[-1].instructions.append((word, rest.strip()))
    return found


def inside(root: Path, text: str) -> str:
    """*text* with the image's folders below *root*."""
    return re.sub(r"(?<![\w/.-])/(opt/venv|usr/src|data|build)(?=[/\s:\"';]|$)", lambda found: f"{root}/{found[1]}", text)


def command(stage: Stage) -> list[str]:
    """What a container runs when nothing else is said."""
    return [*json.loads(stage.last("ENTRYPOINT")), *json.loads(stage.last("CMD"))]


def health_check(stage: Stage) -> list[str]:
    words: list[str] = json.loads(stage.last("HEALTHCHECK").partition("CMD ")[2])
    return words


def settled(environment: Mapping[str, str], root: Path, path: str) -> dict[str, str]:
    """The image's environment below *root*."""
    return {name: inside(root, value).replace("$PATH", path) for name, value in environment.items()}
