"""What the requests in flight of a key's holder may still cost."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("holder", sa.Text, nullable=False, index=True),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.Double, nullable=False, index=True),
    )
