from __future__ import annotations

import ast
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from app.errors import StoreError
from app.jobs import Jobs, Status
from app.jobs.actions import Actions
from app.jobs.indexer import Indexer
from app.jobs.search import Index
from app.storage.database import make_engine, sqlite_url
from app.storage.schema import MIGRATIONS, VERSION_TABLE, prepare, readiness
from app.storage.tables import metadata
from app.storage.words import Query
from tests.fixtures.postgres import Postgres

on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # what is said in its own words


def test_the_migrations_lead_to_the_tables_we_use(url: str) -> None:
    def ours(thing: object, name: str | None, kind: str, reflected: bool, compared: object) -> bool:
        if name == "passages_by_words" and url.startswith("sqlite"):
            return False  # it is PostgreSQL's; SQLite has a table of its own for it
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


@on_sqlite
@pytest.mark.parametrize("mark", ["as it is", "9999_tomorrow, dbos 9.9"])
def test_a_copy_of_the_file_is_in_wal_mode_again_and_can_still_shrink(url: str, tmp_path: Path, mark: str) -> None:
    connection = sqlite3.connect(tmp_path / "results.sqlite")
    if mark != "as it is":  # the backup of a later release, which this one goes on beside
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        connection.execute("UPDATE gateway_ready SET mark = ?", (mark,))
        connection.commit()
    connection.execute(f"VACUUM INTO '{tmp_path / 'copy.sqlite'}'")
    connection.close()

    prepare(sqlite_url(tmp_path / "copy.sqlite"))

    connection = sqlite3.connect(tmp_path / "copy.sqlite")
    modes = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "auto_vacuum")]
    connection.close()
    assert modes == ["wal", 2]


@pytest.mark.acceptance
def test_processes_that_prepare_an_empty_server_at_once_all_come_to_an_end(postgres: Postgres) -> None:
    with get_context("spawn").Pool(3) as processes:  # ends those that hang, too
        for _ in range(5):
            url = postgres.create()

            assert processes.map_async(prepare, [url] * 3, chunksize=1).get(60) == [None, None, None]


@pytest.mark.acceptance
def test_an_index_that_an_interrupted_migration_left_is_made_again(postgres: Postgres) -> None:
    url = postgres.create()
    prepare(url)
    engine = make_engine(url, pool=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'jobs_by_time'::regclass")
        connection.execute(readiness.delete())

    prepare(url)

    with engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid").scalar()
    engine.dispose()
    assert left == 0


def test_several_may_prepare_at_once(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "results.sqlite")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(prepare, [url] * 4))

    engine = make_engine(url, pool=1)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    assert set(metadata.tables) <= names


def test_a_database_that_is_ready_is_not_migrated_again(url: str) -> None:
    program = (
        f"import sys; from app.storage.schema import prepare; prepare({url!r}); print({{'alembic', 'dbos'}} & set(sys.modules))"
    )

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


def test_a_database_that_a_later_release_has_upgraded_is_left_as_it_is(url: str) -> None:
    engine = make_engine(url, pool=1)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
        connection.execute(readiness.update().values(mark="9999_tomorrow, dbos 9.9"))

    prepare(url)

    with engine.connect() as connection:
        mark = connection.scalar(sa.select(readiness.c.mark))
    engine.dispose()
    assert mark == "9999_tomorrow, dbos 9.9"


@pytest.mark.parametrize("migration", sorted((MIGRATIONS / "versions").glob("[0-9]*.py")), ids=lambda each: each.stem)
def test_a_migration_only_adds_so_that_the_release_before_can_run_beside_it(migration: Path) -> None:
    way_up = [
        node
        for node in ast.parse(migration.read_text(encoding="utf-8")).body
        if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade")
    ]

    deeds = {
        node.func.attr
        for part in way_up
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "op"
    }
    texts = [
        node.value
        for part in way_up
        for node in ast.walk(part)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]

    assert deeds <= {"add_column", "create_index", "create_table", "execute", "get_bind"}
    assert not [text for text in texts if re.search(r"\b(ALTER|DROP|DELETE FROM|TRUNCATE|UPDATE \w+ SET)\b", text)]


@on_sqlite
def test_a_file_can_shrink_also_one_from_before_that_was_asked_for(url: str, tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.sqlite")
    old.execute("CREATE TABLE diary (page TEXT)")
    old.commit()
    old.close()

    prepare(sqlite_url(tmp_path / "old.sqlite"))

    modes = []
    for name in ("old", "results"):
        connection = sqlite3.connect(tmp_path / f"{name}.sqlite")
        modes.append(connection.execute("PRAGMA auto_vacuum").fetchone())
        connection.close()
    assert modes == [(2,), (2,)]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as refused:
        prepare(sqlite_url(tmp_path / "missing" / "results.sqlite"))

    assert re.search(r"/missing/.*its folder does not exist", refused.value.located)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        prepare(sqlite_url(tmp_path))


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "results.sqlite"
    file.write_text("dear diary, " * 1000)

    with pytest.raises(StoreError) as refused:
        prepare(sqlite_url(file))

    assert re.search(r"results\.sqlite: the file is no SQLite database", refused.value.located)

    assert file.read_text().startswith("dear diary")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc, the one folder that even root cannot write to")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with pytest.raises(StoreError) as refused:
        prepare(sqlite_url("/proc/results.sqlite"))

    assert re.search(r"/proc/results\.sqlite.*choose another file", refused.value.located)


def test_a_database_server_that_is_away_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="does not answer") as caught:
        prepare("postgresql+psycopg://ada:secret@127.0.0.1:1/gateway")

    assert "secret" not in str(caught.value)


def test_a_database_of_the_first_version_is_upgraded_with_its_data(url: str, postgres_or_file: Callable[[], str]) -> None:
    old = postgres_or_file()
    _migrate_to(old, "0001")
    job_id = "6c1a2f0e-0000-4000-8000-000000000001"
    given = {
        "id": job_id,
        "sha": "a" * 64,
        "body": b"Ada : bonjour",
        "record": json.dumps(_RECORD),
        "answer": '{"text": "bonjour", "prompt_tokens": 7}',
    }
    engine = make_engine(old, pool=1)
    with engine.begin() as connection:
        for statement in _FIRST_ROWS:
            connection.execute(sa.text(statement), given)
    engine.dispose()

    prepare(old)

    jobs = Jobs(old)
    job, order, calls = jobs.find(job_id), jobs.order(job_id), jobs.calls(job_id)
    again = jobs.retry(job_id)
    jobs.close()
    assert (job.status, job.error, job.version, job.original_flavor) == (Status.ERROR, "no model", 0, None)
    assert (order.content, order.fallbacks) == ("Ada : bonjour", ())
    assert [(call.step, call.prompt_tokens) for call in calls] == [("batch/0", 7)]
    assert again.status is Status.QUEUED


_RECORD = {
    "service": "cra",
    "kind": "summary",
    "backend": "vLLM",
    "flavor": {},
    "settings": {},
    "template": "cra",
    "templates": {},
    "options": {},
    "generation": "g",
    "priority": 5,
}
_FIRST_ROWS = (
    "INSERT INTO contents (sha256, body, created) VALUES (:sha, :body, 1700000000)",
    "INSERT INTO jobs (id, service, flavor, kind, backend, status, generation, priority, created, error) "
    "VALUES (:id, 'cra', 'mixtral', 'summary', 'vLLM', 'error', 'g', 5, 1700000000, 'no model')",
    "INSERT INTO orders (job_id, sha256, record) VALUES (:id, :sha, :record)",
    "INSERT INTO calls (job_id, step, answer, created) VALUES (:id, 'batch/0', :answer, 1700000000)",
)


_BEFORE_LISTS = (
    *_FIRST_ROWS[:2],
    "INSERT INTO meetings (job_id, title, day) VALUES (:id, 'Board', '2026-03-05')",
    "INSERT INTO passages (id, job_id, part, turn, speaker, body, words) "
    "VALUES (1, :id, 'transcript', 0, 'Ada', 'Bonjour Zoé', 'ada bonjour zo e')",
    "INSERT INTO actions (job_id, item, text, owner, owner_words, due_date, turns, done) "
    "VALUES (:id, 2, 'Write.', 'Ann Berg', ' ann  berg ', '2026-03-06', '[1]', NULL)",
)


def test_a_database_of_the_version_before_is_searched_and_renewed(url: str, postgres_or_file: Callable[[], str]) -> None:
    old = postgres_or_file()
    _migrate_to(old, "0015")
    engine = make_engine(old, pool=1)
    with engine.begin() as connection:
        for statement in _BEFORE_LISTS:
            connection.execute(sa.text(statement), {"id": "j", "sha": "a" * 64, "body": b"Ada : Bonjour Zo\xc3\xa9"})
    engine.dispose()

    prepare(old)
    jobs = Jobs(old)
    before = _found(jobs)
    renewed = Indexer(jobs, ("summary",)).renew()
    after = _found(jobs)
    jobs.close()

    assert before == (["bonjour"], [2])
    assert (renewed, after) == (1, (["bonjour", "zoe"], [2]))


def _found(jobs: Jobs) -> tuple[list[str], list[int]]:
    """Which words are found, and the actions of Berg."""
    index = Index(jobs.database)
    words = [word for word in ("bonjour", "zoe") if index.search(Query.of(word), limit=5)[0]]
    return words, [each.item for each in Actions(jobs.database).list(owner="berg", open_=True, limit=5)[0]]


def _migrate_to(url: str, revision: str) -> None:
    """Our tables as they were at *revision*."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = make_engine(url, pool=1)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


@pytest.fixture
def postgres_or_file(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Callable[[], str]:
    """Makes an empty database of the same sort as *url*."""
    if url.startswith("sqlite"):
        return lambda: sqlite_url(tmp_path / "old.sqlite")
    return lambda: str(request.getfixturevalue("postgres").create())
