"""The history of services: every version that was served is kept in the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from app.catalog.catalog import Catalog, version_of
from app.errors import BadParameter, StoreError
from app.storage.service_versions import ServiceFiles, ServiceVersion, ServiceVersions

RETRY_SECONDS = 30.0  # after a version could not be kept

log = logging.getLogger(__name__)


class History:
    """The versions of the services of catalogs."""

    def __init__(self, versions: ServiceVersions) -> None:
        self._versions = versions

    def record(self, catalog: Catalog) -> None:
        """Keeps the versions of all services that work. Raises StoreError.

        Writes nothing while each is still its service's present version."""
        entries = {entry.service.name: entry for entry in catalog.services.values() if not entry.stale}
        present = self._versions.present()
        changed = [
            ServiceFiles(name, entry.version, entry.file, entry.files)
            for name, entry in entries.items()
            if present.get(name) != entry.version
        ]
        if changed:
            self._versions.keep(changed)

    def keep(self, service: str, manifest: str, files: Mapping[str, str]) -> str:
        """Keeps a version as the present one; its digest. Raises StoreError."""
        digest = version_of(files)
        self._versions.keep([ServiceFiles(service, digest, manifest, files)])
        return digest

    def of(self, service: str) -> tuple[ServiceVersion, ...]:
        """The versions of *service*, the one that was present last first. Raises StoreError."""
        return self._versions.of(service)


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
