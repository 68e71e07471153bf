"""A file of tests: what it may say, what is wrong with it, and the JSON Schema that editors complete it with."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import regex
from pydantic import Field, ValidationError

from app import text_files
from app.catalog import Catalog, Entry
from app.catalog.folder import MANIFEST, TESTS
from app.errors import ManifestError, Problem, ServiceNotFound, nearest
from app.manifests import Source
from app.manifests.model import NAME, Wire
from app.manifests.reading import place_of, reason_of
from app.manifests.source import refusal
from app.orders import Json
from app.prompt_tests.assertions import ASSERTIONS, NOT, RUBRIC, Assertion, named, names
from app.text_files import NotText

SUFFIX = TESTS
SCHEMA_FILE = "tests.schema.json"
PATTERN = "string_pattern_mismatch"  # pydantic's name of the error
LARGEST = 2**20  # bytes of a file of tests


class Asserted(Wire):
    """One assertion: a *type* and what it wants."""

    type: Annotated[str, Field(description="what is asserted")]
    value: Annotated[Any, Field(description="what it is to be")] = None
    flavor: Annotated[str | None, Field(pattern=r"^.+/.+$", description="of `llm-rubric`: who judges, `service/flavor`")] = None


class Case(Wire):
    """One request, and what its answer must be like."""

    name: Annotated[str, Field(min_length=1, max_length=200, description="what the case is about")]
    vars: Annotated[
        dict[str, Any],
        Field(
            default_factory=dict,
            description="what the request gives: `prompt` or `message`, and variables; or fields beside a transcript",
        ),
    ]
    transcript: Annotated[
        str | Annotated[tuple[str, ...], Field(strict=False)] | None, Field(description="a transcript: a text, or its lines")
    ] = None
    file: Annotated[
        str | None, Field(min_length=1, description="a file that holds the transcript; its path counts from this file")
    ] = None
    flavor: Annotated[str | None, Field(pattern=NAME, description="flavor of the service; missing: that of the file")] = None
    asserted: Annotated[
        tuple[Asserted, ...], Field(alias="assert", strict=False, min_length=1, description="what the answer must be like")
    ]


class TestFile(Wire):
    """`<service>.tests.json`."""

    __test__ = False  # pytest: it is none of its tests

    schema_: Annotated[str | None, Field(alias="$schema", description="the schema that an editor checks this file with")] = None
    flavor: Annotated[str | None, Field(pattern=NAME, description="flavor of all cases; missing: the service's first")] = None
    cases: Annotated[tuple[Case, ...], Field(strict=False, min_length=1, description="the tests")]


def read(file: Path, *, with_transcripts: bool = False) -> TestFile:
    """The tests in *file*. Raises ManifestError with everything that is wrong; *with_transcripts*, a file that a case names and
    that is not there, too."""
    try:
        text = text_files.read(file, LARGEST)
    except OSError as exc:
        raise ManifestError([Problem(file.name, "", f"cannot be read: {exc.strerror}")]) from exc
    except NotText as exc:
        raise ManifestError([Problem(file.name, "", str(exc), exc.line)]) from exc
    source = Source.read(file.name, text)
    described: list[Problem] = []
    tests = None
    try:
        tests = TestFile.model_validate(source.raw)
    except ValidationError as exc:
        described = list(_described(source, exc))
    wrong = refusal(file.name, described, _contradictions(source, tests) if tests else ())
    if wrong or tests is None:
        raise wrong or ManifestError(described)
    if with_transcripts and (missing := list(_missing(source, tests, file.parent))):
        raise ManifestError(missing)
    return tests


def unknown_flavors(file: Path, tests: TestFile, catalog: Catalog) -> Iterator[Problem]:
    """What *tests*, read from *file*, name that no live service of *catalog* has: their own flavors, and those of judges."""
    source = Source.read(file.name, text_files.read(file, LARGEST))
    manifest = file.name.removesuffix(SUFFIX) + MANIFEST
    entry = next((each for each in catalog.services.values() if each.file == manifest), None)
    if entry is not None:
        named = [(("flavor",), tests.flavor), *((("cases", at, "flavor"), each.flavor) for at, each in enumerate(tests.cases))]
        for path, flavor in named:
            if flavor is not None:
                yield from _unless_known(source, path, entry, flavor)
    broken = {problem.file for problem in catalog.problems}
    for number, case in enumerate(tests.cases):
        for at, asserted in enumerate(case.asserted):
            if asserted.flavor is not None:
                path = ("cases", number, "assert", at, "flavor")
                yield from _unknown_judge(source, path, asserted.flavor, catalog, broken)


def _unknown_judge(
    source: Source, path: tuple[str | int, ...], judge: str, catalog: Catalog, broken: Collection[str]
) -> Iterator[Problem]:
    service, _, flavor = judge.rpartition("/")
    try:
        entry = catalog.find(service)
    except ServiceNotFound:
        if service + MANIFEST not in broken:  # what is wrong with that is told already
            live = ", ".join(catalog.services)
            yield source.problem(path, f'there is no service "{service}"{nearest(service, catalog.services)}; there are {live}')
    else:
        yield from _unless_known(source, path, entry, flavor)


def _unless_known(source: Source, path: tuple[str | int, ...], entry: Entry, flavor: str) -> Iterator[Problem]:
    known = [each.name for each in entry.service.flavor]
    if flavor not in known:
        reason = f'service {entry.service.name} has no flavor "{flavor}"{nearest(flavor, known)}; it has {", ".join(known)}'
        yield source.problem(path, reason)


def _described(source: Source, exc: ValidationError) -> Iterator[Problem]:
    for error in exc.errors(include_url=False):
        path = place_of(source.raw, error)
        if error["type"] == "too_short" and error["input"]:
            continue  # what it holds is wrong, which is told of each by itself
        if error["type"] == "extra_forbidden":
            path = tuple(error["loc"])
            yield source.problem(path, f"unknown key{nearest(str(path[-1]), _keys(path))}")
        elif path and path[-1] == "assert" and error["type"] in ("missing", "too_short"):
            yield source.problem(path, "is missing: a case without an assertion cannot fail, so it says nothing")
        elif error["type"] == PATTERN and "assert" in path:
            yield source.problem(path, "must be `service/flavor`, the model that judges")
        else:
            yield source.problem(path, reason_of(path, [error]))


def _keys(path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand where the last of *path* stands."""
    model: type[Wire] = TestFile if len(path) == 1 else Asserted if "assert" in path else Case
    return [field.alias or name for name, field in model.model_fields.items()]


def _missing(source: Source, tests: TestFile, folder: Path) -> Iterator[Problem]:
    """The transcripts that are no files."""
    for number, case in enumerate(tests.cases):
        if case.file is not None and not (folder / case.file).is_file():
            yield source.problem(("cases", number, "file"), f"there is no file {folder / case.file}")


def _contradictions(source: Source, tests: TestFile) -> Iterator[Problem]:
    """What single keys cannot say: names given twice, two transcripts, assertions that there are not."""
    first: dict[str, int] = {}
    for number, case in enumerate(tests.cases):
        path = ("cases", number)
        if first.setdefault(case.name, number) != number:
            yield source.problem((*path, "name"), f'"{case.name}" is the name of cases.{first[case.name]} already')
        if case.transcript is not None and case.file is not None:
            yield source.problem((*path, "file"), "a case has one transcript: `transcript` or `file`")
        for at, each in enumerate(case.asserted):
            yield from _wrong(source, (*path, "assert", at), each)


def _wrong(source: Source, path: tuple[str | int, ...], asserted: Asserted) -> Iterator[Problem]:
    assertion = named(asserted.type)
    if assertion is None:
        if asserted.type == "javascript":
            yield source.problem((*path, "type"), "is not run here: say it with regex, is-json or llm-rubric")
            return
        reason = f'there is no assertion "{asserted.type}"{nearest(asserted.type, names())}; known are {", ".join(ASSERTIONS)}'
        yield source.problem((*path, "type"), reason)
        return
    if asserted.value is None:
        if not assertion.optional:
            yield source.problem((*path, "value"), f"is missing: {assertion.meaning}")
        return
    try:
        assertion.value.validate_python(asserted.value)
    except ValidationError as exc:
        error = exc.errors(include_url=False)[0]
        language = error["type"] == PATTERN  # no other value has one
        reason = (
            "must be the code of a language in two letters, such as fr" if language else reason_of((*path, "value"), [error])
        )
        yield source.problem((*path, "value"), reason)
        return
    if (asserted.flavor is not None) != (asserted.type == RUBRIC):
        wanted = "is missing: `service/flavor` of the model that judges" if asserted.type == RUBRIC else f"is for {RUBRIC} only"
        yield source.problem((*path, "flavor"), wanted)
    yield from (source.problem((*path, "value"), reason) for reason in _unusable(asserted))


def _unusable(asserted: Asserted) -> Iterator[str]:
    """What is wrong with a value of the right type."""
    kind = asserted.type.removeprefix(NOT)
    if kind == "regex":
        try:
            regex.compile(asserted.value)
        except (regex.error, OverflowError, MemoryError, RecursionError) as exc:
            yield f"is no regular expression: {exc}"
    elif kind == "is-json":
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(asserted.value)
        except SchemaError as exc:
            yield f"is no JSON Schema: {exc.message[:200]}"


def schema() -> str:
    """The JSON Schema of a file of tests."""
    drawn = TestFile.model_json_schema(by_alias=True)
    branches = [_branch(name, each) for name, each in _all()]
    drawn["$defs"]["Asserted"] = {"oneOf": branches}
    for definition in (drawn, *drawn["$defs"].values()):
        for value in definition.get("properties", {}).values():
            value.pop("title", None)
    told = {"$schema": "https://json-schema.org/draft/2020-12/schema", **drawn, "title": "Tests of a service"}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _all() -> Iterator[tuple[str, Assertion]]:
    for name in names():
        yield name, ASSERTIONS[name.removeprefix(NOT)]


_JUDGE: dict[str, Json] = {"type": "string", "description": "who judges, `service/flavor`"}


def _branch(name: str, assertion: Assertion) -> dict[str, Json]:
    meaning = f"not: {assertion.meaning}" if name.startswith(NOT) else assertion.meaning
    value: Mapping[str, Json] = {**assertion.value.json_schema(), "description": meaning}
    return {
        "type": "object",
        "description": meaning,
        "properties": {"type": {"const": name}, "value": value, **({"flavor": _JUDGE} if name == RUBRIC else {})},
        "required": ["type", *([] if assertion.optional else ["value"]), *(["flavor"] if name == RUBRIC else [])],
        "additionalProperties": False,
    }
