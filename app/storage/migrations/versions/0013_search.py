"""Full text search over transcripts and results, and the actions of minutes. Older jobs are indexed by the worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0013"
down_revision = "0012"

# FTS5 keeps no copy of the text: triggers tell it what is added and deleted, also by ON DELETE CASCADE.
_FTS = (
    "CREATE VIRTUAL TABLE passages_words USING fts5("
    "words, content='passages', content_rowid='id', tokenize=\"unicode61 remove_diacritics 0\")",
    "CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN"
    " INSERT INTO passages_words(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN"
    " INSERT INTO passages_words(passages_words, rowid, words) VALUES ('delete', old.id, old.words); END",
)


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "meetings",
        _job(primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
    )
    op.create_table(
        "passages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        _job(nullable=False),
        sa.Column("part", sa.String(10), nullable=False),
        sa.Column("turn", sa.Integer),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("words", TSVECTOR if on_postgresql else sa.Text, nullable=False),
    )
    op.create_index("passages_by_job", "passages", ["job_id", "part"])
    op.create_table(
        "actions",
        _job(primary_key=True),
        sa.Column("item", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("owner_words", sa.Text, nullable=False),
        sa.Column("due", sa.Text),
        sa.Column("due_date", sa.String(10)),
        sa.Column("turns", sa.Text, nullable=False),
        sa.Column("done", sa.Double),
    )
    if on_postgresql:
        op.create_index("passages_by_words", "passages", ["words"], postgresql_using="gin")
        return
    for statement in _FTS:
        op.execute(statement)


def _job(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("jobs.id", ondelete="CASCADE")
    return sa.Column("job_id", sa.String(36), key, primary_key=primary_key, nullable=nullable)
