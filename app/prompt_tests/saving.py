"""Stored jobs as cases of a file of tests; what stands in the file already stays as it is, comments included."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app import text_files
from app.errors import BadParameter
from app.manifests import Source
from app.orders import Json
from app.prompt_tests.assertions import Observed, mismatch
from app.prompt_tests.comparing import Compared, SourceText, facts_of
from app.prompt_tests.file import LARGEST, SCHEMA_FILE
from app.text_files import NotText

MOST_KEPT = 10  # names and numbers that a case asserts
_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"|//[^\n]*|/\*.*?\*/|[{}\[\],]|[^\s",/{}\[\]]+|\S', re.DOTALL)


def case_of(found: Compared, source: SourceText, flavor: str, fields: Mapping[str, str]) -> dict[str, Json]:
    """A case that the stored result passes: its coverage, its language, and names and numbers that it has."""
    kept = [each for each in sorted(facts_of(found.stored.text, source)) if _passes(found.stored.text, each)]
    asserted: list[dict[str, Json]] = []
    if found.before.coverage:
        asserted.append({"type": "coverage", "value": max(0.01, math.floor(100 * found.before.coverage) / 100)})
    asserted.append({"type": "language", "value": found.before.language})
    if kept:
        asserted.append({"type": "keeps", "value": kept[:MOST_KEPT]})
    variables = {"vars": {"variant": fields["variant"]}} if "variant" in fields else {}
    case = {"name": f"job {found.stored.job}", "transcript": source.text.split("\n"), **variables, "flavor": flavor}
    return {**case, "assert": asserted}


def _passes(text: str, fact: str) -> bool:
    """Whether the assertion `keeps` finds *fact* in *text*: accents are missing in a fact."""
    return mismatch("keeps", Observed(text, 0.0, 0, 0, {}, (), lambda *_: (False, "")), [fact]) is None


def save(file: Path, cases: Sequence[Mapping[str, Json]]) -> int:
    """Appends those of *cases* whose names are new to *file*, which is replaced as a whole; their number.

    Raises ManifestError if the file is broken, BadParameter if it cannot be read or written."""
    try:
        text = text_files.read(file, LARGEST) if file.exists() else ""
        known = {each.get("name") for each in Source.read(file.name, text).raw.get("cases", ())} if text else set()
        new = [each for each in cases if each["name"] not in known]
        if new:
            text_files.replace(file, appended(file.name, text, new) if text else _file_of(new), 0o644)
    except (OSError, NotText) as exc:
        raise BadParameter(str(file), f"the tests cannot be saved: {exc}") from exc
    return len(new)


def appended(name: str, text: str, cases: Sequence[Mapping[str, Json]]) -> str:
    """*text* of the file *name* with *cases* at the end of its list. Raises ManifestError, BadParameter."""
    before = Source.read(name, text).raw
    place, comma = _end_of_cases(text)
    if place < 0:
        raise BadParameter(name, 'has no list "cases"')
    lines = ",\n".join(_indented(each) for each in cases)
    made = f"{text[:comma]},{text[comma:place].rstrip(' ')}" if comma >= 0 else text[:place].rstrip(" ")
    whole = f"{made.rstrip()}\n{lines},\n  {text[place:]}"
    if Source.read(name, whole).raw != {**before, "cases": [*before["cases"], *cases]}:
        raise BadParameter(name, "the cases cannot be added at the end of its list: add them by hand")
    return whole


def _end_of_cases(text: str) -> tuple[int, int]:
    """Where the list `cases` is closed, and where a comma is missing before that; each -1 if it is nowhere."""
    depth, inside, last = 0, False, ""
    end = 0
    for found in _TOKEN.finditer(text):
        piece = found[0]
        if piece.startswith(("//", "/*")):
            continue
        if piece in "}]":
            depth -= 1
            if inside and depth == 1:
                return found.start(), end if last not in ",[" else -1
        if piece in "{[":
            inside = inside or (depth == 1 and piece == "[" and last == "cases")
            depth += 1
        last = "cases" if piece == '"cases"' and depth == 1 else last if piece == ":" else piece
        end = found.end()
    return -1, -1


def _indented(case: Mapping[str, Any]) -> str:
    return "\n".join(f"    {line}" for line in json.dumps(case, ensure_ascii=False, indent=2).split("\n"))


def _file_of(cases: Sequence[Mapping[str, Json]]) -> str:
    body = ",\n".join(map(_indented, cases))
    return f'{{\n  "$schema": "../document/{SCHEMA_FILE}",\n  "cases": [\n{body},\n  ],\n}}\n'
