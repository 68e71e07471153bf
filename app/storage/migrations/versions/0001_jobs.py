"""The first tables: contents, jobs, orders, calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "contents",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
    )
    _create_jobs()
    op.create_table(
        "orders",
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("contents.sha256"), nullable=False, index=True),
    )
    op.create_table(
        "calls",
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("step", sa.String(200), primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(36), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("service", "flavor", "kind", "backend")),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("generation", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("started", sa.Double),
        sa.Column("finished", sa.Double),
        sa.Column("phase", sa.Text, nullable=False, server_default=""),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in ("done", "total")),
        sa.Column("percent", sa.Double, nullable=False, server_default="0"),
        *(
            sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
            for name in ("prompt_tokens", "completion_tokens", "cached_tokens")
        ),
        sa.Column("owner", sa.String(36)),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in ("attempts", "strikes")),
        *(sa.Column(name, sa.Text, nullable=False, server_default="{}") for name in ("settled", "coverage")),
        sa.Column("error", sa.Text),
        sa.Column("text", sa.Text, nullable=False, server_default=""),
        sa.Column("result", sa.Text),
    )
    op.create_index("jobs_by_status", "jobs", ["status", "created"])
    op.create_index("jobs_by_time", "jobs", ["created", "id"])
