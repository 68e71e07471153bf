"""Whose jobs and conversations they are, what a key has spent, and how often it came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for table in ("jobs", "conversations"):
        op.add_column(table, sa.Column("holder", sa.Text))
    op.create_index("jobs_by_holder", "jobs", ["holder", "created"])
    op.create_table(
        "spendings",
        sa.Column("holder", sa.Text, primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "visits",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("expires", sa.Double, nullable=False, index=True),
    )
