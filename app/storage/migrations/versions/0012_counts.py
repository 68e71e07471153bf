"""Indexes for a service's jobs and for open ones, and the number of jobs by status and holder, which triggers keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"

IS_OPEN = sa.text("status IN ('queued', 'processing')")
CHANGES = {"insert": ("NEW", 1), "delete": ("OLD", -1)}
NOTE = "INSERT INTO job_counts (status, holder, number) VALUES ({row}.status, {row}.holder, {number});"
EACH = "ON jobs FOR EACH ROW EXECUTE"
BOTH = NOTE.format(row="OLD", number=-1) + " " + NOTE.format(row="NEW", number=1)


def upgrade() -> None:
    op.create_index("jobs_by_service", "jobs", ["service", "created", "id"])
    columns = ["service", "flavor", "backend", "status", "created"]
    op.create_index("open_jobs", "jobs", columns, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    op.create_table(
        "job_counts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO job_counts (status, holder, number) SELECT status, holder, COUNT(*) FROM jobs GROUP BY status, holder"
    )
    (_on_postgres if op.get_bind().dialect.name == "postgresql" else _on_sqlite)()


def _on_sqlite() -> None:
    for event, (row, number) in CHANGES.items():
        note = NOTE.format(row=row, number=number)
        op.execute(f"CREATE TRIGGER job_counts_{event} AFTER {event.upper()} ON jobs BEGIN {note} END")
    op.execute(
        "CREATE TRIGGER job_counts_update AFTER UPDATE OF status ON jobs "
        f"WHEN OLD.status <> NEW.status OR OLD.holder IS NOT NEW.holder BEGIN {BOTH} END"
    )


def _on_postgres() -> None:
    for event, (row, number) in CHANGES.items():
        _function(event, NOTE.format(row=row, number=number))
        op.execute(f"CREATE TRIGGER job_counts_{event} AFTER {event.upper()} {EACH} FUNCTION job_counts_{event}()")
    _function("update", BOTH)
    op.execute(
        "CREATE TRIGGER job_counts_update AFTER UPDATE OF status ON jobs FOR EACH ROW "
        "WHEN (OLD.status <> NEW.status OR OLD.holder IS DISTINCT FROM NEW.holder) EXECUTE FUNCTION job_counts_update()"
    )


def _function(event: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION job_counts_{event}() RETURNS trigger AS $$ BEGIN {body} RETURN NULL; END $$ LANGUAGE plpgsql")
