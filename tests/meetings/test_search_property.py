"""Search against the simplest search there is: all passages, read one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.jobs import Jobs, index
from app.jobs.search import Index
from app.storage.tables import jobs as table
from app.storage.tables import meetings, passages
from app.storage.words import Query, located
from bench.storage import row

VOCABULARY = ("budget", "garden", "Élan", "480", "bud")
BODIES = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=4).map(" ".join)
MEETINGS = st.lists(
    st.tuples(st.sampled_from(("ann", "bob")), st.lists(BODIES, max_size=4), st.integers(0, 2)), min_size=1, max_size=9
)
TERMS = st.sampled_from((*VOCABULARY, "bud*", "g*", '"budget garden"', '"480 bud"*', "nowhere"))
QUERIES = st.lists(TERMS, min_size=1, max_size=3).map(" ".join)
NEVER, ALWAYS = 1_000, -2  # large; a server that never counted its passages says -1
SIZES = st.tuples(
    st.sampled_from(((1, 2), (2, 5), (5, 100))),
    st.fixed_dictionaries(
        {
            "most_jobs": st.integers(1, 3),
            "few": st.sampled_from((0, 1, 50)),
            "many": st.sampled_from((0, 2, 1_000)),
            "large": st.sampled_from((NEVER, ALWAYS)),
        }
    ),
)
Meeting = tuple[str, list[str], int]  # its holder, what is said in it, and by how many meetings its passages are late


def fill(connection: sa.Connection, held: Sequence[Meeting]) -> None:
    """The passages of some meetings are written behind those of later meetings, as edited ones are."""
    connection.execute(sa.delete(table))
    rows = [row(at, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=at // 2)) for at in range(len(held))]
    connection.execute(sa.insert(table), [{**each, "holder": who} for each, (who, _, _) in zip(rows, held, strict=True)])
    told = {"title": "", "day": "2026-01-01", "indexed": index.VERSION}
    connection.execute(sa.insert(meetings), [{**told, "job_id": each["id"]} for each in rows])
    late = sorted(range(len(held)), key=lambda at: at + held[at][2])
    for at in late:
        index.insert(
            connection, [index.row(rows[at]["id"], "transcript", turn, "", said) for turn, said in enumerate(held[at][1])]
        )


def naive(connection: sa.Connection, query: Query, holder: str | None) -> list[tuple[str, int]]:
    order = (table.c.created.desc(), table.c.id.desc(), passages.c.id)
    asked = sa.select(table.c.id, passages.c.turn, passages.c.body).join(passages, passages.c.job_id == table.c.id)
    if holder is not None:
        asked = asked.where(table.c.holder == holder)
    every = connection.execute(asked.order_by(*order)).all()
    return [(each.id, each.turn) for each in every if all(term.places(located(each.body)) for term in query.terms)]


def pages(index: Index, query: Query, limit: int, holder: str | None) -> Iterator[Sequence[Any]]:
    cursor = None
    for _ in range(100):
        hits, cursor = index.search(query, limit=limit, cursor=cursor, holder=holder)
        yield hits
        if cursor is None:
            return
    pytest.fail("the pages do not end")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=MEETINGS,
    asked=QUERIES,
    sizes=SIZES,
    page=st.tuples(st.integers(1, 5), st.sampled_from((None, "ann", "bob", "eve"))),
)
def test_all_pages_together_are_what_the_simplest_search_finds(
    jobs: Jobs, held: list[Meeting], asked: str, sizes: tuple[tuple[int, int], dict[str, int]], page: tuple[int, str | None]
) -> None:
    query, (newest, others), (limit, holder) = Query.of(asked), sizes, page
    with jobs.database.engine.begin() as connection:
        fill(connection, held)
        expected = naive(connection, query, holder)

    found = list(pages(Index(jobs.database, newest, **others), query, limit, holder))

    assert [(hit.job_id, hit.turn) for hits in found for hit in hits] == expected
    assert all(len(hits) <= limit for hits in found)
