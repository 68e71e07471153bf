"""Versions of a result: what a job's runs and people made of it. None is ever overwritten.

A job that has had one result only has no rows here: its row in `jobs` is version 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from app.errors import VersionNotFound
from app.jobs.basis import Basis
from app.jobs.job import Job
from app.orders import Json
from app.storage.tables import jobs, result_versions

Source: TypeAlias = Literal["run", "edit", "rename", "restore"]
OF_THE_TEXT = ("minutes", "items", "unsupported", "lines")  # the parts of a coverage that belong to one text


@dataclass(frozen=True)
class Version:
    """One result of a job. *restored* is the number of the version that it repeats, *holder* the key's of who made it, *basis*
    what it rests on."""

    number: int
    created: datetime
    source: Source
    text: str
    parts: Mapping[str, Json] = field(default_factory=dict)
    restored: int | None = None
    holder: str | None = None
    basis: Mapping[str, Json] | None = None


def current_number(connection: sa.Connection, job_id: str) -> int:
    """The number of the version that is the job's result."""
    asked = sa.select(sa.func.max(result_versions.c.number)).where(result_versions.c.job_id == job_id)
    return connection.scalar(asked) or 1


def all_of(connection: sa.Connection, job: Job) -> tuple[Version, ...]:
    """The versions of the job's result, oldest first."""
    asked = sa.select(result_versions).where(result_versions.c.job_id == job.id).order_by(result_versions.c.number)
    found = tuple(_version(row) for row in connection.execute(asked).mappings())
    return found or (_first(job),)


def one_of(connection: sa.Connection, job: Job, number: int) -> Version:
    """Raises VersionNotFound."""
    found = next((each for each in all_of(connection, job) if each.number == number), None)
    if found is None:
        raise VersionNotFound(job.id, number)
    return found


def keep(connection: sa.Connection, job_id: str) -> bool:
    """Makes a version of the result that the job has, before it gets another one; returns whether it has a result."""
    asked = sa.select(jobs.c.result, jobs.c.coverage, jobs.c.finished, jobs.c.basis).where(jobs.c.id == job_id)
    row = connection.execute(asked).first()
    if row is None or row.result is None:
        return False
    known = sa.select(sa.exists().where(result_versions.c.job_id == job_id))
    if not connection.scalar(known):
        made = row.finished or datetime.now(UTC)
        _insert(connection, job_id, Version(1, made, "run", row.result, parts_of(row.coverage), basis=row.basis))
    return True


def add(
    connection: sa.Connection,
    job_id: str,
    text: str,
    coverage: Mapping[str, Json],
    source: Source,
    *,
    basis: Basis,
    holder: str | None = None,
    restored: int | None = None,
) -> Version:
    """The next version, which is the job's result from now on; `keep` was called before."""
    number = current_number(connection, job_id) + 1
    made = Version(number, datetime.now(UTC), source, text, parts_of(coverage), restored, holder, basis.record())
    _insert(connection, job_id, made)
    return made


def parts_of(coverage: Mapping[str, Json]) -> dict[str, Json]:
    return {name: coverage[name] for name in OF_THE_TEXT if name in coverage}


def _first(job: Job) -> Version:
    return Version(1, job.finished or job.created, "run", job.result or "", parts_of(job.coverage))


def _insert(connection: sa.Connection, job_id: str, version: Version) -> None:
    row = {name: getattr(version, name) for name in Version.__dataclass_fields__}
    connection.execute(result_versions.insert().values(job_id=job_id, **{**row, "parts": dict(version.parts)}))


def _version(row: Mapping[Any, Any]) -> Version:
    return Version(**{name: row[name] for name in Version.__dataclass_fields__})
