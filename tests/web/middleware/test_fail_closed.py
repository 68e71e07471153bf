"""Authorisation fails closed: what nobody wrote a rule for is refused."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from app.conversations import Conversations
from app.interactive import InteractiveRunner
from app.jobs import Jobs
from app.web import create_app, interfaces
from app.web.authorized import AuthorizedGateway
from app.web.authorized.backends import AuthorizedBackends
from app.web.authorized.catalog import AuthorizedAuthoring, AuthorizedCatalog, AuthorizedCurrentCatalog
from app.web.authorized.conversations import AuthorizedConversations
from app.web.authorized.jobs import AuthorizedJobs, AuthorizedRunner
from app.web.authorized.meetings import AuthorizedMeetings
from app.web.middleware.auth import RULES
from tests.web.talking import Talking

ALICE = {"Authorization": "Bearer alice's"}
AUTHORIZED = {
    "GatewayView": AuthorizedGateway,
    "CurrentCatalog": AuthorizedCurrentCatalog,
    "Catalog": AuthorizedCatalog,
    "Jobs": AuthorizedJobs,
    "Backends": AuthorizedBackends,
    "InteractiveRunner": AuthorizedRunner,
    "Conversations": AuthorizedConversations,
    "Meetings": AuthorizedMeetings,
    "Authoring": AuthorizedAuthoring,
}


def members(protocol: type) -> set[str]:
    return {name for name in vars(protocol) if not name.startswith("_")}


@pytest.mark.parametrize("name", AUTHORIZED)
def test_each_member_of_the_gateway_is_written_down_for_the_holder_of_a_key(name: str) -> None:
    expected, authorized = members(getattr(interfaces, name)), AUTHORIZED[name]

    assert expected
    assert expected <= vars(authorized).keys() | authorized.__dataclass_fields__.keys()


@pytest.mark.parametrize("authorized", AUTHORIZED.values())
def test_no_authorized_part_hands_unknown_members_through(authorized: type) -> None:
    assert authorized.__mro__ == (authorized, object)
    assert "__getattr__" not in vars(authorized)


@pytest.mark.parametrize(
    ("part", "real"), [("jobs", Jobs), ("interactive", InteractiveRunner), ("conversations", Conversations)]
)
def test_a_member_that_is_added_without_a_rule_is_refused(
    locked: Talking, monkeypatch: pytest.MonkeyPatch, part: str, real: type
) -> None:
    monkeypatch.setattr(real, "export_everything", lambda _self: "secret", raising=False)
    view: Any = locked.gateway
    assert view.keyring is not None

    authorized: Any = AuthorizedGateway(view, view.keyring, view.accounts)

    assert getattr(view, part).export_everything() == "secret"
    with pytest.raises(AttributeError):
        getattr(authorized, part).export_everything()


def test_a_member_that_is_added_to_the_gateway_without_a_rule_is_refused(locked: Talking) -> None:
    view: Any = locked.gateway

    authorized: Any = AuthorizedGateway(view, view.keyring, view.accounts)

    assert view.reread
    with pytest.raises(AttributeError):
        _ = authorized.reread


def test_a_route_that_is_added_without_a_rule_is_refused(locked: Talking) -> None:
    app = create_app(locked.gateway)
    app.add_url_rule("/everything", "everything", lambda: "secret")

    answer = app.test_client().get("/everything", headers=ALICE)

    assert answer.status_code == 403
    assert "has no rule" in answer.text
    assert "secret" not in answer.text


def test_each_route_has_a_rule_and_each_rule_a_route(locked: Talking) -> None:
    assert {rule.endpoint for rule in locked.app.url_map.iter_rules()} == set(RULES)


def test_the_protocols_are_all_of_what_the_web_is_given() -> None:
    protocols = {
        name for name, each in vars(interfaces).items() if inspect.isclass(each) and each.__module__ == interfaces.__name__
    }

    assert protocols - {"Probed", "InteractiveRun"} == set(AUTHORIZED)  # a run is of an order that was allowed
