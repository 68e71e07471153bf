"""Orders of requests to our own routes: a key of a JSON body that nothing reads is refused, not ignored.

What a service reads is known from its kind reading it: a dict notes the names that it is asked for, so no list of fields can
go out of date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from app.errors import BadParameter, MissingParameter, nearest
from app.kinds.base import Form
from app.orders import Json, Order
from app.web.bodies.answers import with_staleness
from app.web.problems import echoed

if TYPE_CHECKING:
    from app.web.interfaces import Catalog

# Read by the routes themselves. Clients send some of them to routes that have no use for them, and did no harm by it so far.
OF_ROUTES = frozenset(
    {"async", "callback_url", "content", "conversation_id", "file", "flavor", "priority", "stream", "stream_format"}
)
MODEL = "model"


class NotedFields(dict[str, Json]):
    """The fields of a JSON body. *asked* holds the names that somebody asked for, whether they are there or not."""

    def __init__(self, fields: Mapping[str, Json]) -> None:
        super().__init__(fields)
        self.asked: set[str] = set()

    def get(self, name: str, default: Json = None) -> Json:
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Json:
        self.asked.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    @property
    def unasked(self) -> list[str]:
        """The names of the fields that nobody asked for."""
        return [name for name in self if name not in self.asked]


class UnknownField(BadParameter):
    """A JSON body has a key that nothing reads; says which is probably meant."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        told = nearest(name, known) or f"; there are {', '.join(sorted(known))}"
        super().__init__(echoed(name), f"is no field of this request{told}")
        self.given = name


def order_of(catalog: Catalog, route: str, form: Form) -> Order:
    """The order that *form* makes of the service at *route*. Raises what `Catalog.order` does, and UnknownField."""
    try:
        order = with_staleness(catalog.order(route, form))
    except MissingParameter as missing:
        _refuse_misspelled(missing, form)
        raise
    refuse_unknown(form, order)
    return order


def refuse_unknown(form: Form, order: Order | None = None, told: Collection[str] = OF_ROUTES) -> None:
    """Raises UnknownField for a key of a JSON body that nothing has read. The fields of a form may be anything. *told* are the
    fields of the route itself that the error names beside those that were read.

    Clients may name the *model*, as long as it is the one that the order has."""
    if not isinstance(form.fields, NotedFields):
        return
    for name in form.fields.unasked:
        if name == MODEL and order is not None:
            _check_model(form.fields[MODEL], order)
        elif name not in OF_ROUTES:
            raise UnknownField(name, form.fields.asked.union(told))


def _refuse_misspelled(missing: MissingParameter, form: Form) -> None:
    """Raises UnknownField for a key that is probably meant to be what is missing."""
    if isinstance(form.fields, NotedFields):
        for name in form.fields.unasked:
            if name not in OF_ROUTES and nearest(name, [missing.name]):
                raise UnknownField(name, [missing.name]) from missing


def _check_model(given: Json, order: Order) -> None:
    """Raises BadParameter for a model that does not answer this order."""
    names = ("", None, order.flavor.get("modelName"), order.service, f"{order.service}:{order.flavor_name}")
    if given not in names:
        raise BadParameter(
            MODEL,
            f"the service {order.service} answers with the models of its flavors: choose one with `flavor`, or leave this out; "
            "POST /v1/chat/completions takes any model",
        )
