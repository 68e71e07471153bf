"""Several people at one meeting, and what is left once it is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.jobs import Jobs
from app.web import create_app
from tests.meetings.conftest import Desk

TIMES = 5


def correct(client: FlaskClient, job_id: str, number: int) -> int:
    """Corrects a turn several times, each time the version that was read last; the number of refusals."""
    refused = 0
    for time in range(TIMES):
        status = 412
        while status == 412:
            read = client.get(f"/jobs/{job_id}/transcript").headers["ETag"]
            body = {"turns": [{"number": number, "text": f"Client{number} at{time}."}]}
            status = client.patch(f"/jobs/{job_id}/transcript", json=body, headers={"If-Match": read}).status_code
            refused += status == 412
        assert status == 200
    return refused


def test_two_people_who_correct_at_once_lose_nothing(desk: Desk) -> None:
    job_id = desk.held()
    clients = [create_app(desk.gateway).test_client() for _ in range(2)]  # CPython 3.11 may fail if two are made at once

    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda client, number: correct(client, job_id, number), clients, (1, 4)))

    told = desk.transcript(job_id)
    found = desk.client.get("/search?q=client1").get_json()["hits"]
    assert told["version"] == 2 * TIMES
    assert {each["number"]: each["text"] for each in told["turns"] if each["number"] in {1, 4}} == {
        1: "Client1 at4.",
        4: "Client4 at4.",
    }
    assert [each["text"] for each in found] == ["Client1 at4."]


# FTS5 writes that a passage is gone behind what it wrote of it, and drops both when it merges its blocks.
MERGED_LATER = "passages_words_data"


def places(connection: sa.Connection, needle: str) -> Iterator[str]:
    """The columns of all tables that hold *needle*."""
    inspector = sa.inspect(connection)
    on_postgresql = connection.dialect.name == "postgresql"
    for schema in ("public", "dbos") if on_postgresql else (None,):
        for name in set(inspector.get_table_names(schema=schema)) - {MERGED_LATER}:
            columns = [sa.column(each["name"]) for each in inspector.get_columns(name, schema=schema)]
            table = sa.table(name, *columns, schema=schema)
            for row in connection.execute(sa.select(table)).mappings():
                yield from (f"{name}.{key}" for key, value in row.items() if needle in _text(value))


def _text(value: object) -> str:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)


def test_nothing_of_a_deleted_meeting_stays_in_any_table(desk: Desk, jobs: Jobs) -> None:
    job_id = desk.held()
    desk.correct(job_id, turns=[{"number": 1, "text": "The heating costs a giraffe."}])
    desk.client.post(f"/jobs/{job_id}/retry")
    desk.carry_out(job_id)
    with jobs.database.reading() as connection:
        before = {*places(connection, job_id), *places(connection, "giraffe")}

    jobs.delete(job_id)

    assert before >= {"jobs.id", "contents.body", "passages.body", "actions.text", "action_owners.job_id", "calls.answer"}
    assert before >= {"result_versions.job_id", "meetings.job_id", "orders.job_id"}
    with jobs.database.reading() as connection:
        assert [*places(connection, job_id), *places(connection, "giraffe"), *places(connection, "heating")] == []
