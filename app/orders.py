"""An order: everything a worker must know, settled when the request arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from app.large_texts import PackedText

Json: TypeAlias = Any  # what json.loads returns

NAMES = "names"  # the option of an order that holds what people call its speakers, by label
FILE_TITLE = "fileTitle"  # and what the name of its file calls the meeting


@dataclass(frozen=True)
class Order:
    """A request with its service's files as they were when it arrived. JSON-serialisable throughout.

    *flavor* is the manifest's flavor (wire names) with the request's overrides applied; *settings* are the keys of the
    manifest beside `flavor` that the kind needs (`fields`, …); *templates* holds the source of every template that may be
    rendered, by name without extension, and the service's own under *template*; *text* is what to work on and is stored
    apart from the rest; *options* are what else the kind accepted from the form. *fallbacks* are what may stand in for
    the flavor, in order: each with its `flavor`, settled in the same way, its `backend` and its `template`. *holder* is the
    holder of the key it came with, None without keys. *manifest* is the text of the service's manifest, empty in orders of
    earlier releases; *version* is the digest of all files of the service. *replay_of* is the id of the job that it runs again,
    to be compared with it; empty for all others. *stale* names the broken files of the service if this is its last good
    version; empty if its files are good."""

    service: str
    kind: str
    backend: str
    flavor: Mapping[str, Json]
    settings: Mapping[str, Json]
    template: str
    templates: Mapping[str, str]
    text: str | PackedText
    options: Mapping[str, Json] = field(default_factory=dict)
    generation: str = ""
    priority: int = 5
    fallbacks: tuple[Mapping[str, Json], ...] = ()
    holder: str | None = None
    manifest: str = field(default="", compare=False)
    version: str = field(default="", compare=False)
    replay_of: str = ""
    stale: str = field(default="", compare=False)

    @property
    def content(self) -> str:
        """The text to work on, as a whole."""
        return str(self.text)

    @property
    def flavor_name(self) -> str:
        return str(self.flavor.get("name", ""))

    def with_fallbacks(self) -> list[Order]:
        """The order itself, then with each flavor that may stand in for its own."""
        return [self, *map(self._with, self.fallbacks)]

    def _with(self, other: Mapping[str, Json]) -> Order:
        """The order with a flavor that may stand in for its own. Earlier releases did not name the template."""
        template = other.get("template", self.template)
        return replace(self, flavor=other["flavor"], backend=other["backend"], template=template)

    def record(self) -> dict[str, Json]:
        """The order as JSON without its text."""
        kept = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "text"}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in kept.items()}

    @classmethod
    def recall(cls, record: Mapping[str, Json], text: str | PackedText) -> Order:
        """The order that `record` and its text describe. What a later release has added to it is left out: workers of two
        releases run side by side while one is upgraded."""
        known = {name: value for name, value in record.items() if name in cls.__dataclass_fields__}
        return cls(text=text, **{**known, "fallbacks": tuple(record.get("fallbacks", ()))})
