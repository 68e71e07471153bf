"""How a request becomes an order: found by route, checked in the order that clients know, settled for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.catalog import Catalog, load
from app.errors import BadParameter, FlavorNotFound, MissingParameter, RequestError, ServiceNotFound
from app.kinds import KINDS
from app.kinds.base import Form
from app.orders import Order
from app.transcript import parse
from tests.catalog.folders import TEMPLATE, put

CONTENT = b"Ann : hello"
NO_NUMBER = "temperature: is not a number: give a number from 0 to 2, such as 0.2"
NO_PRIORITY = "is not a whole number from 0 to 9: give 0 for first, 9 for last"


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    put(tmp_path, "cra", route="team/minutes", flavor={"temperature": 0.1, "top_p": 0.8, "priority": 3})
    put(tmp_path, "generate", flavor={"backend": "local"})
    return load(tmp_path, KINDS)


def ordered(catalog: Catalog, **fields: Any) -> Order:
    return catalog.order("cra", Form({"flavor": "small", **fields}, CONTENT))


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("cra", "cra"),
        ("/cra/", "cra"),
        ("cra/generate", "cra"),
        ("//cra//generate/", "cra"),
        ("team/minutes", "cra"),
        ("team/minutes/generate", "cra"),
        ("generate", "generate"),
        ("generate/generate", "generate"),
    ],
)
def test_a_service_is_found_by_name_and_by_route(catalog: Catalog, route: str, name: str) -> None:
    assert catalog.find(route).service.name == name


@pytest.mark.parametrize("route", ["", "/", "crab", "CRA", "team", "minutes", "cra/preview", "cra/generate/x", "../cra"])
def test_an_unknown_route_is_no_service(catalog: Catalog, route: str) -> None:
    with pytest.raises(ServiceNotFound, match="Service not found"):
        catalog.find(route)


def test_an_order_is_settled(catalog: Catalog) -> None:
    order = ordered(catalog, language="fr")

    assert order == Order(
        service="cra",
        kind="summary",
        backend="vLLM",
        flavor={
            "name": "small",
            "modelName": "m",
            "totalContextLength": 4096,
            "maxGenerationLength": 512,
            "temperature": 0.1,
            "top_p": 0.8,
            "fallback": [],
            "stop": [],
            "priority": 3,
            "createNewTurnAfter": 250,
            "summaryTurns": 2,
            "maxNewTurns": 6,
            "consolidateSummary": False,
            "reduceSummary": False,
            "check": "warn",
        },
        settings={"fields": 1},
        template="cra",
        templates={"cra": TEMPLATE},
        text=parse(CONTENT).stored(),
        options=order.options,
        generation=catalog.generation,
        priority=3,
    )
    assert order.options["language"] == "fr"


def test_an_order_comes_back_from_its_record(catalog: Catalog) -> None:
    order = ordered(catalog)

    assert Order.recall(json.loads(json.dumps(order.record())), order.content) == order


def test_an_order_of_a_later_release_is_read_as_far_as_it_is_known(catalog: Catalog) -> None:
    order = ordered(catalog)

    recalled = Order.recall({**order.record(), "tomorrow": 1}, order.content)

    assert recalled == order


def test_a_flavor_names_its_own_backend(catalog: Catalog) -> None:
    order = catalog.order("generate", Form({"flavor": "small"}, CONTENT))

    assert order.backend == "local"


@pytest.mark.parametrize(
    ("fields", "settled"),
    [
        ({"temperature": "0.5"}, {"temperature": 0.5}),
        ({"temperature": "0"}, {"temperature": 0.0}),
        ({"temperature": 2}, {"temperature": 2.0}),
        ({"temperature": ""}, {"temperature": 0.1}),
        ({"temperature": None}, {"temperature": 0.1}),
        ({"top_p": "0.5"}, {"top_p": 0.5}),
        ({"top_p": "1"}, {"top_p": 1.0}),
        ({"top_p": "0"}, {"top_p": 0.8}),
        ({"top_p": "1.1"}, {"top_p": 0.8}),
        ({"top_p": "nan"}, {"top_p": 0.8}),
        ({"top_p": " "}, {"top_p": 0.8}),
        ({"priority": "0"}, {"priority": 0}),
        ({"priority": 9}, {"priority": 9}),
        ({"priority": ""}, {"priority": 3}),
    ],
)
def test_a_request_may_override_the_flavor(catalog: Catalog, fields: dict[str, Any], settled: dict[str, Any]) -> None:
    order = ordered(catalog, **fields)

    assert {key: order.flavor[key] for key in settled} == settled
    assert order.priority == order.flavor["priority"]


def test_an_override_is_of_one_order_only(catalog: Catalog) -> None:
    ordered(catalog, temperature="0.9", priority="1")

    assert (ordered(catalog).flavor["temperature"], ordered(catalog).priority) == (0.1, 3)


@pytest.mark.parametrize(
    ("fields", "content", "refusal", "message"),
    [
        ({}, None, MissingParameter, "Missing request parameter: content"),
        ({"flavor": "x"}, b"", MissingParameter, "Missing request parameter: content"),
        ({"flavor": "x", "temperature": "hot"}, b" \n", MissingParameter, "Missing request parameter: content"),
        ({}, CONTENT, MissingParameter, "Missing request parameter: flavor"),
        ({"flavor": "", "temperature": "hot"}, CONTENT, MissingParameter, "Missing request parameter: flavor"),
        ({"flavor": 3}, CONTENT, BadParameter, "flavor: must be the name of a flavor, in quotes"),
        ({"flavor": "x", "temperature": "hot"}, CONTENT, FlavorNotFound, "Flavor not found"),
        ({"temperature": "hot"}, CONTENT, BadParameter, NO_NUMBER),
        ({"temperature": "0,5"}, CONTENT, BadParameter, NO_NUMBER),
        ({"temperature": "nan"}, CONTENT, BadParameter, NO_NUMBER),
        ({"temperature": True}, CONTENT, BadParameter, NO_NUMBER),
        ({"temperature": [1]}, CONTENT, BadParameter, NO_NUMBER),
        (
            {"temperature": 10**400},
            CONTENT,
            BadParameter,
            NO_NUMBER,
        ),
        (
            {"temperature": "2.1"},
            CONTENT,
            BadParameter,
            "temperature: 2.1 is outside 0 to 2: give a number from 0 to 2, such as 0.2",
        ),
        (
            {"temperature": "-inf"},
            CONTENT,
            BadParameter,
            "temperature: -inf is outside 0 to 2: give a number from 0 to 2, such as 0.2",
        ),
        ({"top_p": "most"}, CONTENT, BadParameter, "top_p: is not a number: give a number above 0 and up to 1, such as 0.8"),
        (
            {"priority": "10"},
            CONTENT,
            BadParameter,
            f"priority: 10 {NO_PRIORITY}",
        ),
        (
            {"priority": "1.5"},
            CONTENT,
            BadParameter,
            f"priority: 1.5 {NO_PRIORITY}",
        ),
        (
            {"priority": "-1"},
            CONTENT,
            BadParameter,
            f"priority: -1 {NO_PRIORITY}",
        ),
    ],
)
def test_a_request_that_cannot_be_carried_out_is_refused(
    catalog: Catalog, fields: dict[str, Any], content: bytes | None, refusal: type[RequestError], message: str
) -> None:
    given = fields if "flavor" in fields or message.endswith((": flavor", ": content")) else {"flavor": "small", **fields}

    with pytest.raises(refusal) as refused:
        catalog.order("cra", Form(given, content))

    assert str(refused.value) == message


def test_an_unknown_service_is_told_before_anything_else(catalog: Catalog) -> None:
    with pytest.raises(ServiceNotFound):
        catalog.order("nothing", Form({}, None))


def test_an_unknown_flavor_says_which_there_are(catalog: Catalog) -> None:
    with pytest.raises(FlavorNotFound) as refused:
        catalog.order("cra", Form({"flavor": "large"}, CONTENT))

    assert (refused.value.service, refused.value.flavor, refused.value.known) == ("cra", "large", ("small",))


@pytest.mark.parametrize(
    "called", ["minutes", "minutes/generate", "minutes/generate/generate", "/minutes//generate/", "cra", "cra/generate"]
)
def test_a_route_that_ends_in_generate_is_called_both_ways(tmp_path: Path, called: str) -> None:
    put(tmp_path, "cra", route="minutes/generate")

    assert load(tmp_path, KINDS).find(called).service.name == "cra"
