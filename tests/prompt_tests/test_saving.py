"""Stored jobs become cases of a file of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import BadParameter
from app.manifests import Source
from app.prompt_tests import read
from app.prompt_tests.comparing import Outcome, SourceText, compared
from app.prompt_tests.saving import appended, case_of, save

CASE = {"name": "job new", "transcript": ["Ann : One."], "assert": [{"type": "contains", "value": "]"}]}
OLD = '{"name": "old [1]", "transcript": "x", "assert": [{"type": "contains", "value": "a"}]}'


def test_a_stored_job_is_a_case_that_its_result_passes(tmp_path: Path) -> None:
    source = SourceText("Ann : The boiler costs 1,200 pounds.\nBob : We ask Kemal.", ("Ann", "Bob"), "en")
    coverage = {"transcript_turns": 2, "lines": [{"turns": [0, 0]}]}
    outcome = Outcome("j", "Ann: The boiler costs 1,200 pounds and we ask Kemal for it.", coverage, 1, 1.0)
    case = case_of(compared(outcome, outcome, source), source, "small", {"variant": "short"})

    save(tmp_path / "cra.tests.json", [case])

    [told] = read(tmp_path / "cra.tests.json").cases
    assert (told.name, told.flavor, told.vars) == ("job j", "small", {"variant": "short"})
    assert [(each.type, each.value) for each in told.asserted] == [
        ("coverage", 0.5),
        ("language", "en"),
        ("keeps", ["1200", "ann", "kemal"]),
    ]


@pytest.mark.parametrize(
    "text",
    [
        f'{{"cases": [{OLD}]}}',
        f'{{\n  // why "cases": []\n  "flavor": "f",\n  "cases": [\n    {OLD},\n  ],\n}}\n',
        f'{{"cases": [{OLD} // the ] last\n ], "flavor": "f"}}',
        f'{{"cases": [{OLD}, /* ], */ ]}}',
        f'{{"flavor": "cases", "cases": [{OLD}]}}',
    ],
)
def test_what_stands_in_the_file_stays(text: str) -> None:
    made = appended("t", text, [CASE])

    assert [each["name"] for each in Source.read("t", made).raw["cases"]] == ["old [1]", "job new"]
    assert all(comment in made for comment in ("// why", "// the ] last", "/* ], */") if comment in text)


def test_a_case_is_added_once(tmp_path: Path) -> None:
    file = tmp_path / "cra.tests.json"

    numbers = [save(file, [CASE]), save(file, [CASE])]

    assert (numbers, len(read(file).cases)) == ([1, 0], 1)


def test_a_file_without_cases_is_refused() -> None:
    with pytest.raises(BadParameter, match="cases"):
        appended("t", '{"flavor": "f"}', [CASE])
