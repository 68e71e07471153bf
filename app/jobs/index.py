"""The index for full text search and the list of actions: written in the transaction that writes what they are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.orders import FILE_TITLE, NAMES, Json, Order
from app.storage.database import insert_new
from app.storage.tables import actions, jobs, meetings, passages
from app.storage.words import indexed, words
from app.transcript import UNKNOWN_SPEAKER, named, turns_of

VERSION = 3  # how passages are indexed; a larger number makes the worker index those of earlier releases anew
AT_ONCE = 1000  # passages of one statement
TRANSCRIPT, MINUTES = "transcript", "minutes"  # the parts of a meeting
# Built once: they run at the end of every job, and building them takes longer than executing them.
_KNOWN = sa.select(meetings.c.job_id).where(meetings.c.job_id == sa.bindparam("known"))
_INSERT = passages.insert()
_FORGET = sa.delete(passages).where(passages.c.job_id == sa.bindparam("forgotten"), passages.c.part == sa.bindparam("of"))
_SIGNS = re.compile(r"^[\s#>*+-]+|\*\*")  # of Markdown, at the beginning of a line and around names

Row = dict[str, Any]


class Passage(NamedTuple):
    """A passage, as it is searched. A long transcript has a hundred thousand, which as dicts would take three times as much."""

    job_id: str
    part: str
    turn: int | None
    speaker: str
    body: str
    words: str


def is_meeting(order: Order) -> bool:
    """Whether the order works on a transcript: such orders know names of speakers. A job that runs another one again is not
    found beside it."""
    return not order.replay_of and "speakers" in order.options and order.content.startswith("{")


def turn_rows(job_id: str, order: Order, first: int = 0) -> list[Passage]:
    """The turns of an order's transcript from the number *first* on, as they are searched."""
    names = order.options.get(NAMES, {})
    rows: list[Passage] = []
    for turn in turns_of(order.content, order.options.get("speakers", ())):
        if turn.source >= first:
            speaker = "" if turn.speaker == UNKNOWN_SPEAKER else named(turn, names)
            rows.append(row(job_id, TRANSCRIPT, turn.source, speaker, turn.text))
    return rows


def add_meeting(connection: sa.Connection, job_id: str, order: Order, created: datetime, rows: Sequence[Passage]) -> bool:
    """Makes a job searchable: *rows* are its turns. Returns whether it was new."""
    title = order.options.get("title") or order.options.get(FILE_TITLE) or ""
    day = order.options.get("date") or created.date().isoformat()
    if not insert_new(connection, meetings, {"job_id": job_id, "title": title, "day": day, "indexed": VERSION}):
        return False
    insert(connection, rows)
    return True


def insert(connection: sa.Connection, rows: Sequence[Passage]) -> None:
    for first in range(0, len(rows), AT_ONCE):  # the library makes several objects of each row before it writes the first
        connection.execute(_INSERT, [each._asdict() for each in rows[first : first + AT_ONCE]])


def is_known(connection: sa.Connection, job_id: str) -> bool:
    return connection.scalar(_KNOWN, {"known": job_id}) is not None


def add_turns(connection: sa.Connection, job_id: str, order: Order) -> None:
    """Indexes the turns of a transcript that are behind all those that are indexed."""
    mine = (passages.c.job_id == job_id, passages.c.part == TRANSCRIPT)
    last = connection.scalar(sa.select(sa.func.max(passages.c.turn)).where(*mine))
    insert(connection, turn_rows(job_id, order, first=0 if last is None else last + 1))


def replace_turns(connection: sa.Connection, job_id: str, order: Order) -> None:
    """Indexes the transcript of a job anew; a job that was not indexed yet is left to the worker."""
    if is_known(connection, job_id):
        _forget(connection, job_id, TRANSCRIPT)
        insert(connection, turn_rows(job_id, order))


def replace_result(connection: sa.Connection, job_id: str, text: str, coverage: Mapping[str, Json], *, by_id: bool) -> None:
    """Indexes the result of a job, and takes its actions over. *by_id* says that items keep their ids: a person edited them."""
    if not is_known(connection, job_id):
        return
    _forget(connection, job_id, MINUTES)
    minutes = coverage.get("minutes")
    insert(connection, [row(job_id, MINUTES, *entry) for entry in _entries(text, coverage)])
    if minutes is not None:
        named_so = sa.update(meetings).where(meetings.c.job_id == job_id).values(title=minutes["title"])
        connection.execute(named_so)
        _replace_actions(connection, job_id, minutes["items"], by_id=by_id)


def _entries(text: str, coverage: Mapping[str, Json]) -> Iterator[tuple[int | None, str, str]]:
    """What a result says, piece by piece: a turn that it rests on, whose it is, and the text."""
    minutes = coverage.get("minutes")
    if minutes is not None:
        yield from ((_first_turn(each), "", each["text"]) for each in minutes.get("summary", ()))
        yield from ((_first_turn(each), each.get("owner") or "", each["text"]) for each in minutes["items"])
    elif coverage.get("lines"):
        yield from ((_first_turn(each), "", each["line"]) for each in coverage["lines"])
    else:
        yield from ((None, "", line) for each in text.split("\n") if (line := _SIGNS.sub("", each).strip()))


def _first_turn(entry: Mapping[str, Json]) -> int | None:
    """A turn that *entry* rests on; None if it names none."""
    return next(iter(entry.get("turns") or ()), None)


def row(job_id: str, part: str, turn: int | None, speaker: str, body: str) -> Passage:
    return Passage(job_id, part, turn, speaker, body, _words(speaker, body))


def _words(speaker: str, body: str) -> str:
    return " ".join(indexed(f"{speaker} {body}"))  # one text: a list of words takes ten times the memory


def _forget(connection: sa.Connection, job_id: str, part: str) -> None:
    connection.execute(_FORGET, {"forgotten": job_id, "of": part})


# -- actions -----------------------------------------------------------------------------------------------------------------


def _replace_actions(connection: sa.Connection, job_id: str, items: Sequence[Mapping[str, Json]], *, by_id: bool) -> None:
    before = connection.execute(sa.select(actions).where(actions.c.job_id == job_id)).all()
    connection.execute(sa.delete(actions).where(actions.c.job_id == job_id))
    wanted = [each for each in items if each["kind"] == "action"]
    if wanted:
        connection.execute(actions.insert(), [_action(job_id, each, _done(each, before, by_id=by_id)) for each in wanted])


def _done(item: Mapping[str, Json], before: Sequence[Any], *, by_id: bool) -> datetime | None:
    """Since when the action is done: as the former one that is the same."""
    said = words(item["text"])
    alike = (
        lambda old: by_id and old.item == item["id"],
        lambda old: words(old.text) == said,
        lambda old: old.turns == list(item["turns"]) and old.owner == item.get("owner"),
    )
    for same in alike:
        found = next((old for old in before if same(old)), None)
        if found is not None:
            done: datetime | None = found.done
            return done
    return None


def _action(job_id: str, item: Mapping[str, Json], done: datetime | None) -> Row:
    owner = item.get("owner")
    return {
        "job_id": job_id,
        "item": item["id"],
        "text": item["text"],
        "owner": owner,
        "owner_words": spaced(owner or ""),
        "due": item.get("due"),
        "due_date": item.get("due_date"),
        "turns": list(item["turns"]),
        "done": done,
        "unsupported": list(item.get("unsupported") or ()) or None,
    }


def spaced(name: str) -> str:
    """The words of a name, a space before and behind each."""
    return "".join(f" {word} " for word in words(name))


# -- earlier releases --------------------------------------------------------------------------------------------------------


def unknown_jobs(connection: sa.Connection, kinds: Sequence[str], most: int, since: datetime | None = None) -> Sequence[str]:
    """The newest jobs of *kinds*, created *since* then, that cannot be searched yet and are to be."""
    known = sa.exists().where(meetings.c.job_id == jobs.c.id)
    asked = (
        sa.select(jobs.c.id)
        .where(jobs.c.kind.in_(kinds), ~known, jobs.c.replay_of.is_(None))
        .where(jobs.c.created >= since if since else sa.true())
        .order_by(jobs.c.created.desc())
        .limit(most)
    )
    return connection.execute(asked).scalars().all()


def is_outdated() -> sa.ColumnElement[bool]:
    """Whether an earlier release indexed the meeting."""
    return meetings.c.indexed < VERSION


def portion(connection: sa.Connection, job_id: str, part: str, after: int, most: int) -> Sequence[Row]:
    """So many passages of one part of a meeting, in the order of their ids, behind that with the id *after*."""
    columns = [passages.c[name] for name in _READ]
    asked = sa.select(*columns).where(passages.c.job_id == job_id, passages.c.part == part, passages.c.id > after)
    return [dict(row._mapping) for row in connection.execute(asked.order_by(passages.c.id).limit(most))]


def renew_words(connection: sa.Connection, job_id: str, rows: Sequence[Row]) -> None:
    """Writes the words of those *rows* of a portion that have others than this release gives them."""
    if rows:
        written = [{f"old_{name}": value for name, value in row.items()} for row in rows]
        changed = [{**old, "new": _words(row["speaker"], row["body"])} for row, old in zip(rows, written, strict=True)]
        connection.execute(_RENEW.where(passages.c.job_id == job_id), changed)


def mark_renewed(connection: sa.Connection, job_id: str) -> None:
    """Says that all passages of a meeting have this release's words; lists its actions, which a trigger does, with what their
    turns do not say."""
    mine = actions.c.job_id == job_id
    if connection.execute(sa.update(actions).where(mine).values(done=actions.c.done)).rowcount:
        coverage = connection.scalar(sa.select(jobs.c.coverage).where(jobs.c.id == job_id)) or {}
        for item in (coverage.get("minutes") or {}).get("items", ()):
            if item["kind"] == "action" and item.get("unsupported"):
                told = {"unsupported": list(item["unsupported"])}
                connection.execute(sa.update(actions).where(mine, actions.c.item == item["id"]).values(told))
    connection.execute(sa.update(meetings).where(meetings.c.job_id == job_id).values(indexed=VERSION))


_READ = ("id", "speaker", "body")
_NEW = sa.bindparam("new", type_=passages.c.words.type)
# A passage that was replaced since it was read is left alone: SQLite may have given its id to another one.
_RENEW = (
    sa.update(passages)
    .where(*(passages.c[each] == sa.bindparam(f"old_{each}", type_=passages.c[each].type) for each in _READ))
    .where(passages.c.words != _NEW)
    .values(words=_NEW)
)
