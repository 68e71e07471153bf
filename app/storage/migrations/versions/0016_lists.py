"""Actions by words of their owner's name, and which version of the index each meeting has. Triggers keep the first, so that
the release before can write actions beside this one; what is there already is filled in and renewed by the worker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INTO = "INTO action_owners (job_id, item, word, holder, open, due) SELECT "
OWNER = ", (SELECT holder FROM jobs WHERE id = NEW.job_id), NEW.done IS NULL, COALESCE(NEW.due_date, '9999-12-31') FROM "
# `owner_words` holds words of letters and digits alone, a space before and behind each.
ON_SQLITE = "".join(
    (
        "INSERT OR REPLACE " + INTO + "NEW.job_id, NEW.item, word.value" + OWNER,
        """json_each('["","' || REPLACE(TRIM(NEW.owner_words), '  ', '","') || '"]') AS word;""",
    )
)
ON_POSTGRESQL = "".join(
    (
        "INSERT " + INTO + "DISTINCT NEW.job_id, NEW.item, word" + OWNER,
        "UNNEST(ARRAY_APPEND(STRING_TO_ARRAY(TRIM(NEW.owner_words), '  '), '')) AS word",
        " ON CONFLICT (job_id, item, word) DO UPDATE SET open = EXCLUDED.open;",
    )
)
EVENTS = {"added": "INSERT", "done": "UPDATE OF done"}


def upgrade() -> None:
    op.add_column("meetings", sa.Column("indexed", sa.Integer, nullable=False, server_default="0"))
    op.create_index("meetings_by_index", "meetings", ["indexed"])
    op.create_table(
        "action_owners",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("item", sa.Integer, primary_key=True),
        sa.Column("word", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(["job_id", "item"], ["actions.job_id", "actions.item"], ondelete="CASCADE"),
    )
    op.create_index("actions_of_all", "action_owners", ["word", "open", "due", "job_id", "item"])
    op.create_index("actions_of_holders", "action_owners", ["word", "holder", "open", "due", "job_id", "item"])
    (_on_postgres if op.get_bind().dialect.name == "postgresql" else _on_sqlite)()


def _on_sqlite() -> None:
    for name, event in EVENTS.items():
        op.execute(f"CREATE TRIGGER actions_{name} AFTER {event} ON actions BEGIN {ON_SQLITE} END")
    op.execute(
        "CREATE TRIGGER passages_renewed AFTER UPDATE OF words ON passages BEGIN"
        " INSERT INTO passages_words(passages_words, rowid, words) VALUES ('delete', OLD.id, OLD.words);"
        " INSERT INTO passages_words(rowid, words) VALUES (NEW.id, NEW.words); END"
    )
    op.execute("CREATE VIRTUAL TABLE passages_terms USING fts5vocab(passages_words, instance)")


def _on_postgres() -> None:
    op.execute(
        f"CREATE FUNCTION action_owners() RETURNS trigger AS $$ BEGIN {ON_POSTGRESQL} RETURN NULL; END $$ LANGUAGE plpgsql"
    )
    for name, event in EVENTS.items():
        op.execute(f"CREATE TRIGGER actions_{name} AFTER {event} ON actions FOR EACH ROW EXECUTE FUNCTION action_owners()")
