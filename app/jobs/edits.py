"""What people change of a job: corrections of its transcript, and new versions of its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.errors import JobConflict, VersionConflict
from app.jobs import contents, index, versions
from app.jobs.job import Job, Status
from app.jobs.listing import find, order_of
from app.jobs.versions import Source, Version
from app.orders import Json, Order
from app.storage.database import Database
from app.storage.tables import jobs, orders

Edited = tuple[str, Mapping[str, Json]]  # a text, and the coverage that goes with it


@dataclass(frozen=True)
class Correction:
    """What a correction makes of a job: its *order* with the new transcript, what of its result is *stale* then, and the
    *result* if only names have changed in it."""

    order: Order
    stale: Mapping[str, Json] | None = None
    result: Edited | None = None


class Edits:
    """Changes to the jobs of one database, each of one version and in one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def correct(
        self, job_id: str, version: int | None, make: Callable[[Job, Order], Correction], *, holder: str | None = None
    ) -> Job:
        """Corrects the content of a job, which must be at *version* (None: any). A worker that runs it begins again with the
        calls that are finished and still the same.

        Raises JobNotFound, VersionConflict, StoreError, and what *make* raises; then nothing has changed."""

        def transaction(connection: sa.Connection) -> Job:
            _grow(connection, job_id, version)
            job, before = find(connection, job_id), order_of(connection, job_id)
            correction = make(job, before)
            _rewrite(connection, job_id, before, correction.order)
            index.replace_turns(connection, job_id, correction.order)
            if job.status is Status.COMPLETE:
                _write(connection, job_id, stale=dict(correction.stale) if correction.stale else None)
                if correction.result is not None:
                    _replace(connection, job_id, correction.result, "rename", holder=holder)
            return find(connection, job_id)

        return self._database.write(transaction)

    def edit(
        self,
        job_id: str,
        version: int | None,
        make: Callable[[Job, Order], Edited],
        source: Source = "edit",
        *,
        holder: str | None = None,
        restored: int | None = None,
    ) -> Version:
        """Gives a complete job another result, which becomes its newest version.

        Raises JobNotFound, JobConflict, VersionConflict, StoreError, and what *make* raises; then nothing has changed."""

        def transaction(connection: sa.Connection) -> Version:
            _write(connection, job_id)  # locks the row: two edits are made one after the other
            job = complete(find(connection, job_id))
            current = versions.current_number(connection, job_id)
            if version not in (None, current):
                raise VersionConflict(current)
            edited = make(job, order_of(connection, job_id))
            return _replace(connection, job_id, edited, source, holder=holder, restored=restored)

        return self._database.write(transaction)

    def versions(self, job_id: str) -> tuple[Version, ...]:
        """The versions of a complete job's result, oldest first. Raises JobNotFound, JobConflict, StoreError."""
        with self._database.reading() as connection:
            return versions.all_of(connection, complete(find(connection, job_id)))

    def version(self, job_id: str, number: int) -> Version:
        """Raises JobNotFound, JobConflict, VersionNotFound, StoreError."""
        with self._database.reading() as connection:
            return versions.one_of(connection, complete(find(connection, job_id)), number)

    def current(self, job_id: str) -> int:
        """The number of the version that is the result of the job. Raises StoreError."""
        with self._database.reading() as connection:
            return versions.current_number(connection, job_id)

    def restore(self, job_id: str, version: int | None, number: int, *, holder: str | None = None) -> Version:
        """Makes the version *number* the newest one again. Raises as `edit` does, and VersionNotFound."""
        kept = self.version(job_id, number)

        def make(job: Job, _order: Order) -> Edited:
            rest = {name: value for name, value in job.coverage.items() if name not in versions.OF_THE_TEXT}
            return kept.text, {**rest, **kept.parts}

        return self.edit(job_id, version, make, "restore", holder=holder, restored=number)


def complete(job: Job) -> Job:
    """*job*. Raises JobConflict if it has no result, or is about to get another one."""
    if job.status is not Status.COMPLETE:
        raise JobConflict(f"{job.id} is {job.status}: only the result of a complete job can be read in versions and changed")
    return job


def _grow(connection: sa.Connection, job_id: str, version: int | None) -> None:
    """Locks the job's row, and makes what it works on another version."""
    only = () if version is None else (jobs.c.content_version == version,)
    grown = sa.update(jobs).where(jobs.c.id == job_id, *only)
    values = {"content_version": jobs.c.content_version + 1, "version": jobs.c.version + 1}
    if not connection.execute(grown.values(values)).rowcount:
        raise VersionConflict(find(connection, job_id).content_version)


def _rewrite(connection: sa.Connection, job_id: str, before: Order, after: Order) -> None:
    kept = connection.execute(sa.select(orders.c.record).where(orders.c.job_id == job_id)).scalar_one()
    record = {**kept, "options": dict(after.options)}  # what a later release has written there stays
    connection.execute(sa.update(orders).where(orders.c.job_id == job_id).values(record=record))
    if after.content != before.content:
        contents.replace(connection, job_id, after.content)


def _write(connection: sa.Connection, job_id: str, **values: Any) -> None:
    connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(version=jobs.c.version + 1, **values))


def _replace(
    connection: sa.Connection,
    job_id: str,
    edited: Edited,
    source: Source,
    *,
    holder: str | None,
    restored: int | None = None,
) -> Version:
    text, coverage = edited
    versions.keep(connection, job_id)
    made = versions.add(connection, job_id, text, coverage, source, holder=holder, restored=restored)
    _write(connection, job_id, result=text, coverage=dict(coverage))
    index.replace_result(connection, job_id, text, coverage, by_id=source != "restore")
    return made
