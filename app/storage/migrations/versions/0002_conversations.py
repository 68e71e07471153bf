"""Chats: conversations and their messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("system", sa.LargeBinary),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("created", "touched")),
        sa.Column("next", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("ix_conversations_touched", "conversations", ["touched"])
    op.create_table(
        "messages",
        sa.Column("conversation_id", sa.String(36), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("lease", sa.Double),
    )
