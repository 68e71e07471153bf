"""The gateway's own tables. A change here needs a migration beside it (`migrations/versions`)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.types import TypeDecorator

Json: TypeAlias = Any  # what json.loads returns
MOST_PLACE, MOST_PLACES = 16383, 255  # that a `tsvector` of PostgreSQL can hold, of all words and of one


class AsJson(TypeDecorator[Any]):
    """JSON in a text column, in ASCII: any character of a transcript is safe in any database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Json:  # noqa: ARG002
        return None if value is None else json.loads(value)


class Moment(TypeDecorator[datetime]):
    """A UTC time, kept as seconds since 1970: sorts and compares the same in every database."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> float | None:  # noqa: ARG002
        return None if value is None else value.timestamp()

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Prose(TypeDecorator[str]):
    """Text from a model or for people, without what some database refuses (NUL, lone surrogates)."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Verbatim(TypeDecorator[str]):
    """Text kept to the last character, as bytes."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else bytes(value).decode("utf-8", "surrogatepass")


class Words(TypeDecorator[str]):
    """The words of a text in their order, a space between them, for full text search: a text on SQLite, a `tsvector` on
    PostgreSQL. The words are made by `app.storage.words`, so that no parser of a database decides what a word is."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        places: dict[str, list[str]] = {}
        for place, word in enumerate(value.split(), 1):
            places.setdefault(word, []).append(str(min(place, MOST_PLACE)))
        return " ".join(f"'{word}':{','.join(found[:MOST_PLACES])}" for word, found in places.items())


metadata = sa.MetaData()

# What the jobs work on, each text once, addressed by its sha256.
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("body", Verbatim, nullable=False),
    sa.Column("created", Moment, nullable=False),
)

# In these very words, so that SQLite sees that the index of open jobs has all of them.
IS_OPEN = sa.text("status IN ('queued', 'processing')")
OF_OPEN_JOBS = ("service", "flavor", "backend", "status", "created")

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("flavor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("backend", sa.Text, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("generation", sa.Text, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("started", Moment),
    sa.Column("finished", Moment),
    sa.Column("phase", sa.Text, nullable=False, server_default=""),
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    sa.Column("percent", sa.Double, nullable=False, server_default="0"),
    sa.Column("prompt_tokens", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("completion_tokens", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cached_tokens", sa.BigInteger, nullable=False, server_default="0"),
    # The random token of the claim that may write; a later claim writes another.
    sa.Column("owner", sa.String(36), key="claim_token"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    # Attempts since the last finished call, but for those that were handed back.
    sa.Column("strikes", sa.Integer, key="crashes_in_a_row", nullable=False, server_default="0"),
    sa.Column("settled", AsJson, nullable=False, server_default="{}"),
    sa.Column("coverage", AsJson, nullable=False, server_default="{}"),
    sa.Column("error", Prose),
    sa.Column("text", Prose, nullable=False, server_default=""),
    sa.Column("result", Prose),
    # Grows with every visible change, in the same transaction.
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    # How often it was queued again after its end, and how often its content has grown.
    sa.Column("round", sa.Integer, key="run_number", nullable=False, server_default="0"),
    sa.Column("edition", sa.Integer, key="content_version", nullable=False, server_default="0"),
    # The Idempotency-Key of the request, and a digest of what it asked for.
    sa.Column("key", sa.Text),
    sa.Column("fingerprint", sa.Text),
    sa.Column("callback", sa.Text),
    # The holder of the key it came with; NULL without keys.
    sa.Column("holder", sa.Text),
    # The worker process that took it last.
    sa.Column("worker", sa.Text),
    sa.Column("original_flavor", sa.Text),
    sa.Column("failover", Prose),
    # Why it waits for a backend, and since when.
    sa.Column("trouble", Prose),
    sa.Column("stuck", Moment, key="waiting_since"),
    # Which parts of its result rest on turns that were corrected since; NULL if none do.
    sa.Column("stale", AsJson),
    # What its result rests on (`app.jobs.basis`); NULL without a result, and for one of an earlier release.
    sa.Column("basis", AsJson),
    # The trace that it belongs to, as headers; NULL without tracing.
    sa.Column("trace", AsJson),
    # The job that it runs again, to be compared with it; NULL for all others.
    sa.Column("replay_of", sa.String(36)),
    sa.Index("jobs_by_status", "status", "created"),
    sa.Index("jobs_by_key", "key", unique=True),
    sa.Index("jobs_by_end", "finished"),
    sa.Index("jobs_by_holder", "holder", "created"),
    sa.Index("jobs_by_time", "created", "id"),
    sa.Index("jobs_by_service", "service", "created", "id"),
    sa.Index("open_jobs", *OF_OPEN_JOBS, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
)

# How many jobs there are by status and holder: the sum of the numbers. Triggers on `jobs` add a row for each change, so that
# no transaction waits for another one's; retention adds rows together.
job_counts = sa.Table(
    "job_counts",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("holder", sa.Text),
    sa.Column("number", sa.BigInteger, nullable=False),
)

# What was added to a job under a key (header `Idempotency-Key`), by the sha256 of the text.
appends = sa.Table(
    "appends",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),
)

# The results that a job had, once it has had a second one: those of its runs, and what people made of them.
result_versions = sa.Table(
    "result_versions",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("created", Moment, nullable=False),
    # run, edit, rename or restore
    sa.Column("source", sa.String(10), nullable=False),
    # The number of the version that it restores.
    sa.Column("restored", sa.Integer),
    # The holder of the key of the person who made it; NULL without keys, and for a run.
    sa.Column("holder", sa.Text),
    sa.Column("text", Prose, nullable=False),
    # What the coverage of the job says of this text alone: `minutes`, `lines`.
    sa.Column("parts", AsJson, nullable=False),
    # What it rests on, as in `jobs`.
    sa.Column("basis", AsJson),
)

# The turns of a job that were changed since it was accepted, each with a digest of what it was before (empty: it was struck),
# by the number that the job's content then got. Without a digest, this turn and those behind it were added.
turn_changes = sa.Table(
    "turn_changes",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("content_version", sa.Integer, primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True),
    sa.Column("was", sa.String(16)),
)

# The jobs that work on a transcript, once they can be searched: what the meeting is called, and its day.
meetings = sa.Table(
    "meetings",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("title", Prose, nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    # How its passages were indexed; see `app.jobs.index.VERSION`.
    sa.Column("indexed", sa.Integer, nullable=False, server_default="0"),
    sa.Index("meetings_by_index", "indexed"),
)

# What is searched: the turns of transcripts, and the items and lines of results. On SQLite `passages_words` (FTS5) indexes it.
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    # transcript or minutes
    sa.Column("part", sa.String(10), nullable=False),
    sa.Column("turn", sa.Integer),
    sa.Column("speaker", Prose, nullable=False),
    sa.Column("body", Prose, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Index("passages_by_job", "job_id", "part"),
)
sa.Index("passages_by_words", passages.c.words, postgresql_using="gin").ddl_if(dialect="postgresql")

# The actions of minutes. What is done stays done while minutes are edited and made anew.
actions = sa.Table(
    "actions",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("item", sa.Integer, primary_key=True),
    sa.Column("text", Prose, nullable=False),
    sa.Column("owner", Prose),
    # The words of the owner's name, a space before and behind each.
    sa.Column("owner_words", sa.Text, nullable=False),
    sa.Column("due", Prose),
    sa.Column("due_date", sa.String(10)),
    sa.Column("turns", AsJson, nullable=False),
    sa.Column("done", Moment),
    # What the turns do not say; NULL if they say all.
    sa.Column("unsupported", AsJson),
)

# What actions are listed by: a row for each word of the owner's name, and one with the word "". Triggers on `actions` write it.
action_owners = sa.Table(
    "action_owners",
    metadata,
    sa.Column("job_id", sa.String(36), primary_key=True),
    sa.Column("item", sa.Integer, primary_key=True),
    sa.Column("word", sa.Text, primary_key=True),
    # As in `jobs`.
    sa.Column("holder", sa.Text),
    sa.Column("open", sa.Boolean, nullable=False),
    # NO_DUE if the action has no day.
    sa.Column("due", sa.String(10), nullable=False),
    sa.ForeignKeyConstraint(["job_id", "item"], ["actions.job_id", "actions.item"], ondelete="CASCADE"),
    sa.Index("actions_of_all", "word", "open", "due", "job_id", "item"),
    sa.Index("actions_of_holders", "word", "holder", "open", "due", "job_id", "item"),
)

# Links that show one meeting to people without a key.
shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    # The holder of the key that made it; NULL without keys.
    sa.Column("holder", sa.Text),
    sa.Column("created", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Index("shares_by_job", "job_id"),
)

# The order of each job, apart from its row because the row is written often.
orders = sa.Table(
    "orders",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("record", AsJson, nullable=False),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("contents.sha256"), nullable=False, index=True),
)

# The journal: the answer of every finished model call, so that none is ever paid for twice.
calls = sa.Table(
    "calls",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("step", sa.String(200), primary_key=True),
    sa.Column("answer", AsJson, nullable=False),
    sa.Column("created", Moment, nullable=False),
    # Of the call that was answered: a step whose call has changed is asked again.
    sa.Column("fingerprint", sa.String(64), nullable=False, server_default=""),
)

# The texts of the files of services, each once.
service_texts = sa.Table(
    "service_texts",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("body", Verbatim, nullable=False),
)

# The versions of services. *manifest* is the name of its file, *used* is when it became the present version last.
service_versions = sa.Table(
    "service_versions",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("digest", sa.String(12), primary_key=True),
    sa.Column("manifest", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("used", Moment, nullable=False),
)

# The files that a version consists of.
service_files = sa.Table(
    "service_files",
    metadata,
    sa.Column("service", sa.String(100), primary_key=True),
    sa.Column("digest", sa.String(12), primary_key=True),
    sa.Column("file", sa.String(255), primary_key=True),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("service_texts.sha256"), nullable=False, index=True),
    sa.ForeignKeyConstraint(["service", "digest"], ["service_versions.service", "service_versions.digest"], ondelete="CASCADE"),
)

# The outbox of webhooks. Without *due* the job has not ended, or its webhook was delivered.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("due", Moment, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("delivered", Moment),
    sa.Column("trouble", sa.Text),
)

# The workers of a database server, each with a counter that it moves while it lives.
workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("beats", sa.BigInteger, nullable=False),
)

# Chats. *next* is the number of the next message; a chat that is idle for long is deleted.
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("system", Verbatim),
    sa.Column("created", Moment, nullable=False),
    sa.Column("touched", Moment, nullable=False, index=True),
    sa.Column("next", sa.Integer, nullable=False, server_default="0"),
    # The holder of the key it was begun with; NULL without keys.
    sa.Column("holder", sa.Text),
)

# The tokens that a key's holder spent in a day (UTC) beside those of jobs.
spendings = sa.Table(
    "spendings",
    metadata,
    sa.Column("holder", sa.Text, primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("tokens", sa.BigInteger, nullable=False),
)

# What the requests in flight and the open jobs of a holder may cost at most. A request's counts until it *expires*, unless it
# is renewed; that of a job, whose id it has, as long as the job is open.
reservations = sa.Table(
    "reservations",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("holder", sa.Text, nullable=False, index=True),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("expires", Moment, nullable=False, index=True),
)

# How many requests a holder made in a window of time.
visits = sa.Table(
    "visits",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("expires", Moment, nullable=False, index=True),
)

# The messages of chats. One with a *lease* waits for its answer; once the lease is over, no process answers it any more.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("conversation_id", sa.String(36), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("role", sa.String(10), nullable=False),
    sa.Column("body", Verbatim, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("lease", Moment),
)
