"""A file of tests: what is wrong with it is told by key and line, and its schema says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.catalog import load
from app.errors import ManifestError
from app.kinds import KINDS
from app.prompt_tests import SCHEMA_FILE, read, schema
from app.settings import APP_FOLDER

ROOT = APP_FOLDER.parent
CASE: dict[str, Any] = {"name": "a", "assert": [{"type": "contains", "value": "x"}]}
SHIPPED = sorted((ROOT / "services").glob("*.tests.json"))
VALIDATOR = Draft202012Validator(json.loads(schema()))


def problems(folder: Path, tests: Any) -> list[str]:
    file = folder / "x.tests.json"
    file.write_text(tests if isinstance(tests, str) else json.dumps(tests))
    try:
        read(file)
    except ManifestError as exc:
        return [str(problem) for problem in exc.problems]
    return []


def asserting(**asserted: Any) -> dict[str, Any]:
    return {"cases": [{**CASE, "assert": [asserted]}]}


WRONG: list[tuple[Any, str]] = [
    ("", "x.tests.json: the file is empty"),
    ("{", "x.tests.json:1: "),
    ({"cases": []}, "x.tests.json:1: cases: must not be empty"),
    ({"cases": [{"name": "a"}]}, "cases.0.assert: is missing: a case without an assertion cannot fail"),
    ({"cases": [{"name": "a", "assert": []}]}, "cases.0.assert: is missing: a case without an assertion cannot fail"),
    ({"cases": [{**CASE, "flavour": "f"}]}, 'cases.0.flavour: unknown key; did you mean "flavor"?'),
    ({"cases": [CASE, CASE]}, 'cases.1.name: "a" is the name of cases.0 already'),
    ({"cases": [{**CASE, "transcript": "a", "file": "b"}]}, "cases.0.file: a case has one transcript"),
    ({"cases": [{**CASE, "transcript": 1}]}, "cases.0.transcript: must be a text in quotes"),
    (asserting(type="contain", value="x"), 'cases.0.assert.0.type: there is no assertion "contain"; did you mean "contains"?'),
    (asserting(type="javascript", value="x"), "cases.0.assert.0.type: is not run here"),
    (asserting(type="not-latency", value=1), 'cases.0.assert.0.type: there is no assertion "not-latency"'),
    (asserting(type="contains"), "cases.0.assert.0.value: is missing: the answer contains this text"),
    (asserting(type="contains", value=1), "cases.0.assert.0.value: must be a text in quotes, not the number 1"),
    (asserting(type="contains", value="x", values="y"), "cases.0.assert.0.values: unknown key"),
    (asserting(type="coverage", value=2), "cases.0.assert.0.value: must be at most 1"),
    (asserting(type="regex", value="("), "cases.0.assert.0.value: is no regular expression: "),
    (asserting(type="is-json", value={"type": "text"}), "cases.0.assert.0.value: is no JSON Schema: "),
    (asserting(type="llm-rubric", value="is kind"), "cases.0.assert.0.flavor: is missing: `service/flavor`"),
    (asserting(type="llm-rubric", value="is kind", flavor="a"), "cases.0.assert.0.flavor: must be `service/flavor`"),
    (asserting(type="language", value="English"), "cases.0.assert.0.value: must be the code of a language in two letters"),
    (asserting(type="contains", value="x", flavor="a/b"), "cases.0.assert.0.flavor: is for llm-rubric only"),
]


@pytest.mark.parametrize(("tests", "problem"), WRONG)
def test_what_is_wrong_is_told_by_key_and_line(tmp_path: Path, tests: Any, problem: str) -> None:
    told = problems(tmp_path, tests)

    assert [each for each in told if problem in each], told


@pytest.mark.parametrize("case", [{"name": "a"}, {**CASE, "transkript": "x"}, {**CASE, "vars": [1]}])
def test_a_case_that_is_wrong_makes_no_list_of_cases_empty(tmp_path: Path, case: Any) -> None:
    told = problems(tmp_path, {"cases": [case]})

    assert (len(told), "must not be empty" in told[0]) == (1, False)


def test_comments_and_trailing_commas_are_read(tmp_path: Path) -> None:
    assert problems(tmp_path, '{"cases": [{"name": "a", /* why */ "assert": [{"type": "is-json"},]},]} // end') == []


def test_the_committed_schema_is_the_one_that_is_made() -> None:
    assert (ROOT / "document" / SCHEMA_FILE).read_text(encoding="utf-8") == schema()


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_a_shipped_file_of_tests_is_good_and_valid_by_the_schema(file: Path) -> None:
    tests = read(file)

    from app.manifests import Source

    assert tests.schema_ == f"../document/{SCHEMA_FILE}"
    assert list(VALIDATOR.iter_errors(Source.read(file.name, file.read_text(encoding="utf-8")).raw)) == []


def test_every_shipped_service_has_tests() -> None:
    manifests = {entry.file for entry in load(ROOT / "services", KINDS).services.values()}

    assert {file.name.replace(".tests.json", ".json") for file in SHIPPED} == manifests


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "x", "contains", "regex", "(", "a/b", "is-json"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "assert", "type", "value", "flavor", "vars", "cases", "z"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(VALUES, VALUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_file_holds_it_is_read_or_refused_and_the_schema_takes_what_is_read(
    tmp_path: Path, case: Any, asserted: Any
) -> None:
    tests = {"cases": [case if isinstance(case, dict) and "name" in case else {**CASE, "assert": [asserted]}]}

    told = problems(tmp_path, tests)

    assert told or list(VALIDATOR.iter_errors(tests)) == []
