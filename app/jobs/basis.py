"""What a result rests on, and which turns have changed since: of the present result and of every version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from app.orders import Json
from app.storage.tables import jobs, turn_changes

BEFORE_ALL = -1  # of the versions of a content
UNKNOWN = "?"  # the digest of a turn of which an earlier release only told that it has changed


@dataclass(frozen=True)
class Basis:
    """What a result was made of: the version of the *content* that it knows, the *names* that its speakers have in it, and
    the version of the content that the last *run* knew."""

    content: int = BEFORE_ALL
    names: Mapping[str, str] = field(default_factory=dict)
    run: int = BEFORE_ALL

    def record(self) -> dict[str, Json]:
        return asdict(self)

    @classmethod
    def recall(cls, record: Mapping[str, Json] | None) -> Basis | None:
        """The basis that `record` made; None for a result of an earlier release, which has none."""
        return None if record is None else cls(**{name: record[name] for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Changes:
    """The turns that were changed since some version of a content, each with a digest of what it *was* then. The turns from
    the number *added* on were not there."""

    was: Mapping[int, str] = field(default_factory=dict)
    added: int | None = None

    def among(self, present: Mapping[int, str]) -> frozenset[int]:
        """The numbers of the turns that are other ones than then; *present* holds digests of all that are not struck."""
        new = {number for number in present if self.added is not None and number >= self.added}
        others = {number for number, was in self.was.items() if number not in new and present.get(number, "") != was}
        known = others if self.added is None else {number for number in others if number < self.added}
        return frozenset(known | new)


def digest(job_id: str, turn: str) -> str:
    """What tells a turn from others, and does not tell what it says."""
    return hashlib.sha256(f"{job_id}\0{turn}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def basis_of(connection: sa.Connection, job_id: str) -> Basis | None:
    """What the result of a job rests on."""
    return Basis.recall(connection.scalar(sa.select(jobs.c.basis).where(jobs.c.id == job_id)))


def note_changes(connection: sa.Connection, job_id: str, content_version: int, was: Mapping[int, str]) -> None:
    """Notes the turns that a correction changes, each with its digest before; the content is *content_version* from now on."""
    rows = [_row(job_id, content_version, turn, before) for turn, before in was.items()]
    if rows:
        connection.execute(turn_changes.insert(), rows)


def note_addition(connection: sa.Connection, job_id: str, content_version: int, first: int) -> None:
    """Notes that turns were added from the number *first* on."""
    connection.execute(turn_changes.insert().values(_row(job_id, content_version, first, None)))


def changes_since(connection: sa.Connection, job_id: str, content_version: int) -> Changes:
    """What has changed since the content was *content_version*."""
    mine = (turn_changes.c.job_id == job_id, turn_changes.c.content_version > content_version)
    asked = sa.select(turn_changes.c.turn, turn_changes.c.was).where(*mine).order_by(turn_changes.c.content_version)
    was: dict[int, str] = {}
    added: list[int] = []
    for turn, before in connection.execute(asked):
        if before is None:
            added.append(turn)
        else:
            was.setdefault(turn, before)
    return Changes(was, min(added, default=None))


def _row(job_id: str, content_version: int, turn: int, was: str | None) -> dict[str, Any]:
    return {"job_id": job_id, "content_version": content_version, "turn": turn, "was": was}
