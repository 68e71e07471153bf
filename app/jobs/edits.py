"""What people change of a job: corrections of its transcript, and new versions of its result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.errors import JobConflict, VersionConflict
from app.jobs import contents, index, versions
from app.jobs.basis import BEFORE_ALL, UNKNOWN, Basis, Changes, basis_of, changes_since, note_changes
from app.jobs.job import Job, Status
from app.jobs.listing import find, order_of, stale_among
from app.jobs.versions import Source, Version
from app.orders import NAMES, Json, Order
from app.storage.database import Database
from app.storage.tables import jobs, orders

Edited = tuple[str, Mapping[str, Json]]  # a text, and the coverage that goes with it
# What of a job's result is stale, by what has changed since that result, and since the last run; None if nothing is.
Stale = Callable[[Job, Order, Changes, Changes], Mapping[str, Json] | None]


@dataclass(frozen=True)
class Correction:
    """What a correction makes of a job: its *order* with the new transcript, digests of what the changed turns *were*, and the
    *result* if names have changed in it."""

    order: Order
    was: Mapping[int, str] = field(default_factory=dict)
    result: Edited | None = None


class Edits:
    """Changes to the jobs of one database, each of one version and in one transaction. *stale* is asked after each of them."""

    def __init__(self, database: Database, stale: Stale) -> None:
        self._database = database
        self._stale = stale

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
            _adopt(connection, job, before)
            _rewrite(connection, job_id, before, correction.order)
            index.replace_turns(connection, job_id, correction.order)
            note_changes(connection, job_id, job.content_version, correction.was)
            if correction.result is not None:
                self._replace(connection, job_id, correction.order, correction.result, "rename", holder=holder)
            elif job.result is not None:
                self._renew_stale(connection, job_id, correction.order)
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
        restored: Version | None = None,
    ) -> Version:
        """Gives a complete job another result, which becomes its newest version. It rests on what the present one rests on,
        or the *restored* one.

        Raises JobNotFound, JobConflict, VersionConflict, StoreError, and what *make* raises; then nothing has changed."""

        def transaction(connection: sa.Connection) -> Version:
            _write(connection, job_id)  # locks the row: two edits are made one after the other
            job = complete(find(connection, job_id))
            current = versions.current_number(connection, job_id)
            if version not in (None, current):
                raise VersionConflict(current)
            order = order_of(connection, job_id)
            edited = make(job, order)
            _adopt(connection, job, order)
            return self._replace(connection, job_id, order, edited, source, holder=holder, restored=restored)

        return self._database.write(transaction)

    def stale(self, job_ids: Collection[str]) -> tuple[Job, ...]:
        """Those of the jobs whose result is stale. Raises StoreError."""
        with self._database.reading() as connection:
            return stale_among(connection, job_ids)

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

    def restore(
        self,
        job_id: str,
        version: int | None,
        number: int,
        make: Callable[[Job, Order, Version], Edited],
        *,
        holder: str | None = None,
    ) -> Version:
        """Makes the version *number*, as *make* gives it back, the newest one again. Raises as `edit` does, and
        VersionNotFound."""
        kept = self.version(job_id, number)
        again = partial(_again, make, kept)
        return self.edit(job_id, version, again, "restore", holder=holder, restored=kept)

    def _replace(
        self,
        connection: sa.Connection,
        job_id: str,
        order: Order,
        edited: Edited,
        source: Source,
        *,
        holder: str | None,
        restored: Version | None = None,
    ) -> Version:
        text, coverage = edited
        versions.keep(connection, job_id)
        basis = _next_basis(connection, job_id, order, restored)
        number = restored.number if restored else None
        made = versions.add(connection, job_id, text, coverage, source, basis=basis, holder=holder, restored=number)
        _write(connection, job_id, result=text, coverage=dict(coverage), basis=basis.record())
        index.replace_result(connection, job_id, text, coverage, by_id=source != "restore")
        self._renew_stale(connection, job_id, order)
        return made

    def _renew_stale(self, connection: sa.Connection, job_id: str, order: Order) -> None:
        """Writes which parts of the job's result rest on turns that are other ones now."""
        basis = basis_of(connection, job_id) or Basis()
        since = (changes_since(connection, job_id, known) for known in (basis.content, basis.run))
        stale = self._stale(find(connection, job_id), order, *since)
        _write(connection, job_id, stale=dict(stale) if stale else None)


def _adopt(connection: sa.Connection, job: Job, order: Order) -> None:
    """Gives a result of an earlier release, which only told what is stale, its basis."""
    if job.result is None or basis_of(connection, job.id) is not None:
        return
    _write(connection, job.id, basis=Basis(names=order.options.get(NAMES, {})).record())
    stale = (job.stale or {}).get("turns", ())
    note_changes(connection, job.id, BEFORE_ALL + 1, dict.fromkeys(stale, UNKNOWN))


def _again(make: Callable[[Job, Order, Version], Edited], kept: Version, job: Job, order: Order) -> Edited:
    return make(job, order, kept)


def _next_basis(connection: sa.Connection, job_id: str, order: Order, restored: Version | None) -> Basis:
    """What the next version of a job's result rests on; its speakers have their present names in it."""
    present = basis_of(connection, job_id) or Basis()
    kept = present if restored is None else Basis.recall(restored.basis) or Basis()
    return Basis(kept.content, order.options.get(NAMES, {}), present.run)


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
