"""Catalog and Entry: the services at one moment, and how a request becomes an order of one of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app import prompts
from app.catalog.folder import MANIFEST, Folder, digest
from app.catalog.variants import Variant, plain
from app.errors import BadParameter, FlavorNotFound, MissingParameter, Problem, ServiceNotFound, nearest
from app.kinds.base import Form, Kind, Payload
from app.manifests import Flavor, Service, Source
from app.orders import Json, Order

SUFFIX = "/generate"
LAST = 9  # the lowest priority
CUTS = "cuts"  # the option of an order that says where the batches of its last run began


@dataclass(frozen=True)
class Entry:
    """A service, and the files it was made of.

    *manifest* is its file's content, unchanged but for comments; *templates* holds the sources of all templates it may
    render, and *template* is its own among them; *functions* holds the file of its functions by name, if they have one.
    *stale* says that a file of it is broken now and that this is the last good version. *variants* holds the templates that
    may stand in for its own, by name."""

    service: Service
    kind: Kind
    file: str
    text: str
    manifest: Mapping[str, Json]
    template: str
    templates: Mapping[str, str]
    functions: Mapping[str, str] = field(default_factory=dict)
    stale: bool = False
    warnings: tuple[Problem, ...] = ()  # what will keep some of its flavors from working
    variants: Mapping[str, Variant] = field(default_factory=dict)

    @property
    def routes(self) -> dict[str, str]:
        """What requests may call it, each with the manifest's key that says so."""
        alias = self.service.route and _bare(self.service.route)
        return {**({alias: "route"} if alias else {}), self.service.name: "name"}

    @cached_property
    def files(self) -> Mapping[str, str]:
        """Every file that it was made of, its variants included, by name."""
        sources = {name: text for each in self.variants.values() for name, text in each.files.items()}
        templates = {prompts.file_of(name): text for name, text in {**sources, **self.templates}.items()}
        return {self.file: self.text, **templates, **self.functions}

    @cached_property
    def version(self) -> str:
        """The digest of its files."""
        return version_of(self.files)

    def flavor(self, name: str) -> Flavor:
        for flavor in self.service.flavor:
            if isinstance(flavor, Flavor) and flavor.name == name:
                return flavor
        raise FlavorNotFound(self.service.name, name, (each.name for each in self.service.flavor))

    def variant(self, given: str) -> Variant:
        """The variant of that name, or the service's own template if *given* is empty or names it. Raises BadParameter."""
        name = plain(self.file.removesuffix(MANIFEST), given)
        if not name:
            return Variant(self.template, self.templates)
        if name not in self.variants:
            known = f"it has {', '.join(self.variants)}" if self.variants else "it has none"
            reason = f'there is no variant "{name}" of {self.service.name}; {known}{nearest(name, self.variants)}'
            raise BadParameter("variant", reason)
        return self.variants[name]


def version_of(files: Mapping[str, str]) -> str:
    """The digest that names a service with these *files*."""
    return digest(part for pair in sorted(files.items()) for part in pair)


@dataclass(frozen=True)
class Catalog:
    """The services at one moment. Nothing in it changes; a reload makes another one.

    *generation* names what is served and what is broken: processes that read the same files show the same. *read* is the
    folder as it was then."""

    services: Mapping[str, Entry] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    generation: str = ""
    read: Folder = field(default_factory=Folder, repr=False)
    _routes: Mapping[str, Entry] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, entries: Iterable[Entry], problems: Iterable[Problem], generation: str, read: Folder) -> Catalog:
        """The catalog of *entries*, no two of which share a route."""
        entries = tuple(entries)
        return cls(
            services=MappingProxyType({entry.service.name: entry for entry in entries}),
            problems=tuple(dict.fromkeys((*problems, *(each for entry in entries for each in entry.warnings)))),
            generation=generation,
            read=read,
            _routes=MappingProxyType({route: entry for entry in entries for route in entry.routes}),
        )

    @property
    def restricted(self) -> bool:
        """Whether there are services or models that are not shown: not in the whole catalog."""
        return False

    def opens(self, name: str) -> bool:
        """Whether the service or the model of that name may be used: in the whole catalog, each may."""
        del name
        return True

    def find(self, route: str) -> Entry:
        """The service that *route* names, by its name or its route, with or without `/generate` at the end.

        A route that itself ends so is called both ways: `minutes/generate` and `minutes/generate/generate`."""
        plain = re.sub("/+", "/", route).strip("/") if "/" in route else route
        for _ in range(3):
            if plain in self._routes:
                return self._routes[plain]
            plain = _bare(plain)
        raise ServiceNotFound(_bare(route), self._routes)

    def order(self, route: str, form: Form) -> Order:
        """The order that a request makes, settled: nothing that happens to the folder later changes it.

        Raises a RequestError: no such service, no content, no flavor, no such flavor, a bad override; in this order."""
        entry = self.find(route)
        payload = entry.kind.accept(form)
        flavor = _chosen(entry, form)
        settled = {**flavor.wire(), **_overrides(form), **payload.overrides}
        variant = _variant(entry, flavor, form)
        stand_ins = tuple(_stand_ins(entry, flavor, form, payload))
        order = replace(
            self._order(entry, flavor, variant, settled, content=payload.content, options=payload.options),
            templates=_merged(variant, (_variant(entry, entry.flavor(name), form) for name in flavor.fallback)),
            fallbacks=stand_ins,
        )
        return entry.kind.settle(order)

    def replay(self, old: Order, job_id: str, form: Form) -> Order:
        """The order of the job *job_id* again, with the present files of its service or of another `service`, `flavor` or
        `variant` that *form* names, last in the queue. Raises a RequestError."""
        entry = self.find(str(form.fields.get("service") or old.service))
        if entry.service.type != old.kind:
            reason = f"{entry.service.name} is of the type {entry.service.type}, and the job of the type {old.kind}"
            raise BadParameter("service", reason)
        flavor = entry.flavor(str(form.fields.get("flavor") or old.flavor_name))
        variant = _variant(entry, flavor, form)
        settled = {**flavor.wire(), **requested(old), "priority": LAST}
        options = {name: value for name, value in old.options.items() if name != CUTS}
        order = self._order(entry, flavor, variant, settled, content=old.content, options=options)
        return entry.kind.settle(replace(order, replay_of=job_id))

    def _order(
        self,
        entry: Entry,
        flavor: Flavor,
        variant: Variant,
        settled: dict[str, Any],
        *,
        content: str,
        options: Mapping[str, Json],
    ) -> Order:
        """The order of *content* for a *flavor* that is *settled*: with what the request sets instead."""
        return Order(
            service=entry.service.name,
            kind=entry.service.type,
            backend=entry.service.backend_of(flavor),
            flavor=settled,
            settings=entry.service.settings(),
            template=variant.template,
            templates=dict(variant.templates),
            text=content,
            options=options,
            generation=self.generation,
            priority=settled["priority"],
            manifest=entry.text,
            version=entry.version,
            stale=self._broken(entry),
        )

    def _broken(self, entry: Entry) -> str:
        """The problems of a service whose last good version serves, with its name; empty if its files are good."""
        if not entry.stale:
            return ""
        files = {entry.file, *entry.files}
        stem = Path(entry.file).stem
        broken = [str(each) for each in self.problems if each.file in files or Path(each.file).stem == stem]
        return "; ".join([entry.service.name, *broken])


def requested(old: Order) -> dict[str, Json]:
    """What the request of *old* set instead of its flavor, as far as the manifest of then tells."""
    if not old.manifest:
        return {}
    flavors = Source.read("", old.manifest).raw["flavor"]
    then: Mapping[str, Json] = next((each for each in flavors if each["name"] == old.flavor_name), {})
    return {
        name: old.flavor[name] for name in ("temperature", "top_p") if name in old.flavor and old.flavor[name] != then.get(name)
    }


def _bare(route: str) -> str:
    """*route* without slashes around it and without `/generate` at its end."""
    return route.strip("/").removesuffix(SUFFIX)


def _stand_ins(entry: Entry, flavor: Flavor, form: Form, payload: Payload) -> Iterator[Mapping[str, Json]]:
    """The flavors that may stand in for *flavor*, settled as it is itself."""
    for name in flavor.fallback:
        other = entry.flavor(name)
        settled = {**other.wire(), **_overrides(form), **payload.overrides}
        template = _variant(entry, other, form).template
        yield {"flavor": settled, "backend": entry.service.backend_of(other), "template": template}


def _variant(entry: Entry, flavor: Flavor, form: Form) -> Variant:
    """The template that the request chooses, or else *flavor*. Raises BadParameter."""
    given = form.fields.get("variant")
    if given is not None and not isinstance(given, str):
        raise BadParameter("variant", "must be the name of a variant, in quotes")
    return entry.variant(given or flavor.variant or "")


def _merged(variant: Variant, others: Iterable[Variant]) -> dict[str, str]:
    """The sources of *variant*, and those of *others* that may stand in for it."""
    return {**{name: text for each in others for name, text in each.templates.items()}, **variant.templates}


def _chosen(entry: Entry, form: Form) -> Flavor:
    name = form.fields.get("flavor")
    if (name is None or name == "") and entry.kind.INTERACTIVE:
        name = entry.service.flavor[0].name
    if name is None or name == "":
        raise MissingParameter("flavor")
    if not isinstance(name, str):
        raise BadParameter("flavor", "must be the name of a flavor, in quotes")
    return entry.flavor(name)


def _overrides(form: Form) -> dict[str, Any]:
    """What the request sets instead of the flavor, by wire name. A top_p that is none is left out: clients send such."""
    chosen: dict[str, Any] = {}
    temperature = _number(form, "temperature", "a number from 0 to 2, such as 0.2")
    if temperature is not None:
        if not 0 <= temperature <= 2:
            raise BadParameter("temperature", f"{temperature:g} is outside 0 to 2: give a number from 0 to 2, such as 0.2")
        chosen["temperature"] = temperature
    top_p = _number(form, "top_p", "a number above 0 and up to 1, such as 0.8")
    if top_p is not None and 0 < top_p <= 1:
        chosen["top_p"] = top_p
    priority = _number(form, "priority", "a whole number from 0 (first) to 9 (last)")
    if priority is not None:
        if priority not in range(10):
            raise BadParameter("priority", f"{priority:g} is not a whole number from 0 to 9: give 0 for first, 9 for last")
        chosen["priority"] = int(priority)
    return chosen


def _number(form: Form, name: str, remedy: str) -> float | None:
    """The number that a field holds, as a number or as text; None if the field is missing or empty."""
    given = form.fields.get(name)
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    try:
        if isinstance(given, bool):
            raise TypeError("a boolean is no number")
        number = float(given)
    except (TypeError, ValueError, OverflowError) as exc:
        raise BadParameter(name, f"is not a number: give {remedy}") from exc
    if math.isnan(number) and name != "top_p":
        raise BadParameter(name, f"is not a number: give {remedy}")
    return number
