"""The history of services: every version that was served, in the database, each text once."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from app.catalog.catalog import Catalog, version_of
from app.errors import BadParameter, StoreError
from app.storage.database import Database, insert_new
from app.storage.tables import service_files, service_texts, service_versions

MOST_VERSIONS = 100  # of one service that are kept
MOST_IN_ALL = 2_000
RETRY_SECONDS = 30.0  # after a version could not be kept

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServiceVersion:
    """A version of a *service*: its *files* by name, *manifest* being one of them. *used* is when it was made the present
    version last."""

    service: str
    manifest: str
    files: Mapping[str, str] = field(repr=False)
    created: datetime
    used: datetime

    @property
    def digest(self) -> str:
        return version_of(self.files)


class History:
    """The versions of services in a *database*, which is prepared."""

    def __init__(
        self, database: Database, *, most: int = MOST_VERSIONS, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._most = most
        self._clock = clock

    def record(self, catalog: Catalog) -> None:
        """Keeps the versions of all services that work. Raises StoreError.

        Writes nothing while each is still its service's present version."""
        entries = {entry.service.name: entry for entry in catalog.services.values() if not entry.stale}
        present = self._present()
        changed = [entry for name, entry in entries.items() if present.get(name) != entry.version]

        def transaction(connection: sa.Connection) -> None:
            for each in changed:
                self._keep(connection, each.service.name, each.file, each.files)

        if changed:
            self._database.write(transaction)

    def keep(self, service: str, manifest: str, files: Mapping[str, str]) -> str:
        """Keeps a version as the present one; its digest. Raises StoreError."""
        self._database.write(lambda connection: self._keep(connection, service, manifest, files))
        return version_of(files)

    def of(self, service: str) -> tuple[ServiceVersion, ...]:
        """The versions of *service*, the one that was present last first. Raises StoreError."""
        asked = (
            sa.select(service_versions, service_files.c.file, service_texts.c.body)
            .join(service_files, _same_version())
            .join(service_texts, service_texts.c.sha256 == service_files.c.sha256)
            .where(service_versions.c.service == service)
            .order_by(service_versions.c.used.desc(), service_versions.c.digest)
        )
        found: dict[str, ServiceVersion] = {}
        files: dict[str, dict[str, str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(asked):
                held = files.setdefault(row.digest, {})
                held[row.file] = row.body
                found.setdefault(row.digest, ServiceVersion(row.service, row.manifest, held, row.created, row.used))
        return tuple(found.values())

    def _present(self) -> dict[str, str]:
        """The digest of each service's version that was present last."""
        asked = sa.select(service_versions.c.service, service_versions.c.digest).order_by(service_versions.c.used)
        with self._database.reading() as connection:
            return {row.service: row.digest for row in connection.execute(asked)}

    def _keep(self, connection: sa.Connection, service: str, manifest: str, files: Mapping[str, str]) -> None:
        digest, now = version_of(files), self._clock()
        row = {"service": service, "digest": digest, "manifest": manifest, "created": now, "used": now}
        if insert_new(connection, service_versions, row):
            for file, text in files.items():
                sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
                insert_new(connection, service_texts, {"sha256": sha256, "body": text})
                insert_new(connection, service_files, {"service": service, "digest": digest, "file": file, "sha256": sha256})
            self._forget(connection, service)
        else:
            of_it = (service_versions.c.service == service, service_versions.c.digest == digest)
            connection.execute(sa.update(service_versions).where(*of_it).values(used=now))

    def _forget(self, connection: sa.Connection, service: str) -> None:
        """Deletes the versions that are too many, the longest unused first, and the texts that no other version has."""
        newest = sa.select(service_versions.c.service, service_versions.c.digest).order_by(service_versions.c.used.desc())
        old = [*connection.execute(newest.where(service_versions.c.service == service).offset(self._most).limit(MOST_IN_ALL))]
        old += connection.execute(newest.offset(MOST_IN_ALL).limit(MOST_IN_ALL)).all()
        for each in old:
            of_it = (service_versions.c.service == each.service, service_versions.c.digest == each.digest)
            connection.execute(sa.delete(service_versions).where(*of_it))
        if old:
            connection.execute(sa.delete(service_texts).where(service_texts.c.sha256.not_in(sa.select(service_files.c.sha256))))


def _same_version() -> sa.ColumnElement[bool]:
    return sa.and_(service_files.c.service == service_versions.c.service, service_files.c.digest == service_versions.c.digest)


def chosen(versions: Sequence[ServiceVersion], given: str) -> ServiceVersion:
    """The one of *versions* whose digest begins with *given*. Raises BadParameter."""
    found = [each for each in versions if each.digest.startswith(given)] if given else []
    if len(found) == 1:
        return found[0]
    known = ", ".join(each.digest for each in (found or versions)[:10]) or "none"
    reason = f"is the beginning of several: {known}" if found else f"is no version that is kept; there are {known}"
    raise BadParameter(given or "DIGEST", reason)


class Recorder:
    """Keeps the versions of each new catalog. What cannot be written is tried again later; services go on all the same."""

    def __init__(self, history: History, clock: Callable[[], float] = time.monotonic) -> None:
        self._history = history
        self._clock = clock
        self._recorded: Catalog | None = None
        self._not_before = 0.0

    def __call__(self, catalog: Catalog) -> None:
        if catalog is self._recorded or self._clock() < self._not_before:
            return
        try:
            self._history.record(catalog)
        except StoreError as error:
            log.warning("the versions of the services are not kept: %s", error)
            self._not_before = self._clock() + RETRY_SECONDS
        else:
            self._recorded = catalog
