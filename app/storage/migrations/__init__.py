"""The history of our tables, oldest first, for Alembic."""
