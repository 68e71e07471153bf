"""The services that we ship: they load without a problem, and each runs on a backend without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backends.adapters.echo import Echo
from app.backends.base import Call
from app.catalog import load
from app.kinds import KINDS
from app.kinds.base import Form, Work
from app.tokens.estimate import Estimate

ROOT = Path(__file__).parents[1]
CATALOG = load(ROOT / "services", KINDS)
SUMMARIES = [
    (entry.service.name, flavor.name)
    for entry in CATALOG.services.values()
    for flavor in entry.service.flavor
    if entry.service.type == "summary"
]
MINUTES = [name for name, entry in CATALOG.services.items() if entry.service.type == "minutes"]
TRANSCRIPT = "\n".join(f"{('Anna', 'Boris')[number % 2]} : sentence {number} about the {{budget}}." for number in range(40))


def test_the_shipped_services_have_no_problem() -> None:
    assert (list(CATALOG.services), CATALOG.problems) == (
        ["chat", "cra", "cred", "functions", "generate", "minutes-en", "minutes-fr"],
        (),
    )


@pytest.mark.parametrize("name", CATALOG.services)
def test_a_shipped_service_runs_here_and_on_a_server(name: str) -> None:
    service = CATALOG.services[name].service

    assert {flavor.backend or service.backend for flavor in service.flavor} >= {"local", "vLLM"}


@pytest.mark.parametrize("name", CATALOG.services)
def test_a_shipped_service_is_described_in_both_languages(name: str) -> None:
    assert set(CATALOG.services[name].service.description) == {"fr", "en"}


@pytest.mark.parametrize(("name", "flavor"), SUMMARIES)
def test_a_shipped_service_sends_every_turn(name: str, flavor: str) -> None:
    order = CATALOG.order(name, Form({"flavor": flavor}, TRANSCRIPT.encode()))
    calls: list[Call] = []

    result = KINDS[order.kind].run(Work(order, Echo(heard=calls.append), Estimate()))

    sent = "\n".join(message.content for call in calls for message in call.messages)
    assert [line for line in TRANSCRIPT.split("\n") if line not in sent] == []
    assert result.text


@pytest.mark.parametrize("name", MINUTES)
def test_shipped_minutes_quote_the_turns_on_the_embedded_model(name: str) -> None:
    order = CATALOG.order(name, Form({"flavor": "local"}, TRANSCRIPT.encode()))

    result = KINDS[order.kind].run(Work(order, Echo(), Estimate()))

    assert (result.coverage["mode"], result.coverage["turns_sent"]) == ("extractive", 40)
    assert [item["unsupported"] for item in result.coverage["minutes"]["items"] if item["unsupported"]] == []
