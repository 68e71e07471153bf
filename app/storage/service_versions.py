"""Versions of services, each with its files, each text once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.storage.database import Database, insert_new
from app.storage.tables import service_files, service_texts, service_versions

MOST_VERSIONS = 100  # of one service that are kept
MOST_IN_ALL = 2_000


@dataclass(frozen=True)
class ServiceFiles:
    """The *files* of a *service* by name, *manifest* being one of them, and their *digest*."""

    service: str
    digest: str
    manifest: str
    files: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class ServiceVersion(ServiceFiles):
    """Files that are kept. *used* is when they were made the present version last."""

    created: datetime
    used: datetime


class ServiceVersions:
    """The versions of services in a *database*, which is prepared. At most *most* of each service are kept."""

    def __init__(
        self, database: Database, *, most: int = MOST_VERSIONS, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database = database
        self._most = most
        self._clock = clock

    def keep(self, versions: Sequence[ServiceFiles]) -> None:
        """Keeps each as the present version of its service. Raises StoreError."""

        def transaction(connection: sa.Connection) -> None:
            for each in versions:
                self._keep(connection, each)

        self._database.write(transaction)

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
                found.setdefault(row.digest, _version(row, held))
        return tuple(found.values())

    def present(self) -> dict[str, str]:
        """The digest of each service's version that was present last, by service. Raises StoreError."""
        asked = sa.select(service_versions.c.service, service_versions.c.digest).order_by(service_versions.c.used)
        with self._database.reading() as connection:
            return {row.service: row.digest for row in connection.execute(asked)}

    def _keep(self, connection: sa.Connection, version: ServiceFiles) -> None:
        key, now = {"service": version.service, "digest": version.digest}, self._clock()
        if insert_new(connection, service_versions, {**key, "manifest": version.manifest, "created": now, "used": now}):
            for file, text in version.files.items():
                sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
                insert_new(connection, service_texts, {"sha256": sha256, "body": text})
                insert_new(connection, service_files, {**key, "file": file, "sha256": sha256})
            self._forget(connection, version.service)
        else:
            connection.execute(sa.update(service_versions).where(*_is(version.service, version.digest)).values(used=now))

    def _forget(self, connection: sa.Connection, service: str) -> None:
        """Deletes the versions that are too many, the longest unused first, and the texts that no other version has."""
        newest = sa.select(service_versions.c.service, service_versions.c.digest).order_by(service_versions.c.used.desc())
        old = [*connection.execute(newest.where(service_versions.c.service == service).offset(self._most).limit(MOST_IN_ALL))]
        old += connection.execute(newest.offset(MOST_IN_ALL).limit(MOST_IN_ALL)).all()
        for each in old:
            connection.execute(sa.delete(service_versions).where(*_is(each.service, each.digest)))
        if old:
            connection.execute(sa.delete(service_texts).where(service_texts.c.sha256.not_in(sa.select(service_files.c.sha256))))


def _same_version() -> sa.ColumnElement[bool]:
    return sa.and_(service_files.c.service == service_versions.c.service, service_files.c.digest == service_versions.c.digest)


def _is(service: str, digest: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return service_versions.c.service == service, service_versions.c.digest == digest


def _version(row: Any, files: Mapping[str, str]) -> ServiceVersion:
    return ServiceVersion(row.service, row.digest, row.manifest, files, row.created, row.used)
