"""What the first view of the studio's pages costs with many meetings stored.

    python -m bench.studio [meetings]

Server time of each page, asked of the application in this process, with few and with many meetings by turns: the ratio tells
more than the milliseconds on a machine that others use."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient

from app.gateway import Gateway, assemble, prepare_database
from app.settings import Settings
from app.storage.tables import actions
from app.web import create_app
from tests.acceptance.processes import ROLLING, transcript, write_service

FEW, MANY = 100, 10_000
ROUNDS = 21
TURNS = 20  # of each meeting
ACTIONS = 3
PAGES = {
    "New": "/studio/new",
    "Meetings": "/studio/meetings",
    "Meetings, one status": "/studio/meetings?status=queued",
    "Search, one word of every meeting": "/studio/meetings?q=budget",
    "Search, a word of one meeting": "/studio/meetings?q=7x",
    "Actions": "/studio/actions",
    "Meeting": "/studio/meetings/{}",
}


def filled(folder: Path, number: int) -> tuple[Gateway, str]:
    """A gateway with so many meetings, and the id of one."""
    write_service(folder / "services", "rolling", ROLLING)
    settings = Settings(services=str(folder / "services"), db_path=str(folder / "results.sqlite"), max_queued=0)
    prepare_database(settings)
    gateway = assemble(settings)
    app = create_app(gateway).test_client()
    job_id = ""
    for each in range(number):
        body = {"content": transcript(TURNS, f"the budget {each}x"), "flavor": "f"}
        job_id = app.post("/services/rolling/generate", json=body).get_json()["jobId"]
        gateway.jobs.database.write(partial(agree, job_id=job_id))
    return gateway, job_id


def agree(connection: sa.Connection, job_id: str) -> None:
    """Writes the actions of a meeting, as its minutes would."""
    told = {"job_id": job_id, "text": "Send the figures.", "owner": "Ann", "owner_words": " ann ", "turns": [1]}
    days = [f"2026-{1 + hash((job_id, item)) % 12:02}-15" for item in range(ACTIONS)]
    connection.execute(actions.insert(), [{**told, "item": item, "due_date": day} for item, day in enumerate(days)])


def seconds(client: FlaskClient, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path, headers={"Accept": "text/html"})
    taken = time.perf_counter() - began
    assert answer.status_code == 200, answer.text
    return taken


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        few, few_id = filled(Path(one), FEW)
        many, many_id = filled(Path(other), number)
        with closing(few.jobs), closing(many.jobs):
            clients = [(create_app(each).test_client(), job_id) for each, job_id in ((few, few_id), (many, many_id))]
            print(f"| page | {FEW:,} meetings | {number:,} meetings | ratio |\n|---|---|---|---|")
            for name, path in PAGES.items():
                taken = [[seconds(client, path.format(job_id)) for client, job_id in clients] for _ in range(ROUNDS)]
                short, long = (1000 * statistics.median(each) for each in zip(*taken, strict=True))
                print(f"| {name} | {short:.1f} ms | {long:.1f} ms | {long / short:.2f} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY)
