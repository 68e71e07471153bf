"""`check`: each problem with file, line and column, its line and a caret; warnings; and no secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalog import LastGood, load
from app.catalog.pointing import excerpt
from app.errors import Problem
from app.kinds import KINDS
from app.mounts import REPLACED
from tests.fixtures.command_line import CarryOut

FLAVOR = {"name": "f", "modelName": "m", "totalContextLength": 2048, "maxGenerationLength": 200}
ECHO: dict[str, Any] = {"backend": "echo", "flavor": [FLAVOR]}

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A services folder with the summary `x`."""
    made = tmp_path / "services"
    made.mkdir()
    save(made, "x", "Sum up.\n{{ turns }}\n", type="summary", fields=1)
    return made


@pytest.fixture
def run(folder: Path, carry_out: CarryOut) -> Run:
    return lambda *arguments: carry_out("check", *arguments, SERVICES_PATH=str(folder))[:2]


def save(folder: Path, name: str, template: str | None, **manifest: Any) -> None:
    text = json.dumps({"name": name, **ECHO, **manifest}, indent=2, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")
    if template is not None:
        (folder / f"{name}.txt").write_text(template, encoding="utf-8")


def test_a_key_is_shown_with_its_line_and_a_caret(run: Run, folder: Path) -> None:
    save(folder, "x", None, type="summary", fields=1, flavor=[{**FLAVOR, "temprature": 1}])

    status, said = run()

    assert status == 1
    assert said.splitlines()[:4] == [
        'x.json:10: flavor.0.temprature: unknown key; did you mean "temperature"?',
        f"  --> {folder}/x.json:10:7",
        ' 10 |       "temprature": 1',
        "    |       ^^^^^^^^^^^^",
    ]


@pytest.mark.parametrize(
    ("template", "place", "drawn"),
    [
        ("Sum up.\n  {{ turnz }}", "2:6", ("  {{ turnz }}", "     ^^^^^")),
        ("会议 {{ turnz }}", "1:7", ("会议 {{ turnz }}", "        ^^^^^")),
        ("{{ turns }}\n{{ turns|urlize }}", "2:10", ("{{ turns|urlize }}", "         ^^^^^^")),
        ("{{ turns }}\n\ta {% if %}", "2:4", (" a {% if %}", "   ^")),
        ("{{ turns }} {{ 1 / 0 }}", "1:1", ("{{ turns }} {{ 1 / 0 }}", "^")),
    ],
)
def test_a_template_is_shown_with_its_line_and_a_caret(
    run: Run, folder: Path, template: str, place: str, drawn: tuple[str, str]
) -> None:
    (folder / "x.txt").write_text(template, encoding="utf-8")

    status, said = run()

    shown = said.splitlines()
    at = shown.index(f"  --> {folder}/x.txt:{place}")
    number = place.partition(":")[0]
    assert status == 1
    assert shown[at + 1 : at + 3] == [f" {number} | {drawn[0]}", f"   | {drawn[1]}"]


def test_what_is_missing_as_a_whole_points_at_the_file(run: Run, folder: Path) -> None:
    (folder / "x.txt").write_text("Sum up.\n{{ turns[0] }}", encoding="utf-8")

    status, said = run()

    assert (status, f"  --> {folder}/x.txt:1:1\n" in said) == (1, True)


def test_json_has_the_same(run: Run, folder: Path) -> None:
    (folder / "x.json").write_text('{"type": "summary"\n "fields": 1}')

    status, said = run("--json")

    (problem,) = json.loads(said)["problems"]
    assert status == 1
    assert problem == {
        "file": f"{folder}/x.json",
        "line": 1,
        "column": 19,
        "key": "",
        "reason": "a comma is missing after this",
        "text": '{"type": "summary"',
    }


def test_a_long_line_is_cut_around_the_caret(run: Run, folder: Path) -> None:
    flavors = [{**FLAVOR, "name": f"f{number}"} for number in range(40)]
    flavors[20]["temprature"] = 1
    manifest = {"type": "summary", "fields": 1, "name": "x", **ECHO, "flavor": flavors}
    (folder / "x.json").write_text(json.dumps(manifest))

    _, said = run()

    line, mark = said.splitlines()[2:4]
    assert len(line) < 120
    assert line[mark.index("^") : mark.rindex("^") + 1] == '"temprature"'


# -- paths -------------------------------------------------------------------------------------------------------------------


def test_of_a_file_only_its_own_problems_are_told(run: Run, folder: Path) -> None:
    (folder / "x.txt").write_text("{{ turnz }}")
    save(folder, "y", "{{ turnz }}", type="summary", fields=1)

    status, said = run(str(folder / "y.txt"))

    assert (status, "y.txt" in said, "x.txt" in said) == (1, True, False)


def test_a_folder_is_checked_without_database_and_servers(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:1/v1")

    status, said = run(str(folder), "--db_path", "/nowhere/jobs.sqlite")

    assert (status, said) == (0, f"1 service in {folder}, 0 problems\n")


def test_a_path_that_is_not_there_is_a_problem(run: Run, folder: Path) -> None:
    status, said = run(str(folder / "z.json"))

    assert (status, said.startswith("z.json: there is no such file\n")) == (1, True)


# -- warnings ----------------------------------------------------------------------------------------------------------------

ODD: list[tuple[str, dict[str, Any], str, str]] = [
    ("g", {"type": "generate"}, "Translate {{ prompt }} to {{ tongue }}.", "g.txt: uses tongue, which only a request's"),
    (
        "g",
        {"type": "generate", "inputs": {"properties": {"tone": {"type": "string"}}}},
        "{{ prompt }}",
        "g.json:15: inputs.properties.tone: is not used by g.txt",
    ),
    ("m", {"type": "minutes"}, "{{ turns[0] }}", "m.txt:1: does not print every turn"),
    (
        "m",
        {"type": "minutes", "flavor": [{**FLAVOR, "mode": "extractive"}]},
        "{{ turns }}",
        "m.txt: is not used: every flavor of m.json is extractive",
    ),
    (
        "s",
        {"type": "summary", "fields": 1, "flavor": [{**FLAVOR, "summaryTurns": 2}]},
        "{{ turns }}",
        'flavor.0.summaryTurns: does nothing with "fields": 1',
    ),
]


@pytest.mark.parametrize(("service", "warning"), [(each[:3], each[3]) for each in ODD])
def test_what_is_odd_is_a_warning(run: Run, folder: Path, service: tuple[str, dict[str, Any], str], warning: str) -> None:
    name, manifest, template = service
    save(folder, name, template, **manifest)

    status, said = run()

    told = [line for line in said.splitlines() if line.startswith("warning: ")]
    assert (status, len(told), told[0].replace(":1:", ":", 1).find(warning.replace(":1:", ":", 1)) > 0) == (0, 1, True)
    assert said.endswith(f"2 services in {folder}, 0 problems, 1 warning\n")


def test_a_template_that_nothing_uses_is_a_warning(run: Run, folder: Path) -> None:
    (folder / "left.txt").write_text("{{ turns }}")
    (folder / "part.txt").write_text("Be short.")
    (folder / "x.txt").write_text('{% include "part.txt" %}\n{{ turns }}')

    _, said = run()

    assert [line for line in said.splitlines() if line.startswith("warning: ")] == [
        "warning: left.txt: is not used: no manifest has its name, and no template includes it"
    ]


@pytest.mark.parametrize(
    ("name", "meant"), [("old.JSON", "old.json"), ("old.Txt", "old.txt"), ("Old.RENDER.MD", "Old.render.md")]
)
def test_a_file_that_is_not_read_for_its_ending_is_a_warning(run: Run, folder: Path, name: str, meant: str) -> None:
    (folder / name).write_text("{}")

    status, said = run()

    assert [line for line in said.splitlines() if line.startswith("warning: ")] == [
        f"warning: {name}: is not read: endings of names are in small letters, so call it {meant}"
    ]
    assert status == 0


def test_strict_takes_warnings_for_problems(run: Run, folder: Path) -> None:
    (folder / "left.txt").write_text("{{ turns }}")

    assert (run()[0], run("--strict")[0]) == (0, 1)


def test_the_shipped_services_have_no_warnings(run: Run) -> None:
    status, said = run("services")

    assert (status, "0 problems\n" in said) == (0, True)


# -- secrets -----------------------------------------------------------------------------------------------------------------


def test_no_header_of_backends_json_is_printed(run: Run, folder: Path) -> None:
    headers = {"X-Key": "s3cr3t-value", "Bad Header": "other-secret"}
    entry = {"name": "a", "apiBase": "http://localhost:1/v1", "headers": headers, "colour": "third-secret"}
    (folder / "backends.json").write_text(json.dumps({"backends": [entry]}))

    for arguments in ((), ("--json",), (str(folder / "backends.json"),)):
        status, said = run(*arguments)

        assert (status, "secret" in said, "s3cr3t" in said) == (1, False, False)
        assert '"colour' in said


@pytest.mark.parametrize(
    "line",
    [
        '"apiKey": "hunter2",',
        '"api_key": "hunter2", "temprature": 1',
        '"password": "hunter2',
        '"a": "Bearer hunter2"',
        '"OPENAI_API_TOKEN": "hunter2"',
        '"x": "sk-hunter2hunter2"',
    ],
)
def test_a_secret_in_a_manifest_is_not_printed(tmp_path: Path, line: str) -> None:
    (tmp_path / "x.json").write_text(line)

    for column in (None, *range(1, len(line) + 1)):
        assert "hunter2" not in excerpt(tmp_path, Problem("x.json", "", "wrong", 1, column)).text


@given(st.text('abc":{}[], \t\\/é会\x1b', max_size=300), st.integers(1, 320))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_line_the_caret_is_below_it(tmp_path: Path, line: str, column: int) -> None:
    for name in ("x.json", "backends.json"):
        (tmp_path / name).write_text(line, encoding="utf-8")

        shown = excerpt(tmp_path, Problem(name, "", "wrong", 1, column))

        assert shown.width >= 1
        assert len(shown.text) <= 102
        assert "\x1b" not in shown.text


@given(st.text("abcdefgh-. ", min_size=4, max_size=30).filter(lambda text: text.strip("-. ")), st.integers(1, 150))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_of_backends_json_is_ever_shown(tmp_path: Path, value: str, column: int) -> None:
    secret = f"QQ{value}QQ"
    line = f'{{"headers": {{"X-Key": "{secret}", "Y": "{secret}"}}, "name": {secret} "'
    (tmp_path / "backends.json").write_text(line, encoding="utf-8")

    shown = excerpt(tmp_path, Problem("backends.json", "", "wrong", 1, column))

    assert "QQ" not in shown.text


def tests_beside(folder: Path, **changed: Any) -> None:
    """A file of tests beside `x`, two lines a key."""
    case = {
        "name": "one",
        "transcript": "Ann : Hello",
        "assert": [{"type": "contains", "value": "a"}],
        **changed.pop("case", {}),
    }
    (folder / "x.tests.json").write_text(json.dumps({**changed, "cases": [case]}, indent=2), encoding="utf-8")


JUDGED = [{"type": "llm-rubric", "value": "is kind"}]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"flavor": "ff"}, 'x.tests.json:2: flavor: service x has no flavor "ff"; did you mean "f"; it has f'),
        ({"case": {"flavor": "g"}}, 'x.tests.json:12: cases.0.flavor: service x has no flavor "g"; it has f'),
        (
            {"case": {"assert": [{**JUDGED[0], "flavor": "x/g"}]}},
            'x.tests.json:10: cases.0.assert.0.flavor: service x has no flavor "g"; it has f',
        ),
        (
            {"case": {"assert": [{**JUDGED[0], "flavor": "y/f"}]}},
            'x.tests.json:10: cases.0.assert.0.flavor: there is no service "y"; there are x',
        ),
    ],
)
def test_a_flavor_that_tests_name_and_nobody_has_is_found(
    run: Run, folder: Path, changed: dict[str, Any], problem: str
) -> None:
    tests_beside(folder, **changed)

    for arguments in ((), (str(folder / "x.tests.json"),)):
        status, said = run(*arguments)

        assert status == 1
        assert said.splitlines()[0].replace("?", "") == problem


def test_a_flavor_of_a_service_that_is_broken_itself_is_told_once(run: Run, folder: Path) -> None:
    tests_beside(folder, flavor="ff", case={"assert": [{**JUDGED[0], "flavor": "y/f"}]})
    save(folder, "x", None, type="summary", fields=7)
    save(folder, "y", None, type="nothing")

    said = run()[1]

    assert "x.json:" in said
    assert "x.tests.json" not in said


def test_a_template_whose_expression_is_never_closed_says_so(run: Run, folder: Path) -> None:
    save(folder, "y", "Answer: {{ prompt }\n", type="generate")

    assert run()[1].splitlines()[0] == "y.txt: holds 0 {}; it must hold one, for the prompt: `{{` is never closed by `}}`"


def test_a_model_of_one_s_own_that_is_not_there_is_a_problem(folder: Path, carry_out: CarryOut) -> None:
    status, said, _ = carry_out("check", SERVICES_PATH=str(folder), LOCAL="1", LOCAL_MODEL="/no/model.gguf")

    assert status == 1
    assert "LOCAL_MODEL: '/no/model.gguf' is neither a file nor one of " in said


def test_quotes_around_a_setting_are_a_warning(run: Run, folder: Path, carry_out: CarryOut) -> None:
    status, said, _ = carry_out("check", SERVICES_PATH=str(folder), OPENAI_API_TOKEN='"planted"')

    assert status == 0
    assert "warning: OPENAI_API_TOKEN: the quotes around the value are part of it: leave them out" in said
    assert "planted" not in said


@pytest.mark.parametrize("given", ["a\nforged", "\x1b[31mred", "\0", "a\u2028b"])
def test_what_a_file_quotes_stays_on_the_line_of_its_problem(run: Run, folder: Path, given: str) -> None:
    save(folder, "x", None, type="summary", fields=1, flavor=[{**FLAVOR, "top_p": given}])

    _, said = run()

    (told,) = (line for line in said.split("\n") if "flavor.0.top_p: must be a number" in line)
    assert told.endswith(f'not the text "{given.encode("unicode_escape").decode()}"')


def test_an_empty_folder_is_a_warning_that_says_what_to_do(run: Run, folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()

    status, said = run()

    assert status == 0
    assert said.splitlines()[0].startswith("warning: services/: there is no service yet: `python3 -m app new NAME` writes one")
    assert run(str(folder))[1].splitlines()[0] == said.splitlines()[0]


def test_an_empty_folder_that_a_gateway_has_served_is_a_problem(folder: Path, tmp_path: Path, carry_out: CarryOut) -> None:
    settings = {"SERVICES_PATH": str(folder), "DB_PATH": str(tmp_path / "results.sqlite")}
    load(folder, KINDS, remember=LastGood(tmp_path))
    for file in folder.iterdir():
        file.unlink()

    status, said = carry_out("check", **settings)[:2]

    assert (status, said.splitlines()) == (1, [f"services/: the folder {REPLACED}", f"0 services in {folder}, 1 problem"])
    (folder / "backends.json").write_text("[]")
    assert carry_out("check", **settings)[0] == 0
