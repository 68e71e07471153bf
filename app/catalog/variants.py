"""Variants: further main templates of a service, `cra.short.txt` beside `cra.txt`, that a request or a flavor names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.catalog.folder import MANIFEST, TEMPLATE

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")  # without a dot: `cra.short.write` belongs to the variant `short`


@dataclass(frozen=True)
class Variant:
    """A template that stands in for the service's own. *templates* holds the sources that it reaches, its own among them;
    *lent* are the names of those that are copies of the service's optional templates."""

    template: str
    templates: Mapping[str, str]
    lent: frozenset[str] = frozenset()

    @property
    def files(self) -> Mapping[str, str]:
        """The sources that have a file of their own."""
        return {name: text for name, text in self.templates.items() if name not in self.lent}


def candidates(stem: str, sources: Iterable[str], files: Collection[str], others: Collection[str]) -> Iterator[str]:
    """The names of the variants of the service whose files begin with *stem*, among the templates *sources*.

    A template that is in use for something else is none: one of *others*, or the own template of a manifest in *files*."""
    for template in sorted(sources):
        name = template.removeprefix(f"{stem}.")
        if name != template and _NAME.fullmatch(name) and template not in others and f"{template}{MANIFEST}" not in files:
            yield name


def plain(stem: str, given: str) -> str:
    """The name of the variant that *given* means: `short`, `cra.short` and `cra.short.txt` are the same. Empty for the
    service's own template (`cra`, `cra.txt`)."""
    bare = given.removesuffix(TEMPLATE)
    return "" if bare == stem else bare.removeprefix(f"{stem}.")


def with_optional(template: str, stem: str, suffixes: Iterable[str], sources: Mapping[str, str]) -> Mapping[str, str]:
    """*sources*, in which the variant *template* has the optional templates of the service *stem* if it has none of its own."""
    lent = {
        f"{template}{suffix}": sources[f"{stem}{suffix}"]
        for suffix in suffixes
        if suffix and f"{stem}{suffix}" in sources and f"{template}{suffix}" not in sources
    }
    return {**sources, **lent} if lent else sources
