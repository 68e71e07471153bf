"""How the cost of the database's queries grows with the jobs that it keeps.

    python -m bench.storage [jobs] [postgres]

Fills one database with 1,000 jobs and another one with *jobs* (200,000), on SQLite or on a PostgreSQL of its own; then runs
each query in both by turns, and prints medians and their ratio."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from app.jobs import Jobs, Status
from app.jobs.retention import Sweeper
from app.jobs.stats import compact, stats
from app.storage.database import sqlite_url
from app.storage.schema import prepare
from app.storage.tables import jobs as table
from tests.jobs.orders import an_order

FEW, MANY = 1_000, 200_000
ROUNDS = 31
AT_ONCE = 1_000  # rows of one insert
RARE = 0.001  # the share of the jobs of one service
HOLDERS = 10
Query = Callable[[Jobs], object]


def filled(url: str, number: int) -> Jobs:
    """A database with *number* finished jobs, one a second, the newest now.

    The rows that count them are added together all along, as in a gateway that runs: rows of 200,000 jobs that are added
    together at the end leave a table of PostgreSQL with 14 MB of dead rows before the live ones."""
    prepare(url)
    made = Jobs(url, pool=2)
    newest = datetime.now(UTC)
    for first in range(0, number, AT_ONCE):
        rows = [row(at, newest - timedelta(seconds=number - at)) for at in range(first, min(number, first + AT_ONCE))]
        with made.database.engine.begin() as connection:
            connection.execute(sa.insert(table), rows)
        compact(made.database)
        if made.database.engine.dialect.name == "postgresql":
            alone(made, "VACUUM job_counts")  # the server does this by itself, up to a minute later
    alone(made, "ANALYZE")
    return made


def alone(jobs: Jobs, statement: str) -> None:
    """Runs *statement* outside a transaction."""
    with jobs.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def row(at: int, created: datetime) -> Mapping[str, Any]:
    return {
        "id": str(uuid4()),
        "service": "rare" if at % round(1 / RARE) == 0 else f"service-{at % 20}",
        "flavor": "f",
        "kind": "summary",
        "backend": "vLLM",
        "status": (Status.ERROR if at % 50 == 0 else Status.COMPLETE).value,
        "generation": "abc",
        "priority": 5,
        "created": created,
        "started": created,
        "finished": created,
        "text": "a line of the minutes\n" * 20,
        "result": "a line of the minutes\n" * 20,
        "holder": f"holder-{at % HOLDERS}",
    }


def deep(jobs: Jobs) -> str:
    """A cursor in the middle of the list."""
    with jobs.database.reading() as connection:
        middle = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        row = connection.execute(sa.select(table.c.created).order_by(table.c.created).offset(middle // 2).limit(1)).one()
    before = jobs.list(before=row.created, limit=2)
    assert before.next_cursor
    return before.next_cursor


def queries(cursors: Mapping[int, str]) -> dict[str, Query]:
    return {
        "newest page": lambda jobs: jobs.list(),
        "page in the middle": lambda jobs: jobs.list(cursor=cursors[id(jobs)]),
        "page of a rare service": lambda jobs: jobs.list(service="rare", limit=1),
        "page of a rare status": lambda jobs: jobs.list(status=Status.ERROR, limit=10),
        "page of a holder": lambda jobs: jobs.list(holder="holder-3"),
        "one job": lambda jobs: jobs.find(jobs.list(limit=1).jobs[0].id),
        "figures of /health and /metrics": lambda jobs: stats(jobs.database),
        "accept": lambda jobs: jobs.submit(an_order(text=str(uuid4()))),
        "sweep with nothing to delete": lambda jobs: Sweeper(jobs, keep_seconds=10**9, most_bytes=0).sweep(),
    }


def seconds(query: Query, jobs: Jobs) -> float:
    began = time.perf_counter()
    query(jobs)
    return time.perf_counter() - began


@contextmanager
def databases(on_server: bool) -> Iterator[tuple[str, str]]:
    """The URLs of two empty databases."""
    if on_server:
        from tests.fixtures.postgres import Postgres  # starts no server until it is called, but needs the wheel

        with closing(Postgres()) as server:
            yield server.create(), server.create()
    else:
        with tempfile.TemporaryDirectory() as name:
            yield sqlite_url(Path(name) / "few.sqlite"), sqlite_url(Path(name) / "many.sqlite")


def main(number: int, on_server: bool) -> None:
    with databases(on_server) as urls, closing(filled(urls[0], FEW)) as few, closing(filled(urls[1], number)) as many:
        asked = queries({id(each): deep(each) for each in (few, many)})
        print(f"| query | {FEW:,} jobs | {number:,} jobs | ratio |\n|---|---|---|---|")
        for what, query in asked.items():
            taken = [(seconds(query, few), seconds(query, many)) for _ in range(ROUNDS)]
            short, long = (1000 * statistics.median(each) for each in zip(*taken, strict=True))
            print(f"| {what} | {short:.2f} ms | {long:.2f} ms | {long / short:.2f} |")


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(numbers[0] if numbers else MANY, "postgres" in sys.argv)
