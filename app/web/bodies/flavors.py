"""Which flavor a request gets: only one that can run here, as far as the backends tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.backends.base import Health
from app.catalog import Entry
from app.catalog.serving import Fitness, fitness
from app.errors import FlavorUnfit
from app.kinds.base import Form
from app.orders import Order
from app.web.bodies.ordering import NotedFields, order_of
from app.web.interfaces import Catalog, GatewayView
from app.web.probes import PROBE_TIMEOUT, Probes

BRIEFLY = 0.25  # seconds; a backend that is there answers sooner


@dataclass(frozen=True)
class Offer:
    """How the flavors of one service are offered: which one is the *default*, and which are *refused*."""

    default: str
    refused: frozenset[str]

    @classmethod
    def of(cls, found: Mapping[str, Fitness]) -> Offer:
        """The default is the first flavor whose backend has what it needs; else the first whose backend is not absent; else
        the first. One that cannot run is refused if another can, or if its backend is absent."""
        fits = _fitting(found)
        present = [name for name, each in found.items() if not each.absent]
        refused = frozenset(name for name, each in found.items() if each.runs is False and (fits or each.absent))
        return cls([*fits, *present, *found][0], refused)


class Flavors:
    """Chooses and checks flavors. Knows from *probes* which models and contexts the backends have."""

    def __init__(self, view: GatewayView, probes: Probes) -> None:
        self._view = view
        self._probes = probes

    def order(self, catalog: Catalog, route: str, form: Form) -> Order:
        """The order that *form* makes of *catalog*, which is that of the request's key. If it names no flavor, an interactive
        kind gets the first that can run here. Raises FlavorUnfit, and what `order_of` does."""
        if form.fields.get("flavor") in (None, ""):
            entry = catalog.find(route)
            if entry.kind.INTERACTIVE:
                fields = {**form.fields, "flavor": self.first_that_runs(entry)}
                form = replace(form, fields=NotedFields(fields) if isinstance(form.fields, NotedFields) else fields)
        order = order_of(catalog, route, form)
        self.refuse_unfit(catalog.find(route), order.flavor_name)
        return order

    def first_that_runs(self, entry: Entry) -> str:
        """The default of its `Offer`."""
        flavors = entry.service.flavor
        if len(flavors) == 1:
            return str(flavors[0].name)
        return Offer.of(self._fitnesses(entry, self._latest(entry))).default

    def offers(self, entries: Iterable[Entry], *, patience: float = PROBE_TIMEOUT) -> dict[str, Offer]:
        """How the flavors of each of the *entries* are offered, by the service's name. Backends that were never asked are
        waited for once, not for each entry, and at most *patience* seconds."""
        listed = list(entries)
        states = self._probes.latest({backend for entry in listed for backend in entry.service.backends}, patience=patience)
        return {entry.service.name: Offer.of(self._fitnesses(entry, states)) for entry in listed}

    def defaults(self, entries: Iterable[Entry]) -> dict[str, str]:
        """The default of each of the *entries* of which a flavor can be asked for here, as far as that is known: a document
        does not wait for silent backends."""
        offers = self.offers(entries, patience=BRIEFLY)
        return {name: each.default for name, each in offers.items() if each.default not in each.refused}

    def running(self, entry: Entry) -> dict[str, bool | None]:
        """Whether each flavor can run here, as far as the backends have told; None if its backend does not answer."""
        return {name: each.runs for name, each in self._fitnesses(entry, self._latest(entry)).items()}

    def refuse_unfit(self, entry: Entry, flavor: str) -> None:
        """Raises FlavorUnfit for a flavor that cannot run here, if another can or its backend is absent.

        A state that speaks against the flavor is asked for anew before it counts."""
        if self._fitnesses(entry, self._latest(entry))[flavor].runs is not False:
            return
        found = self._fitnesses(entry, self._probes.states())
        if flavor in Offer.of(found).refused:
            fits = _fitting(found)
            silent = [name for name, each in found.items() if each.runs is None]
            raise FlavorUnfit(entry.service.name, flavor, found[flavor].reason, fits, silent)

    def _latest(self, entry: Entry) -> Mapping[str, Health]:
        return self._probes.latest(entry.service.backends)

    def _fitnesses(self, entry: Entry, states: Mapping[str, Health]) -> dict[str, Fitness]:
        contexts = self._view.backends.contexts()
        return {flavor.name: fitness(entry, flavor, states, contexts) for flavor in entry.service.flavor}


def _fitting(found: Mapping[str, Fitness]) -> list[str]:
    return [name for name, each in found.items() if each.runs]
