"""Alembic runs this file to migrate; `schema.prepare` hands it the connection."""

from __future__ import annotations

from alembic import context

from app.storage.schema import VERSION_TABLE
from app.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
