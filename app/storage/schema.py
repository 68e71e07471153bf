"""Prepares a database: the gateway's tables by Alembic, the job engine's by the engine itself, WAL on SQLite."""

from __future__ import annotations

import logging
import re
from importlib.metadata import version
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from app.storage.database import MIGRATION_SECONDS, make_engine, mapped_errors, sqlite_file
from app.storage.locks import alone
from app.storage.sqlite_file import check_place

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "gateway_version"
INCREMENTAL = 2  # SQLite's number for `auto_vacuum = INCREMENTAL`

_LEFT_BY_REINDEX = re.compile(r"_cc(?:new|old)\d*$")  # PostgreSQL's own names; the index that was to be rebuilt is still there
_INVALID = sa.text(
    "SELECT n.nspname, c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
    " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE NOT i.indisvalid AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')"
)

log = logging.getLogger(__name__)

# What was prepared last. A process that finds it up to date need not import Alembic and DBOS (half a second each time).
readiness = sa.Table("gateway_ready", sa.MetaData(), sa.Column("mark", sa.Text, nullable=False))


def prepare(url: str) -> None:
    """Creates or upgrades everything in the database. Any number of processes may do so at once, and again. A database that a
    later release has upgraded is left as it is, since migrations only add.

    Raises StoreError, which names the place and the remedy."""
    file = sqlite_file(url)
    if file is not None:
        check_place(file)
    engine = make_engine(url, pool=2, limit=MIGRATION_SECONDS)
    try:
        if not _is_ready(engine) or not _is_in_wal(engine):
            with alone(url, engine, "prepare"), mapped_errors(url):
                _make_ready(engine, url)
                if file is not None:
                    _switch_to_wal(engine)
    finally:
        engine.dispose()


def _make_ready(engine: sa.Engine, url: str) -> None:
    if _is_ready(engine):  # another process was faster, or only the journal mode is missing
        return
    if ahead := _ahead_of_us(engine):
        log.info("the database is upgraded to %s by a later release: this one goes on beside it", ahead)
        return
    if engine.dialect.name == "sqlite":
        _let_it_shrink(engine)
    _migrate_ours(engine)
    _migrate_engine(url)
    if engine.dialect.name == "postgresql":
        _rebuild_invalid_indexes(engine)
    readiness.create(engine, checkfirst=True)
    with engine.begin() as connection:
        connection.execute(readiness.delete())
        connection.execute(readiness.insert().values(mark=_mark()))


def _is_ready(engine: sa.Engine) -> bool:
    """Whether this very version prepared the database. False if it cannot be asked: preparing it will say why."""
    try:
        with engine.connect() as connection:
            return connection.scalar(sa.select(readiness.c.mark)) == _mark()
    except exc.DBAPIError:
        return False


def _is_in_wal(engine: sa.Engine) -> bool:
    """Whether readers and the writer do not wait for each other: lost in a copy that `VACUUM INTO` made, or a dump. False also
    if it cannot be asked."""
    if engine.dialect.name != "sqlite":
        return True
    try:
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal")
    except exc.DBAPIError:
        return False


def _ahead_of_us(engine: sa.Engine) -> str:
    """The migration that the database is at, if this release does not know it; else empty.

    So a process of the previous release can be started again while others are upgraded, and an upgrade can be rolled back."""
    if not sa.inspect(engine).has_table(VERSION_TABLE):
        return ""
    known = {migration.partition("_")[0] for migration in _migrations()}
    with engine.connect() as connection:
        found = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))) or ""
    return "" if found in known else str(found)


def _migrations() -> list[str]:
    """The gateway's own migrations, oldest first."""
    return sorted(file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _mark() -> str:
    """Changes with every migration of the gateway and every release of the job engine."""
    return f"{_migrations()[-1]}, dbos {version('dbos')}"


def _let_it_shrink(engine: sa.Engine) -> None:
    """Lets the file shrink when rows are deleted. An older file is rewritten once, if no other process uses it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.exec_driver_sql("PRAGMA auto_vacuum").scalar_one() == INCREMENTAL:
            return
        connection.exec_driver_sql(f"PRAGMA auto_vacuum={INCREMENTAL}")
        if connection.exec_driver_sql("PRAGMA page_count").scalar_one() == 0:
            return
        try:
            connection.exec_driver_sql("VACUUM")
        except exc.DBAPIError as error:  # no room for a copy, or another process uses the file: free space is reused at least
            log.warning("the database cannot be made to shrink: %s", type(error.orig).__name__)


def _rebuild_invalid_indexes(engine: sa.Engine) -> None:
    """An index whose `CREATE INDEX CONCURRENTLY` was interrupted stays behind invalid: never used, and never made again."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for schema, name in connection.execute(_INVALID).all():
            quoted = ".".join(engine.dialect.identifier_preparer.quote(part) for part in (schema, name))
            if _LEFT_BY_REINDEX.search(name):
                connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
            else:
                connection.exec_driver_sql(f"REINDEX INDEX CONCURRENTLY {quoted}")
            log.info("the index %s was left unfinished by an interrupted migration; it is whole now", name)


def _switch_to_wal(engine: sa.Engine) -> None:
    """Readers and the writer stop waiting for each other; the file remembers it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")


def _migrate_ours(engine: sa.Engine) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)  # before the import, which logs a lot
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # else SQLite would commit each table separately
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _migrate_engine(url: str) -> None:
    from dbos import DBOS

    quiet_job_engine()
    DBOS.migrate(url)


def quiet_job_engine() -> None:
    """Keeps the log of DBOS at warnings, in this program's own log."""
    engine_log = logging.getLogger("dbos")
    engine_log.setLevel(logging.WARNING)
    if not engine_log.handlers:  # else DBOS adds a handler and a format of its own
        engine_log.addHandler(logging.NullHandler())
