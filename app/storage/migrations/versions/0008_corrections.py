"""Transcripts that are corrected, and results that are edited: which parts are stale, and the versions of a result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("stale", sa.Text))
    op.create_table(
        "result_versions",
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("restored", sa.Integer),
        sa.Column("holder", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("parts", sa.Text, nullable=False),
    )
