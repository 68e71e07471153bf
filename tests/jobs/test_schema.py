from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.errors import StoreError
from app.jobs import prepare, sqlite_url
from app.jobs.database import make_engine
from app.jobs.schema import MIGRATIONS, VERSION_TABLE, readiness
from app.jobs.tables import metadata

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is said in its own words


def test_the_migrations_lead_to_the_tables_we_use(url: str) -> None:
    def ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
        return kind != "table" or not reflected or name in metadata.tables

    engine = make_engine(url, pool=1)
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "include_object": ours, "compare_type": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    engine.dispose()

    assert differences == []


@on_sqlite
def test_the_file_is_in_wal_mode(url: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "results.sqlite")

    mode = connection.execute("PRAGMA journal_mode").fetchone()

    connection.close()
    assert mode == ("wal",)


def test_several_may_prepare_at_once(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "results.sqlite")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(prepare, [url] * 4))

    engine = make_engine(url, pool=1)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    assert set(metadata.tables) <= names


def test_a_database_that_is_ready_is_not_migrated_again(url: str) -> None:
    program = f"import sys; from app.jobs import prepare; prepare({url!r}); print({{'alembic', 'dbos'}} & set(sys.modules))"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said == "set()\n"


def test_a_database_of_another_version_is_migrated(url: str) -> None:
    engine = make_engine(url, pool=1)
    with engine.begin() as connection:
        connection.execute(readiness.update().values(mark="0000_older, dbos 1.0"))

    prepare(url)

    with engine.connect() as connection:
        mark = connection.scalar(sa.select(readiness.c.mark))
    engine.dispose()
    newest = max((MIGRATIONS / "versions").glob("[0-9]*.py")).stem
    assert mark == f"{newest}, dbos {version('dbos')}"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the folder .*/missing does not exist"):
        prepare(sqlite_url(tmp_path / "missing" / "results.sqlite"))


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        prepare(sqlite_url(tmp_path))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "results.sqlite"
    file.write_text("dear diary, " * 1000)

    with pytest.raises(StoreError, match=r"results\.sqlite: the file is no SQLite database"):
        prepare(sqlite_url(file))

    assert file.read_text().startswith("dear diary")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc, the one folder that even root cannot write to")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StoreError, match=r"/proc/results\.sqlite.*choose another file"):
        prepare(sqlite_url("/proc/results.sqlite"))


def test_a_database_server_that_is_away_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="does not answer") as caught:
        prepare("postgresql+psycopg://ada:secret@127.0.0.1:1/gateway")

    assert "secret" not in str(caught.value)
