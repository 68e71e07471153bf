"""How the cost of searching and of listing actions grows with the meetings that are kept.

    python -m bench.search [meetings] [postgres]

Fills one database with 1,000 meetings and another one with *meetings* (20,000), on SQLite or on a PostgreSQL of its own; then
asks both by turns, and prints medians and their ratio. Each meeting has 20 turns and 3 actions."""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial

import sqlalchemy as sa

from app.jobs import Jobs, index
from app.jobs.actions import Actions
from app.jobs.search import Index
from app.storage.schema import prepare
from app.storage.tables import actions, jobs, meetings, passages
from app.storage.words import Query
from bench.storage import alone, databases, row, seconds

FEW, MANY = 1_000, 20_000
ROUNDS = 21
TURNS, ACTIONS = 20, 3
AT_ONCE = 100  # meetings of one transaction
DAYS = 365
LIMIT = 20
OTHERS = [f"w{number}" for number in range(2_000)]
EVERY = 1_000  # one meeting of so many has the rare word
FIRST = 500  # meetings that have the old word

Ask = Callable[[Jobs], object]


def said(at: int, turn: int, random: random.Random) -> str:
    """A turn: "budget" and "garden" in different turns of every meeting, "heating" and "school" in the same ones."""
    words = random.choices(OTHERS, k=12)
    words.append("budget heating school" if turn % 2 else "garden")
    if at % EVERY == 0 and turn == 3:
        words.append("submarine")
    if at < FIRST:
        words.append("steam engine")
    return " ".join(words)


def rows(at: int, job_id: str) -> Iterator[index.Row]:
    chance = random.Random(at)
    for turn in range(TURNS):
        yield index.row(job_id, index.TRANSCRIPT, turn, f"Speaker {turn % 4}", said(at, turn, chance))._asdict()


def action(at: int, item: int, job_id: str) -> index.Row:
    owner = "Zoe Rare" if at % EVERY == 0 else ("Ann Berg", "Bob Stone", "Cleo")[item]
    day = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=(7 * at + item) % DAYS)).date().isoformat()
    done = datetime.now(UTC) if at % 10 else None
    told = {"owner": owner, "owner_words": index.spaced(owner), "due_date": day, "turns": [1], "done": done}
    return {"job_id": job_id, "item": item, "text": "Send the figures.", **told}


def filled(url: str, number: int) -> Jobs:
    """A database with *number* meetings, one a second, the newest now."""
    prepare(url)
    made = Jobs(url, pool=2)
    newest = datetime.now(UTC)
    for first in range(0, number, AT_ONCE):
        span = range(first, min(number, first + AT_ONCE))
        held = [row(at, newest - timedelta(seconds=number - at)) for at in span]
        with made.database.engine.begin() as connection:
            connection.execute(sa.insert(jobs), held)
            told = [{"job_id": each["id"], "title": "Board", "day": "2026-03-05", "indexed": index.VERSION} for each in held]
            connection.execute(sa.insert(meetings), told)
            turns = [each for at, job in zip(span, held, strict=True) for each in rows(at, job["id"])]
            connection.execute(sa.insert(passages), turns)
            wanted = [action(at, item, job["id"]) for at, job in zip(span, held, strict=True) for item in range(ACTIONS)]
            connection.execute(sa.insert(actions), wanted)
    alone(made, "VACUUM ANALYZE" if made.database.engine.dialect.name == "postgresql" else "ANALYZE")
    return made


def search(jobs: Jobs, *, text: str, holder: str | None = None) -> object:
    return Index(jobs.database).search(Query.of(text), limit=LIMIT, holder=holder)


def listed(jobs: Jobs, *, owner: str | None, open_: bool | None, holder: str | None = None) -> object:
    return Actions(jobs.database).list(owner=owner, open_=open_, limit=LIMIT, holder=holder)


ASKED: dict[str, Ask] = {
    "search: a word of every meeting": partial(search, text="budget"),
    "search: two words of the same turns": partial(search, text="heating school"),
    "search: two words that never meet": partial(search, text="budget garden"),
    "search: two words that meet seldom": partial(search, text="w7 w8"),
    "search: a word of one meeting in 1,000": partial(search, text="submarine"),
    "search: a rare word and a common one": partial(search, text="submarine budget"),
    "search: a word of the 500 oldest meetings": partial(search, text="steam engine"),
    "search: no such word": partial(search, text="nowhere"),
    "search: the beginning of common words": partial(search, text="bud*"),
    "search: a holder's, two words that never meet": partial(search, text="budget garden", holder="holder-3"),
    "actions: the first": partial(listed, owner=None, open_=None),
    "actions: open": partial(listed, owner=None, open_=True),
    "actions: of a frequent owner, open": partial(listed, owner="Ann", open_=True),
    "actions: of a rare owner": partial(listed, owner="Zoe", open_=None),
    "actions: of a rare owner, open": partial(listed, owner="zoe rare", open_=True),
    "actions: a holder's, open": partial(listed, owner=None, open_=True, holder="holder-3"),
    "actions: of a holder without any": partial(listed, owner=None, open_=True, holder="nobody"),
}


def main(number: int, on_server: bool) -> None:
    with databases(on_server) as urls, closing(filled(urls[0], FEW)) as few, closing(filled(urls[1], number)) as many:
        print(f"| query | {FEW:,} meetings | {number:,} meetings | ratio |\n|---|---|---|---|")
        for what, ask in ASKED.items():
            taken = [(seconds(ask, few), seconds(ask, many)) for _ in range(ROUNDS)]
            short, long = (1000 * statistics.median(each) for each in zip(*taken, strict=True))
            print(f"| {what} | {short:.2f} ms | {long:.2f} ms | {long / short:.2f} |", flush=True)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(numbers[0] if numbers else MANY, "postgres" in sys.argv)
