"""What the turns of an action do not say, beside it: a list of actions tells it as the minutes do. The worker fills in those of
the release before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("actions", sa.Column("unsupported", sa.Text))
