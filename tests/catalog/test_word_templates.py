"""Word templates beside manifests: seen, tried in a process apart, and told as problems."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.catalog import Examiner, Proofs, load
from app.catalog.folder import Folder
from app.errors import Problem
from app.kinds import KINDS
from app.serve.checking import check
from app.settings import Settings
from tests.catalog import folders
from tests.documents.words import template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    folders.put(made, "cra")
    return made


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    made = Examiner(patience=120)
    yield made
    made.close()


def write(folder: Path, *paragraphs: str, name: str = "cra.docx") -> None:
    (folder / name).write_bytes(template(*paragraphs).content)


def test_a_good_word_template_is_no_problem(folder: Path, examiner: Examiner) -> None:
    write(folder, "{{ title }}")

    catalog = load(folder, KINDS, prove=Proofs(examiner))

    assert (set(catalog.services), catalog.problems) == ({"cra"}, ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ titel }}", 'there is no titel; did you mean "title"?'),
        pytest.param(
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            "takes more than 2 s",
            marks=pytest.mark.acceptance,
        ),
    ],
)
def test_a_broken_word_template_is_a_problem_and_its_service_goes_on(
    folder: Path, examiner: Examiner, text: str, reason: str
) -> None:
    write(folder, text)

    catalog = load(folder, KINDS, prove=Proofs(examiner))

    (problem,) = catalog.problems
    assert (set(catalog.services), problem.file) == ({"cra"}, "cra.docx")
    assert reason in problem.reason


def test_what_is_no_word_file_is_a_problem(folder: Path) -> None:
    (folder / "cra.docx").write_bytes(b"PK nothing")

    assert load(folder, KINDS).problems == (Problem("cra.docx", "", "is no Word document (.docx)"),)


def test_an_edit_is_seen_and_mends_the_problem(folder: Path) -> None:
    write(folder, "{{ titel }}")
    before = load(folder, KINDS)
    seen = Folder.read(folder)

    write(folder, "{{ title }}")

    now = load(folder, KINDS, before)
    assert Folder.read(folder, seen) != seen
    assert (len(before.problems), now.problems) == (1, ())
    assert now.generation != before.generation
    assert now.services["cra"] is before.services["cra"]


def test_a_word_template_that_is_tried_once_is_not_tried_again(folder: Path) -> None:
    write(folder, "{{ titel }}")
    examined: list[str] = []

    class Counting(Examiner):
        def examine(self, case):  # type: ignore[no-untyped-def]
            examined.append(case.file)
            return super().examine(case)

    counting = Counting()
    proofs = Proofs(counting)
    load(folder, KINDS, prove=proofs)
    load(folder, KINDS, prove=proofs)
    counting.close()

    assert sorted(examined) == ["cra.docx", "cra.json"]


@pytest.mark.parametrize("name", ["~$cra.docx", ".cra.docx", "cra.docx~", "other.docx"])
def test_word_files_of_no_service_do_not_count(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"anything")

    assert load(folder, KINDS).problems == ()
    assert name == "other.docx" or name not in Folder.read(folder).words


def test_a_link_to_nothing_and_a_folder_are_no_templates(folder: Path) -> None:
    (folder / "cra.docx").symlink_to("nowhere.docx")
    folders.put(folder, "cred")
    (folder / "cred.docx").mkdir()

    assert load(folder, KINDS).problems == ()


def test_check_names_the_file(folder: Path, tmp_path: Path) -> None:
    write(folder, "{{ titel }}")

    wrong, _ = check(Settings(services=str(folder), db_path=str(tmp_path / "results.sqlite")))

    assert any(line.startswith("cra.docx: there is no titel") for line in wrong)
