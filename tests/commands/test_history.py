"""`history`, `diff` and `rollback` on a services folder and its database."""

from __future__ import annotations

import json
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from app.catalog import load
from app.catalog.history import History
from app.kinds import KINDS
from app.storage.database import Database, sqlite_url
from app.storage.schema import prepare
from app.storage.service_versions import ServiceVersions
from tests.catalog.folders import put
from tests.fixtures.command_line import CarryOut


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which two versions of `cra` were served, the second of which is there."""
    services = tmp_path / "services"
    services.mkdir()
    url = sqlite_url(tmp_path / "jobs.sqlite")
    prepare(url)
    with closing(Database(url, pool=1)) as database:
        for text in ("one", "two"):
            put(services, "cra", f"{text}\n{{{{ turns }}}}\n")
            History(ServiceVersions(database)).record(load(services, KINDS))
    return services


@pytest.fixture
def run(folder: Path, carry_out: CarryOut) -> CarryOut:
    return partial(carry_out, SERVICES_PATH=str(folder))


def digests(run: CarryOut) -> list[str]:
    return [each["digest"] for each in json.loads(run("history", "cra", "--json")[1])["versions"]]


def test_the_versions_are_listed_and_the_present_one_is_marked(run: CarryOut) -> None:
    status, said, _ = run("history", "cra")

    lines = said.splitlines()
    assert (status, len(lines)) == (0, 3)
    assert [line.split()[0] for line in lines[1:]] == digests(run)
    assert "(now)" in lines[1]
    assert lines[1].endswith("cra.txt")


def test_a_version_that_nobody_served_is_told(run: CarryOut, folder: Path) -> None:
    (folder / "cra.txt").write_text("three {{ turns }}")

    assert "not kept yet" in run("history", "cra")[1]


def test_a_diff_is_against_the_version_before(run: CarryOut) -> None:
    status, said, _ = run("diff", "cra")

    assert (status, said.splitlines()) == (0, ["--- cra.txt", "+++ cra.txt", "@@ -1,2 +1,2 @@", "-one", "+two", " {{ turns }}"])


def test_a_diff_of_two_named_versions(run: CarryOut) -> None:
    new, old = digests(run)

    assert "-two\n+one" in run("diff", "cra", new, old)[1]


def test_a_rollback_writes_the_files_and_keeps_those_of_now(run: CarryOut, folder: Path) -> None:
    (folder / "cra.txt").write_text("three\n{{ turns }}\n")

    status, said, told = run("rollback", "cra", digests(run)[1])

    assert (status, said) == (0, f"{folder / 'cra.txt'}\n")
    assert (folder / "cra.txt").read_text() == "one\n{{ turns }}\n"
    assert "are kept as" in told
    assert "+three" in run("diff", "cra", digests(run)[0], digests(run)[1])[1]


@pytest.mark.parametrize("arguments", [("rollback", "cra", "ffff"), ("diff", "cra", "ffff"), ("history", "crb")])
def test_what_is_not_there_is_refused(run: CarryOut, arguments: tuple[str, ...]) -> None:
    status, said, told = run(*arguments)

    assert (status, said) == (2, "")
    assert ("no version" in told) or ('did you mean "cra"' in told)
