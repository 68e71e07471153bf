"""The actions of all minutes of one holder, page by page, by the day on which they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.errors import ActionNotFound
from app.jobs import cursors, index
from app.storage.database import Database
from app.storage.tables import action_owners, actions, jobs, meetings
from app.storage.words import words

NO_DUE = "9999-12-31"  # behind every day


@dataclass(frozen=True)
class Action:
    """An action of minutes, and since when it is *done*. Its turns do not say what is *unsupported*; one of them was corrected
    since if it is *stale*."""

    job_id: str
    service: str
    title: str
    day: str
    item: int
    text: str
    owner: str | None
    due: str | None
    due_date: str | None
    turns: tuple[int, ...]
    done: datetime | None
    unsupported: tuple[str, ...] = ()
    stale: bool = False


class Actions:
    """The actions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self, *, owner: str | None, open_: bool | None, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Action], str | None]:
        """Actions by the day on which they are due, those without one last, and the cursor of the next page. *owner* may be a
        part of the owner's name; *open_* None asks for all.

        Raises BadParameter (cursor), StoreError."""
        names = words(owner or "")
        place = cursors.read(cursor, str, str, int) if cursor else None
        states = (True, False) if open_ is None else (open_,)
        with self._database.reading() as connection:
            outdated = connection.scalar(sa.select(meetings.c.job_id).where(index.is_outdated()).limit(1))
            list_of = _unlisted if outdated else _listed
            found = [
                tuple(row)
                for state in states
                for row in connection.execute(list_of(names, open_=state, holder=holder, place=place).limit(limit + 1))
            ]
            ids = [(job_id, item) for _, job_id, item in sorted(found)[: limit + 1]]
            shown = _ACTIONS.where(
                actions.c.job_id.in_([job_id for job_id, _ in ids]),  # SQLite has no use of an index for pairs
                sa.tuple_(actions.c.job_id, actions.c.item).in_(ids),
            )
            rows = connection.execute(shown.order_by(*_ORDER)).all()
        last = rows[limit - 1] if rows[limit:] else None
        more = None if last is None else cursors.written(last.due_date or NO_DUE, last.job_id, last.item)
        return [_action(row) for row in rows[:limit]], more

    def mark(self, job_id: str, item: int, *, done: bool) -> Action:
        """Says whether an action is done; one that is done already keeps its time. Raises ActionNotFound, StoreError."""
        mine = (actions.c.job_id == job_id, actions.c.item == item)
        now = sa.bindparam("now", datetime.now(UTC), actions.c.done.type)
        value = sa.func.coalesce(actions.c.done, now) if done else sa.null()

        def transaction(connection: sa.Connection) -> Action:
            connection.execute(sa.update(actions).where(*mine).values(done=value))
            row = connection.execute(_ACTIONS.where(*mine)).first()
            if row is None:
                raise ActionNotFound(job_id, item)
            return _action(row)

        return self._database.write(transaction)


Selected = sa.Select[tuple[str, str, int]]  # the day, the job and the item of each action


def _listed(names: Sequence[str], *, open_: bool, holder: str | None, place: Sequence[Any] | None) -> Selected:
    """Reads `action_owners`, of whose rows an index has those that are asked for side by side."""
    by = action_owners.c
    key = (by.due, by.job_id, by.item)
    longest = max(names, key=len, default="")  # of a name, the word that fewest others share, as a rule
    asked = sa.select(*key).where(by.word == longest, by.open == open_, *((by.holder == holder,) if holder is not None else ()))
    for word in set(names) - {longest}:
        other = action_owners.alias()
        asked = asked.where(
            sa.exists()
            .where(other.c.job_id == by.job_id, other.c.item == by.item, other.c.word == word)
            .correlate(action_owners)
        )
    return _behind(asked, key, place)


def _unlisted(names: Sequence[str], *, open_: bool, holder: str | None, place: Sequence[Any] | None) -> Selected:
    """Reads all actions, as long as the worker has not listed those of an earlier release."""
    key = (sa.func.coalesce(actions.c.due_date, NO_DUE), actions.c.job_id, actions.c.item)
    asked = sa.select(*key).where(actions.c.done.is_(None) if open_ else actions.c.done.is_not(None))
    for word in names:
        asked = asked.where(actions.c.owner_words.contains(f" {word} ", autoescape=True))
    if holder is not None:
        asked = asked.join(jobs, jobs.c.id == actions.c.job_id).where(jobs.c.holder == holder)
    return _behind(asked, key, place)


def _behind(asked: Selected, key: tuple[Any, Any, Any], place: Sequence[Any] | None) -> Selected:
    """*asked* in the order of *key*, from the *place* on where the page before ended."""
    if place is not None:
        asked = asked.where(sa.tuple_(*key) > sa.tuple_(*map(sa.literal, place)))
    return asked.order_by(*key)


_ACTIONS = (
    sa.select(actions, jobs.c.service, jobs.c.stale, meetings.c.title, meetings.c.day)
    .join(jobs, jobs.c.id == actions.c.job_id)
    .join(meetings, meetings.c.job_id == actions.c.job_id)
)
_ORDER = (sa.func.coalesce(actions.c.due_date, NO_DUE), actions.c.job_id, actions.c.item)


def _action(row: Any) -> Action:
    values = {name: getattr(row, name) for name in Action.__dataclass_fields__}
    is_stale = row.item in (row.stale or {}).get("items", ())
    return Action(**{**values, "turns": tuple(row.turns), "unsupported": tuple(row.unsupported or ()), "stale": is_stale})
