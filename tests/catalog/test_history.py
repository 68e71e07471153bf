"""The history of services, and putting an earlier version back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.catalog import Catalog, load
from app.catalog.history import History, Recorder, chosen
from app.catalog.restoring import restore
from app.errors import BadParameter, StoreError
from app.kinds import KINDS
from app.storage.database import Database, sqlite_url
from app.storage.schema import prepare
from app.storage.service_versions import ServiceVersions
from app.storage.tables import service_texts
from tests.catalog.folders import put

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """Goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = sqlite_url(tmp_path_factory.mktemp("history") / "jobs.sqlite")
    prepare(made)
    return made


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url, pool=1)
    yield made
    made.write(lambda connection: connection.exec_driver_sql("DELETE FROM service_versions"))
    made.write(lambda connection: connection.exec_driver_sql("DELETE FROM service_texts"))
    made.close()


@pytest.fixture
def history(database: Database) -> History:
    return History(ServiceVersions(database, most=3, clock=Clock()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    put(made, "cra", "one {{ turns }}")
    return made


def edited(folder: Path, history: History, text: str) -> Catalog:
    """The catalog after the template was edited; it is recorded."""
    (folder / "cra.txt").write_text(f"{text} {{{{ turns }}}}")
    catalog = load(folder, KINDS)
    history.record(catalog)
    return catalog


def test_each_version_is_kept_with_its_files_newest_first(folder: Path, history: History) -> None:
    catalogs = [edited(folder, history, text) for text in ("one", "two")]

    kept = history.of("cra")

    assert [each.files["cra.txt"] for each in kept] == ["two {{ turns }}", "one {{ turns }}"]
    assert [each.digest for each in kept] == [each.services["cra"].version for each in reversed(catalogs)]


def test_an_order_names_the_version(folder: Path, history: History) -> None:
    from app.kinds.base import Form

    catalog = edited(folder, history, "one")

    order = catalog.order("cra", Form({"flavor": "small"}, "Ann : One."))

    assert order.version == history.of("cra")[0].digest


def test_a_version_that_comes_back_is_the_newest(folder: Path, history: History) -> None:
    for text in ("one", "two", "one"):
        edited(folder, history, text)

    assert [each.files["cra.txt"][:3] for each in history.of("cra")] == ["one", "two"]


def test_a_text_is_kept_once_and_goes_with_its_last_version(folder: Path, history: History, database: Database) -> None:
    for text in ("one", "two", "three", "four", "five"):
        edited(folder, history, text)

    with database.reading() as connection:
        texts = connection.execute(sa.select(service_texts.c.body)).scalars().all()

    assert [each.files["cra.txt"].split()[0] for each in history.of("cra")] == ["five", "four", "three"]
    assert len(texts) == 4  # three templates and one manifest


def test_a_broken_service_is_not_kept(folder: Path, history: History) -> None:
    good = edited(folder, history, "one")
    (folder / "cra.txt").write_text("{{ turns")

    history.record(load(folder, KINDS, good))

    assert len(history.of("cra")) == 1


def test_a_digest_is_found_by_its_beginning_only_if_that_is_of_one(folder: Path, history: History) -> None:
    edited(folder, history, "one")
    [version] = history.of("cra")

    assert chosen([version], version.digest[:5]) is version
    with pytest.raises(BadParameter, match=version.digest):
        chosen([version], "zz")
    with pytest.raises(BadParameter, match="several"):
        chosen([version, version], version.digest[:2])


def test_an_earlier_version_comes_back_and_the_files_of_now_are_kept_first(folder: Path, history: History) -> None:
    edited(folder, history, "one")
    [first] = history.of("cra")
    (folder / "cra.txt").write_text("never served {{ turns }}")

    done = restore(folder, history, first, load(folder, KINDS).services["cra"])

    assert (folder / "cra.txt").read_text() == "one {{ turns }}"
    assert done.written == ("cra.txt",)
    assert chosen(history.of("cra"), done.replaced).files["cra.txt"] == "never served {{ turns }}"
    assert sorted(file.name for file in folder.iterdir()) == ["cra.json", "cra.txt"]


def test_a_broken_version_is_kept_before_it_is_replaced(folder: Path, history: History) -> None:
    edited(folder, history, "one")
    [first] = history.of("cra")
    (folder / "cra.txt").write_text("{{ turns")

    done = restore(folder, history, first, None)

    assert chosen(history.of("cra"), done.replaced).files["cra.txt"] == "{{ turns"


def test_a_file_that_cannot_be_kept_is_not_replaced(folder: Path, history: History) -> None:
    edited(folder, history, "one")
    [first] = history.of("cra")
    (folder / "cra.txt").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(StoreError, match=r"cra\.txt.*cannot be kept"):
        restore(folder, history, first, None)

    assert (folder / "cra.txt").read_bytes() == b"\xff\xfe\x00"


def test_files_that_the_version_does_not_have_stay_and_are_named(folder: Path, history: History) -> None:
    edited(folder, history, "one")
    [first] = history.of("cra")
    (folder / "cra.short.txt").write_text("short {{ turns }}")

    done = restore(folder, history, first, load(folder, KINDS).services["cra"])

    assert (done.stay, (folder / "cra.short.txt").exists()) == (("cra.short.txt",), True)


def test_a_link_stays_a_link_and_the_mode_stays(folder: Path, history: History, tmp_path: Path) -> None:
    edited(folder, history, "one")
    [first] = history.of("cra")
    target = tmp_path / "elsewhere.txt"
    target.write_text("two {{ turns }}")
    target.chmod(0o640)
    (folder / "cra.txt").unlink()
    (folder / "cra.txt").symlink_to(target)

    restore(folder, history, first, load(folder, KINDS).services["cra"])

    assert (folder / "cra.txt").is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("one {{ turns }}", 0o640)


def test_nothing_is_half_written_if_a_file_cannot_be(folder: Path, history: History) -> None:
    edited(folder, history, "one")
    [first] = history.of("cra")
    put(folder, "cra", "two {{ turns }}", description="two")

    def full(source: str, target: Path) -> None:
        if target.name == "cra.json":
            raise OSError(28, "No space left on device")
        os.replace(source, target)

    with pytest.raises(StoreError, match="No space left"):
        restore(folder, history, first, load(folder, KINDS).services["cra"], replace=full)

    assert (folder / "cra.txt").read_text() == "two {{ turns }}"
    assert sorted(file.name for file in folder.iterdir()) == ["cra.json", "cra.txt"]


class Failing:
    """A history that cannot be written at first."""

    def __init__(self) -> None:
        self.tries = 0

    def record(self, catalog: Catalog) -> None:
        self.tries += 1
        if self.tries == 1:
            raise StoreError("full")


def test_what_cannot_be_kept_is_tried_again_later_and_what_is_kept_is_not(folder: Path) -> None:
    failing, times = Failing(), iter([0.0, 0.0, 1.0, 40.0, 50.0])
    recorder, catalog = Recorder(failing, clock=lambda: next(times)), load(folder, KINDS)  # type: ignore[arg-type]

    tries = []
    for _ in range(4):
        recorder(catalog)
        tries.append(failing.tries)

    assert tries == [1, 1, 2, 2]
