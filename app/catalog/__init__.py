"""The services folder as an immutable Catalog: which services there are, what is wrong, and orders made from requests."""

from __future__ import annotations

from collections.abc import Mapping

from app import manifests
from app.catalog.apart import Examiner
from app.catalog.catalog import Catalog, Entry
from app.catalog.examining import Examine
from app.catalog.loading import HERE, load
from app.catalog.memory import LastGood, Memory
from app.catalog.proofs import Proofs
from app.kinds.base import Kind

__all__ = ["HERE", "Catalog", "Entry", "Examine", "Examiner", "LastGood", "Memory", "Proofs", "load", "reference"]


def reference(kinds: Mapping[str, Kind]) -> dict[str, str]:
    """The files of the documentation that are made from what manifests may say, by name."""
    return manifests.documents({name: kind.Flavor for name, kind in kinds.items()})
