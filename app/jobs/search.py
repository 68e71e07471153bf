"""Search: passages of transcripts and results, and actions, page by page, of all meetings of one holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.errors import ActionNotFound, JobNotFound
from app.jobs import cursors
from app.storage.database import Database
from app.storage.tables import actions, jobs, meetings, passages
from app.storage.words import Query, Snippet, words

NO_DUE = "9999-12-31"  # behind every day
NEWEST = (5, 100)


@dataclass(frozen=True)
class Hit:
    """A passage that was found, and the meeting that it is of."""

    job_id: str
    service: str
    title: str
    day: str
    part: str
    turn: int | None
    speaker: str
    snippet: Snippet


@dataclass(frozen=True)
class Action:
    """An action of minutes, and since when it is *done*."""

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


class Index:
    """What can be found in the meetings of one database. A search looks among so many of the *newest* jobs before it looks
    among all: sorting all passages that have a common word takes longer with each meeting."""

    def __init__(self, database: Database, newest: Sequence[int] = NEWEST) -> None:
        self._database = database
        self._newest = newest

    def search(
        self, query: Query, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        """Passages with all terms of *query*, the newest meetings first, and the cursor of the next page.

        Raises BadParameter (cursor), StoreError."""
        place = cursors.read(cursor, datetime, str, int) if cursor else None
        mine = jobs.c.holder == holder if holder is not None else sa.true()
        asked = _PASSAGES.where(mine, _behind(place)).limit(limit + 1)
        jobs_asked = sa.select(jobs.c.id).where(mine, _from(place)).order_by(jobs.c.created.desc(), jobs.c.id.desc())
        with self._database.reading() as connection:
            for number in self._newest:
                ids = connection.execute(jobs_asked.limit(number)).scalars().all()
                rows = connection.execute(asked.where(_is_found(connection, query, ids))).all()
                if len(rows) > limit or len(ids) < number:
                    break
            else:
                rows = connection.execute(asked.where(_is_found(connection, query))).all()
        last = rows[limit - 1] if rows[limit:] else None
        more = None if last is None else cursors.written(last.created, last.job_id, last.id)
        return [_hit(row, query) for row in rows[:limit]], more

    def actions(
        self, *, owner: str | None, open_: bool | None, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Action], str | None]:
        """Actions by the day on which they are due, those without one last, and the cursor of the next page. *owner* may be a
        part of the owner's name; *open_* None asks for all.

        Raises BadParameter (cursor), StoreError."""
        due = sa.func.coalesce(actions.c.due_date, NO_DUE)
        order = (due, actions.c.job_id, actions.c.item)
        asked = sa.select(actions.c.job_id, actions.c.item).order_by(*order).limit(limit + 1)
        for word in words(owner or ""):
            asked = asked.where(actions.c.owner_words.contains(f" {word} ", autoescape=True))
        if open_ is not None:
            asked = asked.where(actions.c.done.is_(None) if open_ else actions.c.done.is_not(None))
        if holder is not None:
            asked = asked.join(jobs, jobs.c.id == actions.c.job_id).where(jobs.c.holder == holder)
        if cursor:
            asked = asked.where(sa.tuple_(due, actions.c.job_id, actions.c.item) > _place(cursor))
        with self._database.reading() as connection:
            shown = _ACTIONS.where(sa.tuple_(actions.c.job_id, actions.c.item).in_(asked))  # those alone are joined
            rows = connection.execute(shown.order_by(*order)).all()
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

    def title(self, job_id: str) -> tuple[str, str]:
        """What a meeting is called, and its day. Raises JobNotFound, StoreError."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(meetings.c.title, meetings.c.day).where(meetings.c.job_id == job_id)).first()
        if row is None:
            raise JobNotFound(job_id)
        return row.title, row.day

    def titles(self, job_ids: Sequence[str], *, holder: str | None = None) -> dict[str, str]:
        """The titles of the meetings among *job_ids* that *holder* (None: anybody) has and that have one. Raises StoreError."""
        asked = sa.select(meetings.c.job_id, meetings.c.title).where(meetings.c.job_id.in_(job_ids), meetings.c.title != "")
        if holder is not None:
            asked = asked.join(jobs, jobs.c.id == meetings.c.job_id).where(jobs.c.holder == holder)
        with self._database.reading() as connection:
            return {row.job_id: row.title for row in connection.execute(asked)}


_ACTIONS = (
    sa.select(actions, jobs.c.service, meetings.c.title, meetings.c.day)
    .join(jobs, jobs.c.id == actions.c.job_id)
    .join(meetings, meetings.c.job_id == actions.c.job_id)
)


_PASSAGES = (
    sa.select(
        *(passages.c[name] for name in ("id", "job_id", "part", "turn", "speaker", "body")),
        *(jobs.c.service, jobs.c.created, meetings.c.title, meetings.c.day),
    )
    .join(jobs, jobs.c.id == passages.c.job_id)
    .join(meetings, meetings.c.job_id == passages.c.job_id)
    .order_by(jobs.c.created.desc(), jobs.c.id.desc(), passages.c.id)
)


def _is_found(connection: sa.Connection, query: Query, ids: Sequence[str] | None = None) -> sa.ColumnElement[bool]:
    """Whether *query* finds a passage of the jobs *ids*, or of all. SQLite's index knows no jobs, only where theirs stand."""
    mine = passages.c.job_id.in_(ids) if ids is not None else sa.true()
    if connection.dialect.name == "postgresql":
        return sa.and_(mine, passages.c.words.op("@@")(sa.cast(sa.literal(query.tsquery(), sa.Text), _TsQuery())))
    first, last = 0, 2**63 - 1
    if ids is not None:
        first, last = connection.execute(sa.select(sa.func.min(passages.c.id), sa.func.max(passages.c.id)).where(mine)).one()
    found = sa.text("SELECT rowid FROM passages_words WHERE passages_words MATCH :query AND rowid BETWEEN :first AND :last")
    found = found.bindparams(query=query.fts5(), first=first, last=last)
    return sa.and_(mine, passages.c.id.in_(found.columns(sa.column("rowid", sa.Integer)).scalar_subquery()))


class _TsQuery(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        return "tsquery"


Place = Sequence[Any]  # where a page ended: when its last meeting was created, its id, and its last passage


def _from(place: Place | None) -> sa.ColumnElement[bool]:
    """The meeting of *place* and older ones; all if there is none."""
    if place is None:
        return sa.true()
    return sa.tuple_(jobs.c.created, jobs.c.id) <= sa.tuple_(sa.literal(place[0], jobs.c.created.type), sa.literal(place[1]))


def _behind(place: Place | None) -> sa.ColumnElement[bool]:
    """Older meetings than that of *place*, and later passages of it; all if there is none."""
    if place is None:
        return sa.true()
    return sa.and_(_from(place), sa.or_(jobs.c.id != place[1], passages.c.id > place[2]))


def _place(cursor: str) -> Any:
    due, job_id, item = cursors.read(cursor, str, str, int)
    return sa.tuple_(sa.literal(due), sa.literal(job_id), sa.literal(item))


def _hit(row: Any, query: Query) -> Hit:
    return Hit(row.job_id, row.service, row.title, row.day, row.part, row.turn, row.speaker, query.snippet(row.body))


def _action(row: Any) -> Action:
    values = {name: getattr(row, name) for name in Action.__dataclass_fields__}
    return Action(**{**values, "turns": tuple(row.turns)})
