"""`new`: what it writes is a service that works, and nothing that is there is ever overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.commands.scaffolds import MEETINGS, SCAFFOLDS
from app.commands.usage import NOT_CONFIGURED
from app.kinds import KINDS
from app.kinds.languages import PACKS, detected
from app.manifests import Source
from app.prompt_tests import read
from app.settings import APP_FOLDER
from tests.fixtures.command_line import CarryOut

Run = Callable[..., tuple[int, str]]
DOCUMENT = APP_FOLDER.parent / "document"


@pytest.fixture
def run(tmp_path: Path, carry_out: CarryOut) -> Run:
    """Carries a command out on an empty services folder; exit status, and what it printed."""
    folder = tmp_path / "services"
    folder.mkdir()

    def run(*arguments: str) -> tuple[int, str]:
        ended = carry_out(*arguments, SERVICES_PATH=str(folder))
        return ended.status, ended.out + ended.err

    return run


@pytest.mark.parametrize("kind", SCAFFOLDS)
def test_what_it_writes_passes_a_strict_check_in_every_language(run: Run, tmp_path: Path, kind: str) -> None:
    for language in (*MEETINGS, "it", "ja"):
        assert run("new", f"my-{language}", "--type", kind, "--lang", language)[0] == 0

    status, said = run("check", "--strict", str(tmp_path / "services"))

    assert (status, said) == (0, f"{len(MEETINGS) + 2} services in {tmp_path}/services, 0 problems\n")


@pytest.mark.parametrize("kind", SCAFFOLDS)
def test_what_it_writes_is_valid_by_the_schemas_that_it_names(run: Run, tmp_path: Path, kind: str) -> None:
    run("new", "mine", "--type", kind)

    for file in (tmp_path / "services").glob("*.json"):
        raw = Source.read(file.name, file.read_text(encoding="utf-8")).raw
        schema = (file.parent / raw["$schema"]).resolve()
        assert schema.parent == DOCUMENT
        assert list(Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).iter_errors(raw)) == []


def test_there_is_a_beginning_for_every_type_and_every_language_of_minutes() -> None:
    assert (set(SCAFFOLDS), set(MEETINGS)) == (set(KINDS), set(PACKS))


@pytest.mark.parametrize("language", MEETINGS)
def test_the_meeting_of_a_test_is_in_its_language(language: str) -> None:
    assert detected("\n".join(MEETINGS[language])) == language


def test_it_says_which_files_it_has_written(run: Run, tmp_path: Path) -> None:
    _, said = run("new", "minutes-de", "--type", "minutes", "--lang", "de")

    written = [tmp_path / "services" / f"minutes-de{end}" for end in (".tests.json", ".txt", ".json")]
    assert said.splitlines()[:3] == [str(file) for file in written]
    assert "test minutes-de" in said
    assert read(written[0]).cases[0].asserted


@pytest.mark.parametrize("end", [".json", ".txt", ".tests.json"])
def test_nothing_is_overwritten_and_nothing_is_left_behind(run: Run, tmp_path: Path, end: str) -> None:
    there = tmp_path / "services" / f"mine{end}"
    there.write_text("mine")

    status, said = run("new", "mine")

    assert (status, f"{there} is there already, and is not overwritten" in said) == (1, True)
    assert [(file.name, file.read_text()) for file in there.parent.iterdir()] == [(there.name, "mine")]


def test_a_link_that_leads_nowhere_is_not_written_through(run: Run, tmp_path: Path) -> None:
    (tmp_path / "services" / "mine.txt").symlink_to(tmp_path / "elsewhere")

    status, _ = run("new", "mine")

    assert (status, (tmp_path / "elsewhere").exists()) == (1, False)


def test_the_name_of_another_file_is_taken_too(run: Run, tmp_path: Path) -> None:
    run("new", "first")
    for end in (".json", ".txt"):
        (tmp_path / "services" / f"first{end}").rename(tmp_path / "services" / f"renamed{end}")

    status, said = run("new", "first")

    assert (status, "name: first is the service of" in said) == (1, True)


@pytest.mark.parametrize("name", ["../mine", ".mine", "a b", "", "backends", "x.tests", "a/b"])
def test_a_name_that_cannot_be_one_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    status, said = run("new", name)

    assert (status, "name: " in said, list((tmp_path / "services").iterdir())) == (1, True, [])


def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    status, said = run("new", "mine", "--services", str(tmp_path / "none"))

    assert (status, "none is no folder; make it, or choose another" in said) == (NOT_CONFIGURED, True)


@pytest.mark.parametrize("given", ["it", "IT", "ita", "Italian", "it-CH", "it_IT"])
@pytest.mark.parametrize("kind", ["summary", "minutes", "generate", "chat"])
def test_in_a_language_without_built_in_prompts_answers_are_asked_for_in_it(
    run: Run, tmp_path: Path, kind: str, given: str
) -> None:
    run("new", "mine", "--type", kind, "--lang", given)

    written = [(tmp_path / "services" / f"mine{end}").read_text(encoding="utf-8") for end in (".txt", ".json")]
    assert ("in Italian" in "".join(written), "in English" in "".join(written)) == (True, False)


def test_a_meeting_that_is_in_another_language_than_the_answers_says_so(run: Run, tmp_path: Path) -> None:
    run("new", "mine", "--lang", "it")

    [case] = read(tmp_path / "services" / "mine.tests.json").cases
    assert case.name == "a short meeting in English: replace it by one in Italian"
    assert [each.value for each in case.asserted if each.type == "language"] == ["it"]


@pytest.mark.parametrize("given", ["xx", "", "Elvish", "tlh", "-"])
def test_a_language_that_there_is_not_is_refused_with_those_that_there_are(run: Run, tmp_path: Path, given: str) -> None:
    status, said = run("new", "mine", f"--lang={given}")

    assert (status, list((tmp_path / "services").iterdir())) == (1, [])
    assert "cannot be used: give a code of ISO 639-1 (en, fr, es, de, fa, it, pt, …) or the English name" in said
