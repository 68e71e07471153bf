"""The versions of services: which files each consists of, and every text once. Jobs that run another job again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("replay_of", sa.String(36)))
    op.create_table(
        "service_texts",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "service_versions",
        sa.Column("service", sa.String(100), primary_key=True),
        sa.Column("digest", sa.String(12), primary_key=True),
        sa.Column("manifest", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("used", sa.Double, nullable=False),
    )
    op.create_table(
        "service_files",
        sa.Column("service", sa.String(100), primary_key=True),
        sa.Column("digest", sa.String(12), primary_key=True),
        sa.Column("file", sa.String(255), primary_key=True),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("service_texts.sha256"), nullable=False, index=True),
        sa.ForeignKeyConstraint(
            ["service", "digest"], ["service_versions.service", "service_versions.digest"], ondelete="CASCADE"
        ),
    )
