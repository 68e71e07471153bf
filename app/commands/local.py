"""The services of this folder, used by a command without a running gateway."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from app.backends.registry import Backends
from app.catalog import Catalog, load
from app.errors import BadParameter, FlavorNotFound, ManifestError, ServiceNotFound, StoreError, nearest
from app.gateway import EXAMINER, backends, backends_reloader, proofs
from app.interactive import InteractiveRunner
from app.jobs import Jobs
from app.jobs.pace import Pace
from app.kinds import KINDS
from app.kinds.base import Form
from app.limits.slots import ConcurrencyLimits
from app.manifests import Service
from app.orders import Order
from app.settings import Settings
from app.storage.database import sqlite_file
from app.tokens import Tokenizers

STDIN = "-"
_APP = logging.getLogger("app")


class LocalServices:
    """Services and backends as these settings make them; the database is only read, if it is there. Use it in a `with`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._level = _APP.level
        self.catalog: Catalog = load(settings.services_folder, KINDS, prove=proofs(KINDS))
        self.backends: Backends = backends(settings, None, ConcurrencyLimits(settings.database, interactive=True))
        backends_reloader(settings, self.backends)
        self.interactive = InteractiveRunner(self.backends.of, Tokenizers(), KINDS, patience=float(settings.timeout))

    def __enter__(self) -> LocalServices:
        """Until the end, only warnings are logged: what a command has to say is on its output."""
        self._level = _APP.level
        if not self._settings.debug:
            _APP.setLevel(logging.WARNING)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _APP.setLevel(self._level)
        EXAMINER.close()

    def order(self, service: str, form: Form, prefer: str = "") -> Order:
        """The order that a request makes; if it names no flavor, the service's first on the backend *prefer*, else its first.

        Raises ManifestError if a file of the service is broken, RequestError."""
        found = self._find(service)
        if not form.fields.get("flavor"):
            preferred = (each for each in found.flavor if (each.backend or found.backend) == prefer)
            form = Form({**form.fields, "flavor": next(preferred, found.flavor[0]).name}, form.content)
        try:
            return self.catalog.order(service, form)
        except FlavorNotFound as exc:
            raise BadParameter("flavor", f'{service} has no "{exc.flavor}"; it has {", ".join(exc.known)}') from exc

    def _find(self, service: str) -> Service:
        try:
            return self.catalog.find(service).service
        except ServiceNotFound as exc:
            if broken := [each for each in self.catalog.problems if each.file.partition(".")[0] == service]:
                raise ManifestError(broken) from exc
            names = sorted(self.catalog.services)
            known = f"known in {self._settings.services_folder} are {', '.join(names) or 'none'}"
            raise BadParameter("service", f'there is no "{service}"; {known}{nearest(service, names)}') from exc

    def pace(self, service: str, flavor: str) -> Pace | None:
        """How fast past jobs were; None without a database."""
        file = sqlite_file(self._settings.database)
        if file is not None and not file.exists():
            return None
        jobs = Jobs(self._settings.database, pool=1)
        try:
            return jobs.pace(service, flavor)
        except StoreError:  # a database of another release, or none of ours: there is no estimate
            return None
        finally:
            jobs.close()


def content_of(file: str) -> bytes:
    """What *file* holds, `-` being the standard input. Raises BadParameter."""
    if file == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as exc:
        raise BadParameter("file", f"{file} cannot be read: {exc.strerror}") from exc


def form_of(content: bytes | None, flavor: str | None, pairs: Sequence[str] = ()) -> Form:
    """A request with *content*; each of *pairs* is `FIELD=VALUE`. Raises BadParameter."""
    fields: dict[str, str] = {"flavor": flavor} if flavor else {}
    for pair in pairs:
        name, found, value = pair.partition("=")
        if not found:
            raise BadParameter(pair, "must be FIELD=VALUE")
        fields[name] = value
    return Form(fields, content)
