"""What each result rests on: so that it is known of every version which turns have changed since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("basis", sa.Text))
    op.add_column("result_versions", sa.Column("basis", sa.Text))
    op.create_table(
        "turn_changes",
        sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("content_version", sa.Integer, primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True),
        sa.Column("was", sa.String(16)),
    )
