"""The list of actions against the simplest list there is, and beside an earlier release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.jobs import Jobs, index
from app.jobs.actions import NO_DUE, Actions
from app.jobs.indexer import Indexer
from app.jobs.retention import delete
from app.storage.tables import action_owners, actions, meetings, passages
from app.storage.tables import jobs as table
from app.storage.words import words
from bench.storage import row
from tests.meetings.conftest import Desk, on_sqlite

OWNERS = st.sampled_from((None, "Ann Berg", "Ann", "Bob  Berg-Ann", "Ann Ann", "Zoé", "李 明", "3rd's"))
ITEMS = st.lists(st.tuples(OWNERS, st.sampled_from((None, "2026-03-05", "2026-03-06")), st.booleans()), max_size=4)
HELD = st.lists(st.tuples(st.sampled_from(("ann", "bob", None)), ITEMS), min_size=1, max_size=5)
ASKED = st.tuples(
    st.sampled_from((None, "ann", "Berg Ann", "zoe", "明", "nobody", "3rd")),
    st.sampled_from((None, True, False)),
    st.sampled_from((None, "ann", "eve")),
    st.integers(1, 3),
)
Entry = tuple[str | None, str | None, bool]  # the owner, the day and whether it is done


def fill(connection: sa.Connection, held: Sequence[tuple[str | None, list[Entry]]], version: int) -> None:
    connection.execute(sa.delete(table))
    rows = [row(at, datetime(2026, 1, 1, tzinfo=UTC)) for at in range(len(held))]
    connection.execute(sa.insert(table), [{**each, "holder": who} for each, (who, _) in zip(rows, held, strict=True)])
    connection.execute(
        sa.insert(meetings), [{"job_id": each["id"], "title": "", "day": "2026-01-01", "indexed": version} for each in rows]
    )
    now = datetime.now(UTC)
    for each, (_, entries) in zip(rows, held, strict=True):
        for item, (owner, due, done) in enumerate(entries):
            told = {"job_id": each["id"], "item": item, "text": "Go.", "owner": owner, "due_date": due, "turns": [1]}
            words_of = index.spaced(owner or "")
            connection.execute(sa.insert(actions).values(**told, owner_words=words_of, done=now if done else None))


def naive(connection: sa.Connection, owner: str | None, open_: bool | None, holder: str | None) -> list[tuple[str, str, int]]:
    asked = sa.select(actions, table.c.holder).join(table, table.c.id == actions.c.job_id)
    return sorted(
        (each.due_date or NO_DUE, each.job_id, each.item)
        for each in connection.execute(asked)
        if set(words(owner or "")) <= set(words(each.owner or ""))
        if open_ is None or open_ == (each.done is None)
        if holder is None or each.holder == holder
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=HELD, asked=ASKED, version=st.sampled_from((0, index.VERSION)))
def test_all_pages_together_are_what_the_simplest_list_holds(
    jobs: Jobs,
    held: list[tuple[str | None, list[Entry]]],
    asked: tuple[str | None, bool | None, str | None, int],
    version: int,
) -> None:
    owner, open_, holder, limit = asked
    with jobs.database.engine.begin() as connection:
        fill(connection, held, version)
        expected = naive(connection, owner, open_, holder)
    listed: list[tuple[str, str, int]] = []
    cursor, more = None, True

    while more:
        found, cursor = Actions(jobs.database).list(owner=owner, open_=open_, limit=limit, cursor=cursor, holder=holder)
        listed += [(each.due_date or NO_DUE, each.job_id, each.item) for each in found]
        more = cursor is not None

    assert listed == expected


def listed_rows(jobs: Jobs) -> list[tuple[str, int, str, bool]]:
    by = action_owners.c
    with jobs.database.reading() as connection:
        return [tuple(each) for each in connection.execute(sa.select(by.job_id, by.item, by.word, by.open).order_by(*by))]


def test_the_list_follows_edits_marks_and_deletion(desk: Desk, jobs: Jobs) -> None:
    job_id = desk.held()
    first = listed_rows(jobs)
    desk.client.patch(f"/jobs/{job_id}/actions/3", json={"done": True})
    told = desk.minutes(job_id)
    told["items"] = [{**each, "owner": "Cleo"} for each in told["items"] if each["id"] in {3, 4}]
    told["summary"] = []
    answer = desk.client.put(f"/results/{job_id}/minutes", json=told, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text

    edited = listed_rows(jobs)
    delete(jobs, [job_id])

    assert {(item, word) for _, item, word, _ in first} >= {(1, ""), (1, "bob"), (1, "stone")}
    assert edited == [(job_id, 3, "", False), (job_id, 3, "cleo", False), (job_id, 4, "", True), (job_id, 4, "cleo", True)]
    assert listed_rows(jobs) == []


def as_before(jobs: Jobs) -> None:
    """Leaves the index as an earlier release with other words wrote it, before there was the list of actions."""
    with jobs.database.engine.begin() as connection:
        connection.execute(sa.update(passages).where(passages.c.body.contains("480")).values(words="other words"))
        connection.execute(sa.delete(action_owners))
        connection.execute(sa.update(meetings).values(indexed=0))


def hits(desk: Desk, q: str) -> list[tuple[str, int]]:
    return [(each["jobId"], each["turn"]) for each in desk.client.get("/search", query_string={"q": q}).get_json()["hits"]]


def test_the_worker_renews_what_an_earlier_release_indexed(desk: Desk, jobs: Jobs) -> None:
    held = [desk.held(), desk.held("notes")]
    expected, rows = hits(desk, "480 pounds"), listed_rows(jobs)
    as_before(jobs)
    outdated = hits(desk, "480 pounds")

    done = Indexer(jobs, ("minutes", "summary")).renew()

    assert (done, outdated) == (len(held), [])
    assert hits(desk, "480 pounds") == expected
    assert hits(desk, "other") == []
    assert listed_rows(jobs) == rows
    assert Indexer(jobs, ("minutes", "summary")).renew() == 0


def test_a_meeting_without_actions_is_renewed_without_its_report(desk: Desk, jobs: Jobs) -> None:
    desk.held("notes")
    as_before(jobs)
    asked: list[str] = []
    sa.event.listen(jobs.database.engine, "before_cursor_execute", lambda _c, _cursor, said, *_: asked.append(said))

    done = Indexer(jobs, ("minutes", "summary")).renew()

    assert done == 1
    assert [each for each in asked if "jobs.coverage" in each] == []


def test_actions_are_listed_while_they_are_renewed(desk: Desk, jobs: Jobs) -> None:
    desk.held()
    as_before(jobs)

    listed = desk.client.get("/actions?owner=stone&open=true").get_json()["actions"]

    assert [each["item"] for each in listed] == [1, 3, 5]


@on_sqlite
def test_a_renewal_that_was_interrupted_goes_on(desk: Desk, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        desk.held()
    as_before(jobs)
    stopped = Indexer(jobs, ("minutes",))
    renewed = index.mark_renewed

    def once(connection: sa.Connection, job_id: str) -> None:
        renewed(connection, job_id)
        stopped.stop()

    monkeypatch.setattr(index, "mark_renewed", once)

    first, rest = stopped.renew(), Indexer(jobs, ("minutes",))
    monkeypatch.undo()

    assert (first, rest.renew()) == (1, 2)
