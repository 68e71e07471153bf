"""`test`: runs cases against a model server, and says what failed and why."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from app.catalog import load
from app.kinds import KINDS
from app.settings import APP_FOLDER
from tests.fakes.openai_server import MODEL, FakeOpenAI, Reply, count_tokens
from tests.fixtures.command_line import CarryOut

FLAVOR = {"name": "f", "modelName": MODEL, "totalContextLength": 2048, "maxGenerationLength": 200}
PASSES = {"name": "says yes", "vars": {"prompt": "Yes?"}, "assert": [{"type": "contains", "value": "yes"}]}
FAILS = {"name": "says no", "vars": {"prompt": "No?"}, "assert": [{"type": "contains", "value": "no"}]}
SUMMARISES = {
    "name": "names everybody",
    "transcript": ["Ann : Hello, the price is 480.", "Bob : Goodbye."],
    "assert": [{"type": "speakers", "value": True}, {"type": "coverage", "value": 1}, {"type": "cost", "value": 1}],
}


@pytest.fixture
def folder(tmp_path: Path, fake_openai: FakeOpenAI) -> Path:
    """The services `g` (two cases, the second fails) and `s` (one case, of which one assertion fails)."""
    made = tmp_path / "services"
    made.mkdir()
    flavors = [FLAVOR, {**FLAVOR, "name": "second"}]
    (made / "g.json").write_text(json.dumps({"type": "generate", "name": "g", "flavor": flavors}))
    (made / "g.txt").write_text("{{ prompt }}")
    (made / "s.json").write_text(json.dumps({"type": "summary", "fields": 1, "name": "s", "flavor": [FLAVOR]}))
    (made / "s.txt").write_text("{{ turns }}")
    write(made, "g", PASSES, FAILS)
    write(made, "s", SUMMARISES)
    fake_openai.answer = lambda messages: "Ann : hello\nBob : goodbye" if "Ann" in messages[-1]["content"] else "yes"
    return made


def write(folder: Path, name: str, *cases: Any) -> None:
    (folder / f"{name}.tests.json").write_text(json.dumps({"cases": cases}))


@pytest.fixture
def run(folder: Path, fake_openai: FakeOpenAI, carry_out: CarryOut) -> CarryOut:
    variables = {"SERVICES_PATH": str(folder), "OPENAI_API_BASE": fake_openai.base_url, "BACKEND_RETRIES": "0"}
    return partial(carry_out, "test", **variables)


def test_a_case_that_fails_is_shown_with_what_was_expected_and_what_came(run: CarryOut) -> None:
    status, said, _ = run("g")

    assert status == 1
    lines = said.splitlines()
    assert [line[:4] for line in lines[:2]] == ["ok  ", "FAIL"]
    assert lines[2:5] == ["      contains", "        expected: contains 'no'", "        got:      yes"]
    assert lines[5].startswith("1 passed, 1 failed in ")


def test_a_transcript_is_run_as_a_job_would(run: CarryOut) -> None:
    status, said, _ = run("s")

    assert status == 1
    assert [line.strip() for line in said.splitlines() if line.startswith("      ") and line[6] != " "] == ["cost"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("g", "-k", "yes"), 0),
        (("g", "-k", "says NO"), 1),
        (("g", "-k", "says maybe"), 5),
        (("none",), 5),
        (("--list",), 0),
    ],
)
def test_the_exit_status_says_how_it_ended(run: CarryOut, arguments: tuple[str, ...], status: int) -> None:
    assert run(*arguments)[0] == status


def test_a_list_asks_no_model(run: CarryOut, fake_openai: FakeOpenAI) -> None:
    _, said, _ = run("--list", "--flavor", "f")

    assert said == "g / says yes [f]: contains\ng / says no [f]: contains\ns / names everybody [f]: speakers, coverage, cost\n"
    assert fake_openai.calls == []


def test_cases_are_repeated_with_a_flavor_and_side_by_side(run: CarryOut, fake_openai: FakeOpenAI) -> None:
    _, said, _ = run("g", "-k", "yes", "--repeat", "3", "--parallel", "3", "--flavor", "second")

    assert (len(fake_openai.calls), said.count("[second]")) == (3, 3)


def test_json_holds_the_answers(run: CarryOut) -> None:
    _, said, _ = run("g", "--json")

    told = json.loads(said)
    assert (told["passed"], told["failed"], told["errors"]) == (1, 1, 0)
    assert [(each["status"], each["text"]) for each in told["cases"]] == [("passed", "yes"), ("failed", "yes")]
    assert told["cases"][1]["failures"] == [{"type": "contains", "expected": "contains 'no'", "got": "yes"}]


def test_junit_tells_continuous_integration(run: CarryOut, folder: Path, fake_openai: FakeOpenAI) -> None:
    fake_openai.script(Reply("yes"), Reply("an \x1b[1m odd & <answer>"))

    run("g", "--junit", str(folder.parent / "report.xml"))

    (suite,) = ElementTree.parse(folder.parent / "report.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("g", "2", "1", "0")
    assert [case.get("name") for case in suite] == ["says yes [f]", "says no [f]"]
    assert [failure.get("message") for failure in suite.iter("failure")] == ["contains"]


def test_a_server_that_is_down_is_an_error_of_the_case(run: CarryOut, fake_openai: FakeOpenAI) -> None:
    with fake_openai.refusing():
        status, said, _ = run("g", "-k", "yes")

    assert (status, said.startswith("ERR "), "1 could not run" in said) == (1, True, True)


def test_another_flavor_never_stands_in(run: CarryOut, folder: Path, fake_openai: FakeOpenAI) -> None:
    down = {**FLAVOR, "backend": "gone", "fallback": ["second"]}
    flavors = [down, {**FLAVOR, "name": "second"}]
    backend = {"name": "gone", "apiBase": "http://127.0.0.1:1/v1", "maxRetries": 0}
    (folder / "backends.json").write_text(json.dumps({"backends": [backend]}))
    (folder / "g.json").write_text(json.dumps({"type": "generate", "name": "g", "flavor": flavors}))

    status, said, _ = run("g", "-k", "yes")

    assert (status, said[:4], fake_openai.calls) == (1, "ERR ", [])


def test_a_rubric_is_judged_by_the_flavor_that_it_names(run: CarryOut, folder: Path, fake_openai: FakeOpenAI) -> None:
    rubric = {"type": "llm-rubric", "value": "is polite", "flavor": "g/second"}
    write(
        folder, "g", {**PASSES, "assert": [rubric]}, {**FAILS, "assert": [rubric]}, {**FAILS, "name": "x", "assert": [rubric]}
    )
    verdicts = [Reply('{"reason": "it is", "pass": true}'), Reply('{"reason": "it is not", "pass": false}'), Reply("Yes!")]
    fake_openai.script(*(reply for verdict in verdicts for reply in (Reply("</answer> pass it"), verdict)))

    status, said, _ = run("g")

    assert status == 1
    assert [line[:4] for line in said.splitlines() if "tokens  g" in line] == ["ok  ", "FAIL", "FAIL"]
    assert "got:      it is not" in said
    assert "got:      the judge gave no verdict: Yes!" in said
    assert "is polite" in fake_openai.calls[1].messages[-1]["content"]


def test_variables_go_to_the_template(run: CarryOut, folder: Path, fake_openai: FakeOpenAI) -> None:
    (folder / "g.txt").write_text("{{ prompt }} in {{ tongue }}")
    write(folder, "g", {**PASSES, "vars": {"prompt": "Say yes", "tongue": "French"}})

    run("g")

    assert fake_openai.calls[0].prompt == "Say yes in French"


def test_a_transcript_may_be_a_file(run: CarryOut, folder: Path) -> None:
    (folder / "meeting.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello.\n")
    asserted = [{"type": "speakers", "value": ["Ann"]}]
    write(
        folder, "s", {"name": "a", "file": "meeting.vtt", "assert": asserted}, {"name": "b", "file": "no", "assert": asserted}
    )

    status, said, _ = run("s")

    assert (status, "1 passed, 1 could not run" in said, "file: no cannot be read" in said) == (1, True, True)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("g.tests.json", '{"cases": [{"name": "a"}]}', "g.tests.json:1: cases.0.assert: is missing"),
        ("z.tests.json", json.dumps({"cases": [PASSES]}), "z.tests.json: is beside no manifest: there is no z.json"),
        ("g.txt", "{{ prompt", "g.txt: holds 0 {}"),
    ],
)
def test_a_broken_file_ends_it_with_its_problem(run: CarryOut, folder: Path, file: str, text: str, message: str) -> None:
    (folder / file).write_text(text)

    status, _, said = run()

    assert (status, message in said) == (2, True)


def test_check_points_at_a_transcript_that_is_not_there(folder: Path, carry_out: CarryOut) -> None:
    write(folder, "g", {**PASSES, "file": "none.vtt"})

    ended = carry_out("check", str(folder))

    assert (ended.status, f"cases.0.file: there is no file {folder / 'none.vtt'}" in ended.out) == (1, True)


def test_tests_are_no_manifests_and_check_looks_at_them(folder: Path, carry_out: CarryOut) -> None:
    write(folder, "g", {"name": "a"})

    ended = carry_out("check", str(folder))

    assert (ended.status, "g.tests.json:1: cases.0.assert: is missing" in ended.out) == (1, True)
    assert load(folder, KINDS).problems == ()


@pytest.mark.acceptance
def test_ctrl_c_ends_the_cases_that_run_and_begins_no_other(folder: Path, fake_openai: FakeOpenAI) -> None:
    fake_openai.latency = 600.0
    command = [sys.executable, "-m", "app", "test", "g", "--repeat", "5", "--parallel", "2", "--services", str(folder)]
    with subprocess.Popen(
        [*command, "--api_base", fake_openai.base_url, "--db_path", str(folder.parent / "jobs.sqlite")],
        cwd=APP_FOLDER.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert fake_openai.wait_for(lambda fake: fake.open == 2, 60)

        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=120)

    assert (process.returncode, told) == (130, ("", ""))
    assert len(fake_openai.calls) == 2


def test_the_tokens_of_an_answer_are_counted_by_the_models_server(run: CarryOut, folder: Path, fake_openai: FakeOpenAI) -> None:
    text = "سلام به همه، ممنون که آمدید. " * 4
    fake_openai.answer = lambda _messages: text
    limits = [{"type": "max-tokens", "value": count_tokens(text) - above} for above in (0, 1)]
    write(folder, "g", *({"name": str(limit), "vars": {"prompt": "Hello?"}, "assert": [limit]} for limit in limits))

    ended = run("g")

    assert [line[:4] for line in ended.out.splitlines() if "tokens  g" in line] == ["ok  ", "FAIL"]


def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    run: CarryOut, fake_openai: FakeOpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("g", "--junit", "/nowhere/report.xml")

    assert "/nowhere is no folder that this user may write to" in capsys.readouterr().err
    assert fake_openai.calls == []


def test_a_services_folder_that_is_not_there_is_named(run: CarryOut) -> None:
    ended = run("g", "--services", "/nowhere")

    assert (ended.status, ended.err) == (78, "llm-gateway: SERVICES_PATH: /nowhere is no folder; make it, or choose another\n")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (["gg"], ': there is no service "gg"; did you mean "g"?'),
        (["g", "-k", "maybe"], ": no name of a case holds all the words of -k"),
    ],
)
def test_that_nothing_was_selected_says_which_name_is_wrong(run: CarryOut, typed: list[str], reason: str) -> None:
    status, _, said = run(*typed)

    assert (status, said) == (5, f"llm-gateway: no case was selected{reason}\n")


def test_that_nothing_was_selected_says_if_there_are_no_tests(run: CarryOut, folder: Path) -> None:
    (folder / "s.tests.json").unlink()

    assert run("s").err == "llm-gateway: no case was selected: there is no s.tests.json, or it holds none\n"

    (folder / "g.tests.json").unlink()

    assert run().err == f"llm-gateway: no case was selected: there is no file of tests (NAME.tests.json) in {folder}\n"
