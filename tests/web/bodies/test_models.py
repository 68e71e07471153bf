"""Models by name, where backends come and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from app.backends.base import Health
from app.errors import BackendUnavailable, ModelNotFound, ServiceNotFound
from app.web.bodies.models import BackendModel, Models
from app.web.probes import KEPT, Probes
from tests.web.fakes import FakeBackend, FakeBackends

AWAY = Health(ok=False, detail="cannot connect")


def serving(*models: str) -> Health:
    return Health(ok=True, models=dict.fromkeys(models, 0))


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self) -> None:
        """What probes have seen is old now."""
        self.now += KEPT + 1


@dataclass
class EmptyCatalog:
    opened: Callable[[str], bool] = lambda _name: True
    services: dict[str, Any] = field(default_factory=dict)

    def find(self, name: str) -> Any:
        raise ServiceNotFound(name)

    def opens(self, name: str) -> bool:
        return self.opened(name)


def gateway(**states: Health) -> tuple[Models, FakeBackends, Clock]:
    backends = FakeBackends({name: FakeBackend(health) for name, health in states.items()})
    clock = Clock()
    return Models(Probes(backends, clock)), backends, clock  # type: ignore[arg-type]


def find(models: Models, name: str, catalog: Any = None) -> Any:
    return models.find(name, catalog or EmptyCatalog())


def test_a_model_that_no_backend_has_does_not_exist() -> None:
    models, _, _ = gateway(gpu=serving("m"), far=serving("n"))

    with pytest.raises(ModelNotFound):
        find(models, "nobody")


def test_nobody_knows_of_a_model_while_a_backend_that_may_have_it_is_away() -> None:
    models, _, _ = gateway(gpu=AWAY, far=serving("n"))

    assert find(models, "n") == BackendModel("far", "n")
    with pytest.raises(BackendUnavailable, match="gpu does not answer") as caught:
        find(models, "m")
    assert caught.value.retry_after == KEPT


@pytest.mark.parametrize("wanted", ["absent", "unused"])
def test_a_backend_that_is_not_here_at_all_leaves_no_doubt(wanted: str) -> None:
    models, backends, _ = gateway(gpu=serving("m"), local=Health(ok=False, absent=wanted == "absent"))
    if wanted == "unused":
        backends.awaited = lambda: ("gpu",)  # type: ignore[method-assign]

    with pytest.raises(ModelNotFound):
        find(models, "nobody")


def test_a_backend_whose_models_are_known_leaves_no_doubt_about_others() -> None:
    models, backends, _ = gateway(local=AWAY)
    backends.serves = {"local": ("tiny",)}

    with pytest.raises(ModelNotFound):
        find(models, "typo")
    with pytest.raises(BackendUnavailable):
        find(models, "tiny")


def test_a_doubt_about_a_name_comes_with_the_name_that_it_is_like() -> None:
    models, _, _ = gateway(gpu=AWAY, far=serving("mistral-small"))

    with pytest.raises(BackendUnavailable, match='gpu does not answer; did you mean "mistral-small"'):
        find(models, "mistral-smal")


def test_a_backend_that_a_service_uses_is_waited_for() -> None:
    models, backends, _ = gateway(local=AWAY)
    backends.awaited = lambda: ()  # type: ignore[method-assign]
    used = SimpleNamespace(service=SimpleNamespace(backends=("local",)))

    with pytest.raises(BackendUnavailable):
        find(models, "m", EmptyCatalog(services={"cra": used}))


def test_a_key_is_not_told_of_backends_whose_model_it_does_not_open() -> None:
    models, _, _ = gateway(gpu=AWAY)

    with pytest.raises(ModelNotFound):
        find(models, "m", EmptyCatalog(opened=lambda _name: False))


def test_the_models_of_a_backend_that_went_away_are_remembered() -> None:
    models, backends, clock = gateway(gpu=serving("m"))
    find(models, "m")
    backends.known["gpu"].health = AWAY
    clock.pass_by()

    with pytest.raises(BackendUnavailable):
        find(models, "nobody")

    assert find(models, "m") == BackendModel("gpu", "m")


def test_what_a_backend_serves_no_longer_once_it_is_back_is_forgotten() -> None:
    models, backends, clock = gateway(gpu=serving("m"))
    find(models, "m")
    backends.known["gpu"].health = serving("n")
    clock.pass_by()
    find(models, "n")

    with pytest.raises(ModelNotFound):
        find(models, "m")
