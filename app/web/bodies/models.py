"""Model names: a service, one of its flavors, or a model that a backend serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias

from app.backends.base import Health
from app.catalog import Entry
from app.errors import BackendUnavailable, FlavorNotFound, ModelNotFound, ServiceNotFound, nearest
from app.web.interfaces import Catalog
from app.web.probes import KEPT, Probes

OURS = "llm-gateway"


@dataclass(frozen=True)
class ServiceModel:
    """A flavor of a service; an empty *flavor* is the first that can run here."""

    entry: Entry
    flavor: str = ""

    @property
    def context(self) -> int:
        """Of the flavor, in tokens; where none is named, of the first."""
        flavors = self.entry.service.flavor
        return int((self.entry.flavor(self.flavor) if self.flavor else flavors[0]).total_context_length)


@dataclass(frozen=True)
class BackendModel:
    """A model as *backend* knows it; *context* in tokens, 0 if the backend does not say."""

    backend: str
    model: str
    context: int = 0


Named: TypeAlias = ServiceModel | BackendModel


class Models:
    """Finds models by name. Asks the backends when a name is unknown, and remembers their answers."""

    def __init__(self, probes: Probes) -> None:
        self._probes = probes
        self._served: dict[str, BackendModel] = {}

    def find(self, name: str, catalog: Catalog) -> Named:
        """`service`, `service:flavor`, or a model's own name; in this order.

        Raises ModelNotFound if no backend has it, and BackendUnavailable if one that may have it does not answer."""
        found = _of_service(name, catalog) or self._served.get(name)
        if found is not None:
            return found
        states = self._probes.states()
        away = self._probes.away(states, used_backends(catalog))
        remembered = {model: each for model, each in self._served.items() if each.backend in away}
        self._served = remembered | {each.model: each for each in _serving(states)}
        if name in self._served:
            return self._served[name]
        known = _flavors_meant(name, catalog) or list(_in_turn(filter(catalog.opens, self._served), catalog.services))
        if catalog.opens(name) and (asked := self._probes.may_serve(away, name)):
            doubt = f"nobody knows now whether there is such a model: {_listed(asked)}"
            raise BackendUnavailable(doubt + nearest(name, known), retry_after=KEPT)
        raise ModelNotFound(name, known)

    def forget(self, name: str) -> None:
        """Forgets a model that its backend no longer serves."""
        self._served.pop(name, None)

    def listed(self, catalog: Catalog) -> Iterator[tuple[str, str, int]]:
        """Every model name, with its owner and its context in tokens, which is 0 if nobody says it."""
        for entry in catalog.services.values():
            yield entry.service.name, OURS, entry.service.flavor[0].total_context_length
            for flavor in entry.service.flavor:
                yield f"{entry.service.name}:{flavor.name}", OURS, flavor.total_context_length
        known = set(catalog.services)
        for each in _serving(self._probes.states()):
            if each.model not in known and catalog.opens(each.model):
                known.add(each.model)
                yield each.model, each.backend, each.context


def used_backends(catalog: Catalog) -> set[str]:
    """The backends that a live service needs; the others may be down."""
    return {backend for entry in catalog.services.values() for backend in entry.service.backends}


def _serving(states: Mapping[str, Health]) -> list[BackendModel]:
    """All models of all backends; if several serve the same model, the first backend comes last, and wins."""
    return [
        BackendModel(backend, model, context)
        for backend, health in reversed(tuple(states.items()))
        for model, context in health.models.items()
    ]


def _in_turn(served: Iterable[str], services: Iterable[str]) -> Iterator[str]:
    """Names of models and of services, one of each in turn: an error names the first ones, and shows both."""
    return (name for pair in zip_longest(served, services) for name in pair if name is not None)


def _flavors_meant(name: str, catalog: Catalog) -> list[str]:
    """The flavors of the service that *name* names beside one that it does not have, as models."""
    try:
        service = catalog.find(name.rpartition(":")[0]).service
    except ServiceNotFound:
        return []
    return [f"{service.name}:{flavor.name}" for flavor in service.flavor]


def _listed(away: Sequence[str]) -> str:
    return f"{' and '.join(away)} {'does' if len(away) == 1 else 'do'} not answer"


def _of_service(name: str, catalog: Catalog) -> ServiceModel | None:
    try:
        entry = catalog.find(name)
        return ServiceModel(entry)
    except ServiceNotFound:
        service, colon, flavor = name.rpartition(":")
    if not colon:
        return None
    try:
        entry = catalog.find(service)
        return ServiceModel(entry, entry.flavor(flavor).name)
    except (ServiceNotFound, FlavorNotFound):
        return None
