"""What manifests say that does not go with what the backends serve: an operator should know it before a job fails of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.backends.base import Health
from app.catalog.catalog import Entry
from app.errors import ManifestError, Problem, nearest
from app.manifests import Flavor, Source
from app.tokens.files import locate
from app.tokens.known import unknown_class

ANY_MODEL = frozenset({"local", "logits", "rnn", "echo"})  # backends that answer to every name with the one model they have
MOST_NAMED = 10  # models of a server that a problem names
LATEST = ":latest"  # what some servers put behind a model's name, and do not ask for


def disagreements(
    entries: Iterable[Entry], states: Mapping[str, Health], backends: Collection[str], contexts: Mapping[str, int] | None = None
) -> Iterator[Problem]:
    """What is wrong with each flavor of *entries*, given the *states* of the *backends* that there are.

    *contexts* holds the tokens that a backend takes by its settings, if these say it."""
    answering = {name: health for name, health in states.items() if health.ok}
    for entry in entries:
        source = Source.read(entry.file, entry.text)
        found: list[Problem] = []
        for number, flavor in enumerate(entry.service.flavor):
            found += _unknown(entry, flavor, source, number, backends)
            found += _beyond(flavor, source, number, _Served.of(entry, flavor, answering, contexts or {}))
        yield from dict.fromkeys(found)  # all flavors may be of the service's one backend


@dataclass(frozen=True)
class Fitness:
    """Whether a flavor can run here: *runs* is None if its backend does not answer now, and nothing that it told before speaks
    against it. *reason* says why not; *absent*, that there is no backend to wait for."""

    runs: bool | None
    reason: str = ""
    absent: bool = False


def fitness(entry: Entry, flavor: Flavor, states: Mapping[str, Health], contexts: Mapping[str, int]) -> Fitness:
    """Whether the backend of *flavor* has its model and its context, given the *states* and *contexts* of the backends."""
    backend = entry.service.backend_of(flavor)
    health = states.get(backend)
    if health is None:
        return Fitness(None)
    if health.absent:
        return Fitness(False, f"there is no {backend} here, as {health.detail}", absent=True)
    reason = _unfit(flavor, backend, _Served.of(entry, flavor, states, contexts))
    if reason:
        return Fitness(False, reason if health.ok else f"{reason}, as far as it told before it stopped answering")
    return Fitness(True if health.ok else None)


def _unfit(flavor: Flavor, backend: str, served: _Served) -> str:
    """Why *flavor* cannot run with what is *served*; empty if it can, or nothing is known."""
    if not served.has(flavor.model_name):
        return f"{backend} does not serve the model {flavor.model_name}"
    if served.context and flavor.total_context_length > served.context:
        return f"it needs a context of {flavor.total_context_length} tokens, and {backend} serves {served.context}"
    return ""


class _Served:
    """What a flavor's backend says of its model: the *models* that it lists, and the *context* in tokens, 0 if unknown."""

    def __init__(self, models: Mapping[str, int], context: int, *, lists: bool) -> None:
        self.models = models
        self.context = context
        self.lists = lists  # whether it serves those models only

    @classmethod
    def of(cls, entry: Entry, flavor: Flavor, states: Mapping[str, Health], contexts: Mapping[str, int]) -> _Served:
        backend = entry.service.backend_of(flavor)
        health = states.get(backend)
        models = health.models if health is not None else {}
        named = models.get(flavor.model_name) or models.get(f"{flavor.model_name}{LATEST}", 0)
        only = max(models.values(), default=0) if backend in ANY_MODEL else 0
        return cls(models, named or only or contexts.get(backend, 0), lists=bool(models) and backend not in ANY_MODEL)

    def has(self, model: str) -> bool:
        return not self.lists or model in self.models or f"{model}{LATEST}" in self.models


def _unknown(entry: Entry, flavor: Flavor, source: Source, number: int, backends: Collection[str]) -> Iterator[Problem]:
    """Names that nothing is called by."""
    backend = entry.service.backend_of(flavor)
    if backend not in backends:
        path = ("flavor", number, "backend") if flavor.backend else ("backend",)
        yield source.problem(
            path, f'there is no backend "{backend}"; known are {", ".join(backends)}{nearest(backend, backends)}'
        )
    if flavor.tokenizer is not None:
        yield from _unlocated(flavor.tokenizer, source, number)
    if flavor.tokenizer_class is not None and flavor.tokenizer is None and (hint := unknown_class(flavor.tokenizer_class)):
        yield source.problem(("flavor", number, "tokenizerClass"), hint)


def _unlocated(tokenizer: str, source: Source, number: int) -> Iterator[Problem]:
    """A tokenizer that is not there."""
    try:
        locate(tokenizer)
    except ManifestError as exc:
        for problem in exc.problems:
            yield source.problem(("flavor", number, "tokenizer"), problem.reason)


def _beyond(flavor: Flavor, source: Source, number: int, served: _Served) -> Iterator[Problem]:
    """More than the backend has."""
    if not served.has(flavor.model_name):
        names = sorted(served.models)[:MOST_NAMED]
        more = f" and {len(served.models) - len(names)} more" if len(served.models) > len(names) else ""
        hint = nearest(flavor.model_name, served.models)
        reason = f'the backend does not serve "{flavor.model_name}"; it serves {", ".join(names)}{more}{hint}'
        yield source.problem(("flavor", number, "modelName"), reason)
    if served.context and flavor.total_context_length > served.context:
        reason = f"is more than the {served.context} tokens that the backend serves: lower it, or start the model with more"
        yield source.problem(("flavor", number, "totalContextLength"), reason)
