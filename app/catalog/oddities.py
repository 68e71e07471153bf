"""What is allowed in a services folder and yet is probably not meant: warnings for authors, which keep nothing from serving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from app.catalog.catalog import Catalog, Entry
from app.catalog.folder import TEMPLATE
from app.errors import Problem
from app.kinds.base import Advising
from app.manifests import Source
from app.mounts import is_bare

FIRST_STEP = (
    "there is no service yet: `python3 -m app new NAME` writes one that works, and document/authors.md says how to go on; "
    "a model alone on /v1 needs none"
)


def emptiness(folder: Path) -> Iterator[Problem]:
    """What to do with a folder that is empty. None of a folder that is missing, which is a problem."""
    with suppress(OSError):
        if is_bare(folder):
            yield Problem(f"{folder.name}/", "", FIRST_STEP)


def oddities(catalog: Catalog) -> Iterator[Problem]:
    """The warnings about every service of *catalog* that works, and about templates that nothing uses."""
    for entry in catalog.services.values():
        if not entry.stale and isinstance(entry.kind, Advising):
            source = Source.read(entry.file, entry.text)
            for each in (entry.variant(""), *entry.variants.values()):
                yield from entry.kind.oddities(entry.service, source, each.template, each.templates)
    yield from _unused(catalog.read.templates, catalog)


def _unused(templates: Mapping[str, str], catalog: Catalog) -> Iterator[Problem]:
    """Templates that no service reaches; while a manifest is broken, nobody can tell."""
    if catalog.problems:
        return
    used = {name for entry in catalog.services.values() for name in (*entry.templates, *_optional(entry))}
    used |= {name for entry in catalog.services.values() for variant in entry.variants.values() for name in variant.templates}
    for name in sorted(templates.keys() - used):
        yield Problem(f"{name}{TEMPLATE}", "", "is not used: no manifest has its name, and no template includes it")


def _optional(entry: Entry) -> Iterator[str]:
    """Templates that a kind looks for by name when it needs them."""
    stem = entry.file.removesuffix(".json")
    return (f"{stem}{suffix}" for suffix in entry.kind.OPTIONAL_TEMPLATES)
