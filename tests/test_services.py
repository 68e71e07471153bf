"""The services that we ship: they load without a problem, and each runs on a backend without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backends.adapters.echo import Echo
from app.backends.base import Call
from app.catalog import load
from app.kinds import KINDS
from app.kinds.base import Form, Work
from app.kinds.languages import PACKS
from app.tokens.estimate import Estimate
from examples.demo import SAMPLES
from tests.fakes.model import Model

ROOT = Path(__file__).parents[1]
CATALOG = load(ROOT / "services", KINDS)
# Whoever follows the README puts services of their own beside them.
SHIPPED = ("chat", "cra", "cred", "functions", "generate", *(f"minutes-{code}" for code in sorted(SAMPLES)))
SUMMARIES = [
    (name, flavor.name)
    for name in SHIPPED
    for flavor in CATALOG.services[name].service.flavor
    if CATALOG.services[name].service.type == "summary"
]
TRANSCRIPT = "\n".join(f"{('Anna', 'Boris')[number % 2]} : sentence {number} about the {{budget}}." for number in range(40))


def test_the_shipped_services_have_no_problem() -> None:
    assert [str(problem) for problem in CATALOG.problems if problem.file.partition(".")[0] in SHIPPED] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_service_runs_here_and_on_a_server(name: str) -> None:
    service = CATALOG.services[name].service

    assert {flavor.backend or service.backend for flavor in service.flavor} >= {"local", "vLLM"}


@pytest.mark.parametrize("name", SHIPPED)
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


# What each sample meeting must come to: a word of a decision, a word of an action, and who is to do that.
KEPT = {
    "en": ("Thursday the 12th", "translator", "Rhys Morgan"),
    "fr": ("14 juin", "barnums", "Paul Girard"),
    "es": ("13 de junio", "autobús", "Andrés Molina"),
    "de": ("18. Juni", "Spedition", "Jonas Brandt"),
    "fa": ("۱۴ مهر", "پارک را رزرو", "حمید کاظمی"),
}


# What is left open in a sample meeting, said as a statement.
LEFT_OPEN = {"es": "quién paga", "de": "wer das Telefon", "fa": "چه کسی می‌دهد"}


def labelling(call: Call) -> str:
    """A model that takes everything for a fact: what the words themselves say must be enough."""
    return "F" if call.max_tokens == 1 else '{"label": "F"}'


@pytest.mark.parametrize("code", SAMPLES)
def test_shipped_minutes_quote_a_meeting_in_their_language_on_the_embedded_model(code: str) -> None:
    order = CATALOG.order(f"minutes-{code}", Form({"flavor": "local"}, (ROOT / "examples" / SAMPLES[code]).read_bytes()))
    decision, action, owner = KEPT[code]

    result = KINDS[order.kind].run(Work(order, Model(labelling), Estimate()))
    items = result.coverage["minutes"]["items"]

    assert (result.coverage["mode"], result.coverage["language"], result.coverage["transcript_language"]) == (
        "extractive",
        code,
        code,
    )
    assert [item["text"] for item in items if item["kind"] == "decision" and decision in item["text"]]
    assert [item["owner"] for item in items if item["kind"] == "action" and action in item["text"]] == [owner]
    assert [item["unsupported"] for item in items if item["unsupported"]] == []


@pytest.mark.parametrize("code", LEFT_OPEN)
def test_shipped_minutes_quote_what_a_meeting_left_open(code: str) -> None:
    order = CATALOG.order(f"minutes-{code}", Form({"flavor": "local"}, (ROOT / "examples" / SAMPLES[code]).read_bytes()))

    result = KINDS[order.kind].run(Work(order, Model(labelling), Estimate()))
    items = result.coverage["minutes"]["items"]

    assert [item["kind"] for item in items if LEFT_OPEN[code] in item["text"]] == ["question"]


@pytest.mark.parametrize("code", SAMPLES)
def test_shipped_minutes_ask_a_larger_model_in_their_language(code: str) -> None:
    order = CATALOG.order(f"minutes-{code}", Form({"flavor": "mixtral"}, (ROOT / "examples" / SAMPLES[code]).read_bytes()))
    model = Model(lambda _call: '{"items": []}')

    result = KINDS[order.kind].run(Work(order, model, Estimate()))

    assert model.heard[0].messages[-1].content.startswith(PACKS[code].extract.split("\n")[0])
    assert PACKS[code].headings["decision"] in result.text


@pytest.mark.parametrize("code", SAMPLES)
def test_the_examples_of_labels_show_every_letter(code: str) -> None:
    assert {letter for _, letter in PACKS[code].examples} == set("DAQFS")
