"""Which flavor a request gets: only one that can run here, as far as the backends tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.backends.base import Health
from app.catalog import Entry
from app.catalog.serving import Fitness, fitness
from app.errors import FlavorUnfit
from app.kinds.base import Form
from app.orders import Order
from app.web.bodies.ordering import NotedFields, order_of
from app.web.interfaces import Catalog, GatewayView
from app.web.probes import Probes


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
        """The first flavor whose backend has what it needs; else the first whose backend is not absent; else the first."""
        flavors = entry.service.flavor
        if len(flavors) == 1:
            return str(flavors[0].name)
        found = self._fitnesses(entry, self._latest(entry))
        present = [name for name, each in found.items() if not each.absent]
        return [*_fitting(found), *present, *found][0]

    def running(self, entry: Entry) -> dict[str, bool | None]:
        """Whether each flavor can run here, as far as the backends have told; None if its backend does not answer."""
        return {name: each.runs for name, each in self._fitnesses(entry, self._latest(entry)).items()}

    def refuse_unfit(self, entry: Entry, flavor: str) -> None:
        """Raises FlavorUnfit for a flavor that cannot run here, if another can or its backend is absent.

        A state that speaks against the flavor is asked for anew before it counts."""
        if self._fitnesses(entry, self._latest(entry))[flavor].runs is not False:
            return
        found = self._fitnesses(entry, self._probes.states())
        fits = _fitting(found)
        if found[flavor].runs is False and (fits or found[flavor].absent):
            silent = [name for name, each in found.items() if each.runs is None]
            raise FlavorUnfit(entry.service.name, flavor, found[flavor].reason, fits, silent)

    def _latest(self, entry: Entry) -> Mapping[str, Health]:
        return self._probes.latest(entry.service.backends)

    def _fitnesses(self, entry: Entry, states: Mapping[str, Health]) -> dict[str, Fitness]:
        contexts = self._view.backends.contexts()
        return {flavor.name: fitness(entry, flavor, states, contexts) for flavor in entry.service.flavor}


def _fitting(found: Mapping[str, Fitness]) -> list[str]:
    return [name for name, each in found.items() if each.runs]
