"""Search: passages of transcripts and results, page by page, of all meetings of one holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.jobs import cursors
from app.storage.database import Database
from app.storage.tables import jobs, meetings, passages
from app.storage.words import Query, Snippet, Term

NEWEST = (5, 100)
MOST_JOBS = 200
FEW, MANY = 500, 20_000  # passages
LARGE_FILE, LARGE_AT_A_SERVER = 1_000_000, 100_000  # passages, all places of two words among which take about 15 and 50 ms


@dataclass(frozen=True)
class Hit:
    """A passage that was found, and the meeting that it is of. *text* is all of the passage. One of a result is *stale* if it
    rests on turns that were corrected since."""

    job_id: str
    service: str
    title: str
    day: str
    part: str
    turn: int | None
    speaker: str
    snippet: Snippet
    text: str = ""
    stale: bool = False


Place = Sequence[Any]  # where a page ended: when its last meeting was created, its id, and its last passage
ALL_OF_IT = cursors.LARGEST - 1  # in the place of a passage


@dataclass(frozen=True)
class _Look:
    """What a search has found. *end* is the place where it stopped before all meetings were searched."""

    rows: Sequence[Any]
    end: Place | None = None


class Index:
    """What can be found in the meetings of one database.

    A search looks among so many of the *newest* jobs of its holder, then among more of them, until a page is full; then among
    all, or at once if it finds *few* passages. In a database with a *large* number of passages, words that are all in more than
    *many* of them are looked for among *most_jobs* for each page: all their places take longer with each meeting."""

    def __init__(
        self,
        database: Database,
        newest: tuple[int, int] = NEWEST,
        *,
        most_jobs: int = MOST_JOBS,
        few: int = FEW,
        many: int = MANY,
        large: int | None = None,
    ) -> None:
        self._database = database
        self._newest = newest
        self._most_jobs, self._few, self._many = most_jobs, few, many
        self._large = large if large is not None else LARGE_FILE if database.file else LARGE_AT_A_SERVER

    def found(
        self, query: Query, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        """What `search` finds; if no passage has all terms, what `apart` finds.

        Raises BadParameter (cursor), StoreError."""
        if cursor and _place(cursor)[2] < 0:
            return self.apart(query, limit=limit, cursor=cursor, holder=holder)
        hits, more = self.search(query, limit=limit, cursor=cursor, holder=holder)
        if hits or cursor or more or len(query.terms) < 2:
            return hits, more
        return self.apart(query, limit=limit, holder=holder)

    def apart(
        self, query: Query, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        """Passages with one of the terms of *query*, of meetings that have all of them; nothing in a large database if all
        terms are frequent. The numbers of passages in its cursors are negative.

        Raises BadParameter (cursor), StoreError."""
        place: Place | None = None
        if cursor:
            created, job_id, number = _place(cursor)
            place = (created, job_id, abs(number))
        with self._database.reading() as connection:
            search = _Search(connection, query, limit, holder, place)
            if search.size() > self._large and search.rarest(self._many + 1) > self._many:
                return [], None
            found = search.apart(self._most_jobs)
        hits, end = _page(found, query, limit)
        return hits, None if end is None else cursors.written(end[0], end[1], -end[2])

    def search(
        self, query: Query, *, limit: int, cursor: str | None = None, holder: str | None = None
    ) -> tuple[Sequence[Hit], str | None]:
        """Passages with all terms of *query*, the newest meetings first, and the cursor of the next page; a page with a cursor
        may hold fewer than *limit*.

        Raises BadParameter (cursor), StoreError."""
        place = _place(cursor) if cursor else None
        with self._database.reading() as connection:
            found = self._look(_Search(connection, query, limit, holder, place))
        hits, end = _page(found, query, limit)
        return hits, None if end is None else cursors.written(*end)

    def _look(self, search: _Search) -> _Look:
        first, more = self._newest
        found = search.among(first)
        if search.suffices(found):
            return found
        if search.size() > self._large and search.rarest(self._many + 1) > self._many:
            return search.among(self._most_jobs)
        if (few := search.few(self._few)) is not None:
            return few
        found = search.among(more)
        return found if search.suffices(found) else search.everywhere()

    def titles(self, job_ids: Sequence[str], *, holder: str | None = None) -> dict[str, str]:
        """The titles of the meetings among *job_ids* that *holder* (None: anybody) has and that have one. Raises StoreError."""
        asked = sa.select(meetings.c.job_id, meetings.c.title).where(meetings.c.job_id.in_(job_ids), meetings.c.title != "")
        if holder is not None:
            asked = asked.join(jobs, jobs.c.id == meetings.c.job_id).where(jobs.c.holder == holder)
        with self._database.reading() as connection:
            return {row.job_id: row.title for row in connection.execute(asked)}


def _place(cursor: str) -> Place:
    return cursors.read(cursor, datetime, str, int)


def _page(found: _Look, query: Query, limit: int) -> tuple[Sequence[Hit], Place | None]:
    """The hits of a page, and the place where it ends if there are more."""
    last = found.rows[limit - 1] if found.rows[limit:] else None
    end = found.end if last is None else (last.created, last.job_id, last.id)
    return [_hit(row, query) for row in found.rows[:limit]], end


class _Search:
    """One search on one connection, for the passages behind *place*."""

    def __init__(self, connection: sa.Connection, query: Query, limit: int, holder: str | None, place: Place | None) -> None:
        self._connection = connection
        self._query = query
        self._limit = limit
        self._mine = jobs.c.holder == holder if holder is not None else sa.true()
        self._place = place
        self._index = (_Postgres if connection.dialect.name == "postgresql" else _Sqlite)(connection, query)

    def suffices(self, found: _Look) -> bool:
        """Whether the page is full, or nothing is left to search."""
        return len(found.rows) > self._limit or found.end is None

    def among(self, number: int) -> _Look:
        """Looks among so many of the newest jobs."""
        asked = sa.select(jobs.c.id, jobs.c.created).where(self._mine, _from(self._place)).order_by(*_NEWEST_FIRST)
        newest = self._connection.execute(asked.limit(number + 1)).all()
        if len(newest) <= number:
            return self.everywhere()
        ids = [row.id for row in newest[:number]]
        rows = self._rows(passages.c.job_id.in_(ids), self._index.has_terms())
        return _Look(rows, (newest[-2].created, newest[-2].id, ALL_OF_IT))

    def few(self, most: int) -> _Look | None:
        """Looks among all if up to *most* passages are found there."""
        found = self._index.few(most)
        return None if found is None else _Look(self._rows(found))

    def everywhere(self) -> _Look:
        return _Look(self._rows(self._index.everywhere()))

    def apart(self, most: int) -> _Look:
        """Looks among so many of the newest meetings with the rarest term for those that have the others too."""
        alone = [type(self._index)(self._connection, Query((term,))) for term in self._query.terms]
        rarest = min(range(len(alone)), key=lambda at: self._often(self._query.terms[at]))
        with_it = sa.select(passages.c.job_id).where(alone[rarest].everywhere())
        asked = sa.select(jobs.c.id, jobs.c.created).where(self._mine, _from(self._place), jobs.c.id.in_(with_it))
        newest = self._connection.execute(asked.order_by(*_NEWEST_FIRST).limit(most + 1)).all()
        ids = [row.id for row in newest[:most]]
        for one in alone:
            having = sa.select(passages.c.job_id).where(passages.c.job_id.in_(ids), one.has_terms()).distinct()
            ids = list(self._connection.execute(having).scalars())
        rows = self._rows(passages.c.job_id.in_(ids), sa.or_(*(one.has_terms() for one in alone)))
        return _Look(rows, (newest[-2].created, newest[-2].id, ALL_OF_IT) if len(newest) > most else None)

    def size(self) -> int:
        """The number of all passages, roughly."""
        return self._index.size()

    def rarest(self, most: int) -> int:
        """The number of places of the rarest word of the query, roughly; *most* if there are more."""
        return min((most, *(self._often(term, most) for term in self._query.terms)))

    def _often(self, term: Term, most: int = MANY) -> int:
        """The number of places of the rarest word of *term*, roughly; *most* if there are more."""
        found = most
        for number, word in enumerate(term.words, 1):
            found = min(found, self._index.places(word, most, prefix=term.prefix and number == len(term.words)))
        others = min((self._often(other, most) for other in term.others), default=0)
        return min(most, found + others)

    def _rows(self, *conditions: sa.ColumnElement[bool]) -> Sequence[Any]:
        asked = _PASSAGES.where(self._mine, _behind(self._place), *conditions)
        return self._connection.execute(asked.limit(self._limit + 1)).all()


class _Postgres:
    """The index of PostgreSQL, whose planner knows how frequent words are."""

    def __init__(self, connection: sa.Connection, query: Query) -> None:
        self._connection = connection
        self._query = query

    def size(self) -> int:
        return int(self._connection.execute(_POSTGRES_SIZE).scalar_one())

    def places(self, word: str, _most: int, *, prefix: bool) -> int:
        return self._estimate(Query((Term((word,), prefix),)))

    def has_terms(self) -> sa.ColumnElement[bool]:
        return _matches(self._query)

    def few(self, most: int) -> sa.ColumnElement[bool] | None:
        if self._estimate(self._query) > MANY:
            return None
        ids = self._connection.execute(sa.select(self._apart().c.id).limit(most + 1)).scalars().all()
        return passages.c.id.in_(ids) if len(ids) <= most else None

    def everywhere(self) -> sa.ColumnElement[bool]:
        if self._estimate(self._query) > MANY:
            return _matches(self._query)  # the planner goes through the jobs by their time until enough passages are found
        return passages.c.id.in_(sa.select(self._apart().c.id))

    def _apart(self) -> sa.CTE:
        """All that is found, by the index: else the planner may read all passages, or all jobs, until enough are found."""
        return sa.select(passages.c.id).where(_matches(self._query)).cte().prefix_with("MATERIALIZED")

    def _estimate(self, query: Query) -> int:
        asked = sa.select(sa.literal(1)).select_from(passages).where(_matches(query))
        # no placeholders: the planner is asked about these very words, of letters and digits alone
        compiled = asked.compile(self._connection, compile_kwargs={"literal_binds": True})
        (plan,) = self._connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {compiled}").scalar_one()
        return int(plan["Plan"]["Plan Rows"])


class _Sqlite:
    """The index of SQLite, FTS5. It looks for the first passage with all words from the beginning on, whatever span it is asked
    about, and gathers all places of a prefix: of a few jobs, the passages themselves are read."""

    def __init__(self, connection: sa.Connection, query: Query) -> None:
        self._connection = connection
        self._query = query

    def size(self) -> int:
        return self._connection.scalar(sa.select(sa.func.max(passages.c.id))) or 0

    def places(self, word: str, most: int, *, prefix: bool) -> int:
        last = word + "\U0010ffff" if prefix else word
        asked = "SELECT COUNT(*) FROM (SELECT 1 FROM passages_terms WHERE term BETWEEN :word AND :last LIMIT :most)"
        return int(self._connection.execute(sa.text(asked), {"word": word, "last": last, "most": most}).scalar_one())

    def has_terms(self) -> sa.ColumnElement[bool]:
        return sa.and_(*map(_holds, self._query.terms))

    def few(self, most: int) -> sa.ColumnElement[bool] | None:
        asked = sa.text(f"{_FOUND} LIMIT :most").bindparams(query=self._query.fts5(), most=most + 1)
        ids = self._connection.execute(asked).scalars().all()
        return passages.c.id.in_(ids) if len(ids) <= most else None

    def everywhere(self) -> sa.ColumnElement[bool]:
        found = sa.text(_FOUND).bindparams(query=self._query.fts5()).columns(sa.column("rowid", sa.Integer))
        return passages.c.id.in_(found.scalar_subquery())


_TEXT = sa.literal(" ").concat(passages.c.words).concat(" ")
_FOUND = "SELECT rowid FROM passages_words WHERE passages_words MATCH :query"
_POSTGRES_SIZE = sa.text("SELECT reltuples::bigint FROM pg_class WHERE oid = 'passages'::regclass")


def _holds(term: Term) -> sa.ColumnElement[bool]:
    """Whether `passages.words` have a term."""
    own = sa.func.instr(_TEXT, _spelled(term)) > 0
    return sa.or_(own, sa.and_(*map(_holds, term.others))) if term.others else own


def _spelled(term: Term) -> str:
    """A term as it stands in `passages.words`, of which one begins and ends with a space."""
    return f" {' '.join(term.words)}{'' if term.prefix else ' '}"


def _matches(query: Query) -> sa.ColumnElement[bool]:
    return passages.c.words.op("@@")(sa.cast(sa.literal(query.tsquery(), sa.Text), _TsQuery()))


class _TsQuery(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_kw: object) -> str:
        return "tsquery"


_NEWEST_FIRST = (jobs.c.created.desc(), jobs.c.id.desc())
_PASSAGES = (
    sa.select(
        *(passages.c[name] for name in ("id", "job_id", "part", "turn", "speaker", "body")),
        *(jobs.c.service, jobs.c.created, meetings.c.title, meetings.c.day),
    )
    .join(jobs, jobs.c.id == passages.c.job_id)
    .join(meetings, meetings.c.job_id == passages.c.job_id)
    .order_by(*_NEWEST_FIRST, passages.c.id)
)


def _from(place: Place | None) -> sa.ColumnElement[bool]:
    """The meeting of *place*, unless all of it was searched, and older ones; all if there is none."""
    if place is None:
        return sa.true()
    meeting, end = sa.tuple_(jobs.c.created, jobs.c.id), (sa.literal(place[0], jobs.c.created.type), sa.literal(place[1]))
    return meeting < sa.tuple_(*end) if place[2] == ALL_OF_IT else meeting <= sa.tuple_(*end)


def _behind(place: Place | None) -> sa.ColumnElement[bool]:
    """Older meetings than that of *place*, and later passages of it; all if there is none."""
    if place is None:
        return sa.true()
    return sa.and_(_from(place), sa.or_(jobs.c.id != place[1], passages.c.id > place[2]))


def _hit(row: Any, query: Query) -> Hit:
    return Hit(row.job_id, row.service, row.title, row.day, row.part, row.turn, row.speaker, query.snippet(row.body), row.body)
