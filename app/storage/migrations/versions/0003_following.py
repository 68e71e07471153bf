"""Changes that can be followed, retries, idempotency keys, callbacks, failover, workers that watch each other."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for column in _columns():
        op.add_column("jobs", column)
    op.create_index("jobs_by_key", "jobs", ["key"], unique=True)
    op.create_index("jobs_by_end", "jobs", ["finished"])
    op.add_column("calls", sa.Column("fingerprint", sa.String(64), nullable=False, server_default=""))
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("due", sa.Double, index=True),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("delivered", sa.Double),
        sa.Column("trouble", sa.Text),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("beats", sa.BigInteger, nullable=False),
    )


def _columns() -> list[sa.Column[Any]]:
    texts = ("key", "fingerprint", "callback", "worker", "original_flavor", "failover", "trouble")
    return [
        sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in ("round", "edition")),
        *(sa.Column(name, sa.Text) for name in texts),
        sa.Column("stuck", sa.Double),
    ]
