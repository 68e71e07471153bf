"""The services that the present key opens, and their files for an admin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.catalog import Entry
from app.catalog.authoring import Checked
from app.errors import Forbidden, Problem, ServiceNotFound
from app.keys import Key
from app.kinds.base import Form
from app.orders import Order
from app.web.authorized.present import present_key, refuse_closed
from app.web.interfaces import Authoring, Catalog, CurrentCatalog


@dataclass(frozen=True)
class AuthorizedCurrentCatalog:
    inner: CurrentCatalog

    @property
    def catalog(self) -> Catalog:
        key = present_key()
        return self.inner.catalog if key is None else AuthorizedCatalog(self.inner.catalog, key)


@dataclass(frozen=True)
class AuthorizedCatalog:
    """The services that a key may use; any other is forbidden."""

    inner: Catalog
    key: Key

    @property
    def services(self) -> Mapping[str, Entry]:
        return {name: entry for name, entry in self.inner.services.items() if self.key.opens(name)}

    @property
    def problems(self) -> Sequence[Problem]:
        return [problem for problem in self.inner.problems if self.key.opens(Path(problem.file).stem)]

    @property
    def restricted(self) -> bool:
        return not self.key.opens_all

    def opens(self, name: str) -> bool:
        return self.key.opens(name)

    @property
    def generation(self) -> str:
        return self.inner.generation

    def find(self, route: str) -> Entry:
        try:
            entry = self.inner.find(route)
        except ServiceNotFound as error:
            opened = (each for entry in self.services.values() for each in entry.routes)
            raise ServiceNotFound(error.name, opened) from None
        refuse_closed(self.key, entry.service.name)
        return entry

    def order(self, route: str, form: Form) -> Order:
        self.find(route)
        order = self.inner.order(route, form)
        return replace(order, holder=self.key.holder, priority=max(order.priority, self.key.priority))

    def replay(self, old: Order, job_id: str, form: Form, /) -> Order:
        self.find(str(form.fields.get("service") or old.service))
        return replace(self.inner.replay(old, job_id, form), holder=self.key.holder)


@dataclass(frozen=True)
class AuthorizedAuthoring:
    """The files of services, for admins alone, and of those services that their keys open."""

    inner: Authoring

    def files(self, stem: str, /) -> Mapping[str, str]:
        return self.inner.files(_edited(stem))

    def check(self, stem: str, changed: Mapping[str, str], /) -> Checked:
        return self.inner.check(_edited(stem), changed)

    def save(self, stem: str, changed: Mapping[str, str], held: Mapping[str, str], /) -> Checked:
        return self.inner.save(_edited(stem), changed, held)

    def holds(self, files: Mapping[str, str], /) -> bool:
        return self.inner.holds(files)

    def trial(self, files: Mapping[str, str], /) -> Catalog:
        key = _author()
        return AuthorizedCatalog(self.inner.trial(files), key)


def _edited(stem: str) -> str:
    _author()
    return stem


def _author() -> Key:
    """The present key. Raises Forbidden unless it is an admin's that opens all services: a check tells of all files."""
    key = present_key()
    if key is None or not (key.admin and key.opens_all):
        raise Forbidden("only the key of an admin that opens all services changes one: use such a key")
    return key
