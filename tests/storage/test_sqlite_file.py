from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.errors import StoreError
from app.jobs import Jobs, Status
from app.storage.database import Database
from app.storage.sqlite_file import LARGEST_WAL, FileWatch, OpenedFile, check_place, low_on_disk
from tests.acceptance.processes import eventually
from tests.jobs.orders import an_order

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def file(url: str, jobs: Jobs, tmp_path: Path) -> Path:
    """The file of *jobs*, which have used it."""
    jobs.submit(an_order())
    return tmp_path / "results.sqlite"


@pytest.fixture
def restarts() -> list[str]:
    return []


@pytest.fixture
def watch(jobs: Jobs, file: Path, restarts: list[str]) -> Iterator[FileWatch]:
    """A watch that has looked once, and looks again when asked."""
    assert jobs.database.file is not None
    made = FileWatch(jobs.database.file, lambda: restarts.append("restart"))
    made.look()
    yield made
    made.stop()


def delete(file: Path, prepared: Path) -> None:
    file.unlink()


def replace(file: Path, prepared: Path) -> None:
    os.replace(shutil.copy(prepared, file.with_name("other.sqlite")), file)


each_accident = pytest.mark.parametrize("accident", [delete, replace])


@each_accident
def test_a_file_that_is_not_the_opened_one_is_neither_read_nor_written(
    jobs: Jobs, file: Path, prepared: Path, accident: Callable[[Path, Path], None]
) -> None:
    accident(file, prepared)

    for use in (jobs.counts, lambda: jobs.submit(an_order()), lambda: jobs.database.write(lambda _: None, patience=60)):
        with pytest.raises(StoreError, match="deleted or replaced while the gateway was running"):
            use()


def test_no_new_file_is_made_for_a_deleted_one(jobs: Jobs, file: Path, prepared: Path) -> None:
    jobs.close()
    delete(file, prepared)

    with pytest.raises(StoreError, match="deleted or replaced"):
        jobs.counts()

    assert not file.exists()


def test_what_is_committed_into_a_file_that_was_deleted_meanwhile_counts_as_not_written(jobs: Jobs, file: Path) -> None:
    def transaction(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE jobs SET priority = 1"))
        file.unlink()

    with pytest.raises(StoreError, match="deleted or replaced"):
        jobs.database.write(transaction)


@each_accident
def test_a_replaced_file_has_the_process_restarted_once(
    watch: FileWatch, restarts: list[str], file: Path, prepared: Path, accident: Callable[[Path, Path], None]
) -> None:
    accident(file, prepared)

    watch.look()
    watch.look()

    assert restarts == ["restart"]


def test_the_log_of_the_old_file_is_not_applied_to_the_new_one(watch: FileWatch, file: Path, prepared: Path) -> None:
    assert file.with_name("results.sqlite-wal").stat().st_size > 0
    replace(file, prepared)

    watch.look()

    assert not file.with_name("results.sqlite-wal").exists()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (0,)


def test_the_log_of_a_file_that_is_replaced_before_the_first_look_is_not_applied_either(
    jobs: Jobs, file: Path, prepared: Path, restarts: list[str]
) -> None:
    assert jobs.database.file is not None
    watch = FileWatch(jobs.database.file, lambda: restarts.append("restart"), look_seconds=3600)
    watch.start()

    replace(file, prepared)
    watch.look()
    watch.stop()

    assert restarts == ["restart"]
    with closing(sqlite3.connect(file)) as new:
        assert new.execute("SELECT count(*) FROM jobs").fetchone() == (0,)


def test_a_file_that_was_moved_away_is_complete_without_its_log(watch: FileWatch, file: Path) -> None:
    moved = file.rename(file.with_name("moved.sqlite"))

    watch.look()

    with closing(sqlite3.connect(moved)) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (1,)


def test_the_log_of_another_process_that_has_restarted_already_stays(watch: FileWatch, file: Path, prepared: Path) -> None:
    for each in ("-wal", "-shm"):
        file.with_name(f"results.sqlite{each}").unlink()
    replace(file, prepared)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("PRAGMA user_version=7")

        watch.look()

        assert file.with_name("results.sqlite-wal").exists()
        assert other.execute("PRAGMA user_version").fetchone() == (7,)


def test_a_deleted_log_has_the_process_restarted(watch: FileWatch, restarts: list[str], jobs: Jobs, file: Path) -> None:
    file.with_name("results.sqlite-wal").unlink()

    watch.look()

    assert restarts == ["restart"]
    with pytest.raises(StoreError, match="deleted or replaced"):
        jobs.counts()


def test_a_folder_that_comes_back_is_used_again_without_a_restart(
    watch: FileWatch, restarts: list[str], jobs: Jobs, file: Path
) -> None:
    away = file.parent.rename(file.parent.with_name(f"{file.parent.name}-away"))
    watch.look()
    with pytest.raises(StoreError, match="deleted or replaced"):
        jobs.counts()

    away.rename(file.parent)
    watch.look()

    assert restarts == []
    assert jobs.counts()[Status.QUEUED] == 1


def test_a_large_log_is_truncated_as_soon_as_nobody_reads(watch: FileWatch, jobs: Jobs, file: Path) -> None:
    wal = file.with_name("results.sqlite-wal")
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM jobs").fetchone()
        for number in range(5):
            jobs.submit(an_order(text=f"{number}" * 2**20))
        watch.look()
        while_read = wal.stat().st_size
        reader.execute("COMMIT")

        watch.look()

    assert while_read > LARGEST_WAL
    assert wal.stat().st_size == 0


def test_a_writer_gives_up_in_time_and_readers_go_on_while_another_program_locks_the_file(url: str, file: Path) -> None:
    database = Database(url, pool=2, limit=0.5)
    refused: list[str] = []

    def write() -> None:
        try:
            database.write(lambda connection: connection.execute(sa.text("UPDATE jobs SET priority = 1")))
        except StoreError as error:
            refused.append(str(error))

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        writers = [threading.Thread(target=write) for _ in range(8)]
        for each in writers:
            each.start()
        with database.reading() as connection:
            read = connection.execute(sa.text("SELECT count(*) FROM jobs")).scalar()
        used = []
        while any(each.is_alive() for each in writers):
            used.append(database.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool
            writers[0].join(0.01)
        other.execute("ROLLBACK")
    database.write(lambda connection: connection.execute(sa.text("UPDATE jobs SET priority = 2")))

    assert (read, max(used)) == (1, 1)
    assert refused == ["another program keeps the file locked; find and end it"] * 8
    database.close()


def test_a_database_that_another_program_locks_says_so(jobs: Jobs, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        why = jobs.database.why_read_only()

        other.execute("ROLLBACK")
    assert why == "another program keeps the file locked; find and end it"


def test_a_write_that_failed_is_remembered_until_one_succeeds(jobs: Jobs, file: Path) -> None:
    def full(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.execute(sa.text("CREATE TABLE large AS SELECT zeroblob(1000000) AS body"))

    before = jobs.database.why_read_only()
    with pytest.raises(StoreError, match="the disk is full"):
        jobs.database.write(full)
    full_now = jobs.database.why_read_only()
    jobs.close()  # the limit is the connection's
    jobs.submit(an_order())

    assert (before, full_now) == ("", "the disk is full, nothing was stored; free some space")
    assert jobs.database.why_read_only() == ""


def test_a_disk_with_room_is_not_low(file: Path) -> None:
    assert low_on_disk(file) == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none/results.sqlite", "its folder does not exist"),
        ("", "is a folder"),
        ("results.sqlite/more.sqlite", "its folder does not exist"),
    ],
)
def test_a_place_that_is_none_is_refused_with_its_reason(file: Path, path: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as refused:
        check_place(file.parent / path)

    assert refused.value.located.startswith(f"{file.parent / path}: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every file")
@pytest.mark.parametrize(("name", "said"), [("results.sqlite", "the file cannot"), ("", "its folder cannot")])
def test_a_place_that_cannot_be_written_is_refused(file: Path, name: str, said: str) -> None:
    place = file.parent / name
    place.chmod(0o500 if place.is_dir() else 0o400)

    with pytest.raises(StoreError, match=said):
        check_place(file)

    place.chmod(0o700)


def test_a_file_that_does_not_exist_yet_may_be_made(tmp_path: Path, url: str) -> None:
    opened = OpenedFile(tmp_path / "new.sqlite")
    opened.check()
    (tmp_path / "new.sqlite").touch()

    check_place(opened.path)

    assert not opened.replaced


def test_the_thread_looks_by_itself(jobs: Jobs, file: Path, restarts: list[str]) -> None:
    assert jobs.database.file is not None
    watch = FileWatch(jobs.database.file, lambda: restarts.append("restart"), look_seconds=0.05)
    watch.start()

    file.unlink()

    eventually(lambda: restarts, what="the thread notices")
    watch.stop()
