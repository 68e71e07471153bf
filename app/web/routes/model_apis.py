"""The routes of model servers beside chat completions, handed on for the models that a backend serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from app.backends import routes
from app.backends.http.passthrough import (
    PassthroughBackend,
    PassthroughHead,
    PassthroughRequest,
    PassthroughResponse,
    replica_mark,
    supports_passthrough,
)
from app.backends.requests import truth
from app.backends.routes import Route
from app.cancellation import CancelToken
from app.errors import BackendRefused, BackendUnavailable, BadParameter, Forbidden, GatewayError, ModelNotFound
from app.gil import release
from app.web.bodies import api_errors, api_requests
from app.web.bodies.api_requests import ApiRequest
from app.web.bodies.models import BackendModel, Models
from app.web.bodies.response_ids import ResponseIds, StoredResponse, is_made, own_ids
from app.web.interfaces import GatewayView
from app.web.middleware.sessions import signing_secret
from app.web.problems import wants_socket
from app.web.streaming.responder import Responder

NOT_THERE = 404
PREVIOUS = "previous_response_id"
CARRIED = ("anthropic-version", "anthropic-beta")  # headers that a server's answer depends on
QUERY = ("stream", "starting_after", "include", "include[]", "limit", "order", "after")  # of GET /v1/responses/{id}
LONGEST_VALUE = 200  # characters of a query's value
STORED = replace(routes.RESPONSES, works=False)  # a stored response is read, and no model works
ENDPOINT = "hand_on"


def register(blueprint: Blueprint, view: GatewayView, responder: Responder, models: Models) -> None:
    """Adds the routes to *blueprint*."""
    apis = ModelApis(view, responder, models)

    def hand_on(path: str = "") -> Response:
        del path  # the rules of the known paths have none
        return apis.answer(request.path.removeprefix(f"{api_errors.ROOT}/"))

    for path in (*routes.KNOWN, "<path:path>"):
        rule = f"{api_errors.ROOT}/{path}"
        blueprint.add_url_rule(rule, ENDPOINT, hand_on, methods=["POST"], provide_automatic_options=False)

    @blueprint.route("/v1/responses/<response_id>", methods=["GET", "DELETE"])
    def response(response_id: str) -> Response:
        return apis.stored(response_id, "", request.method)

    @blueprint.get("/v1/responses/<response_id>/input_items")
    def response_items(response_id: str) -> Response:
        return apis.stored(response_id, "/input_items", "GET")

    @blueprint.post("/v1/responses/<response_id>/cancel")
    def cancel_response(response_id: str) -> Response:
        return apis.stored(response_id, "/cancel", "POST")


def in_place_of(error: HTTPException) -> HTTPException:
    """*error*, or the refusal of a path that no other method has either: `/v1/<path>` takes any path for POST."""
    if wants_socket():
        return api_errors.without_socket()
    if not isinstance(error, MethodNotAllowed):
        return api_errors.without_route() if isinstance(error, NotFound) else error
    if others := _other_methods():
        return MethodNotAllowed(others)
    path = request.path.removeprefix(f"{api_errors.ROOT}/")
    return MethodNotAllowed(["POST"]) if path in routes.KNOWN else api_errors.without_route()


def _other_methods() -> list[str]:
    """The methods that the present path has for a route of its own, besides any path's POST."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return []
    is_any = adapter.match(method="POST")[0].endswith(f".{ENDPOINT}")
    return sorted(set(adapter.allowed_methods()) - ({"POST"} if is_any else set()))


@dataclass(frozen=True)
class ModelApis:
    """Hands requests on, each to the server of the model that it names."""

    view: GatewayView
    responder: Responder
    models: Models

    @property
    def _ids(self) -> ResponseIds:
        has_keys = self.view.keyring is not None
        return ResponseIds(lambda: signing_secret(self.view.settings) if has_keys else "")

    def answer(self, path: str) -> Response:
        """The answer of the server of the model that the present request names."""
        release()  # none of this is short
        below = path.partition("responses/")[2]
        if (not below or is_made(below)) and (others := _other_methods()):  # another word below is a path of some servers
            raise MethodNotAllowed(others)
        if routes.administers(path):
            if instead := api_errors.instead_of(path):
                raise Forbidden(f"/v1/{path} asks no model; use what there is: {instead}")
            raise Forbidden(f"/v1/{path} changes a model server or tells of it: ask that server itself")
        if not routes.is_sane(path):
            raise api_errors.without_route()
        asked, named = self._asked(path)
        backend = self.view.backends.handing_on(named.backend, named.model)
        if not supports_passthrough(backend):
            raise BadParameter(
                "model", f"{named.backend}, which serves it, is only asked by /v1/chat/completions: send it there"
            )
        listed = backend.served_routes()
        route = routes.find(path, listed)
        if route is None:
            there_are = ", ".join(f"POST /v1/{each}" for each in routes.names(listed)) or "none but /v1/chat/completions"
            near = api_errors.meant(request.path, routes.names(listed)) or ";"
            raise NotFound(f"the server of {named.model} has no route /v1/{path}{near} it has {there_are}")
        return self._handed_on(backend, named, route, asked)

    def _asked(self, path: str) -> tuple[ApiRequest, BackendModel]:
        """The present request, and the model that it names. A path that few servers have is none if that fails."""
        try:
            asked = api_requests.read(request)
            return asked, self._model(asked.model, path)
        except BackendUnavailable:
            raise
        except (GatewayError, HTTPException):
            if path not in routes.KNOWN:
                raise api_errors.without_route() from None
            raise

    def _model(self, name: str, path: str) -> BackendModel:
        named = self.models.find(name, self.view.current.catalog)
        if isinstance(named, BackendModel):
            return named
        reason = f"{name[:LONGEST_VALUE]} is a service: send it to /v1/chat/completions or /v1/completions"
        raise BadParameter(
            "model", f"{reason}; /v1/{path} is for models that a backend serves, which GET /v1/models lists with their owner"
        )

    def _handed_on(self, backend: PassthroughBackend, named: BackendModel, route: Route, asked: ApiRequest) -> Response:
        carried = {name: request.headers[name] for name in CARRIED if name in request.headers}
        stored = None
        if route.path.partition("/")[0] == routes.RESPONSES.path:
            stored = self._previous(asked, named)
            if stored is not None:
                asked = asked.with_field(PREVIOUS, stored.id)
            backend = RenamedResponses(backend, self._ids, named.backend, self.view.holder)
        passed = PassthroughRequest(
            f"/{route.path}",
            asked.body,
            {"Content-Type": asked.content_type, **carried},
            model=named.model,
            patience=float(self.view.settings.timeout),
            route=route,
            streamed=asked.streamed,
            replica=stored.replica if stored is not None else "",
        )
        try:
            failed = partial(api_errors.broken_off, route)
            return self.responder.passthrough(backend, passed, failed=failed, streamed=asked.streamed)
        except BackendRefused as error:
            if error.status == NOT_THERE:
                self.models.forget(named.model)
            raise

    def _previous(self, asked: ApiRequest, named: BackendModel) -> StoredResponse | None:
        """The response that a request goes on with; only its own server knows it."""
        given = asked.fields.get(PREVIOUS)
        if given is None:
            return None
        stored = self._ids.read(given, self.view.holder) if isinstance(given, str) else None
        if stored is None or stored.backend != replica_mark(named.backend):
            raise BadParameter(
                PREVIOUS,
                "is no response of this model that this key has got from here: leave it out, and send all as `input`",
            )
        return stored

    def stored(self, response_id: str, below: str, method: str) -> Response:
        """What the server that made a response says of it."""
        release()
        stored = self._ids.read(response_id, self.view.holder)
        names = self.view.backends.names()
        name = next((each for each in names if stored is not None and replica_mark(each) == stored.backend), None)
        if stored is None or name is None:
            raise NotFound(
                f"there is no response {response_id[: api_errors.LONGEST_PATH]!r} that this key has got from here: "
                "use the `id` of an answer to POST /v1/responses"
            )
        backend = self.view.backends.handing_on(name, None)
        if not supports_passthrough(backend):
            raise ModelNotFound(name)
        passed = PassthroughRequest(
            f"/responses/{stored.id}{below}{_query() if method == 'GET' else ''}",
            method=method,
            patience=float(self.view.settings.timeout),
            route=STORED,
            replica=stored.replica,
        )
        renamed = RenamedResponses(backend, self._ids, name, self.view.holder)
        streamed = method == "GET" and truth(request.args.get("stream")) is True
        return self.responder.passthrough(renamed, passed, partial(api_errors.broken_off, STORED), streamed=streamed)


def _query() -> str:
    """The query of the present request, as far as servers know it."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name in QUERY and len(value) < LONGEST_VALUE]
    return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True)
class RenamedResponses:
    """A backend whose responses have the ids that clients get."""

    backend: PassthroughBackend
    ids: ResponseIds
    name: str
    holder: str

    @property
    def supports_passthrough(self) -> bool:
        return supports_passthrough(self.backend)

    def served_routes(self) -> frozenset[str] | None:
        return self.backend.served_routes()

    def passthrough(self, request: PassthroughRequest, cancel: CancelToken | None = None) -> PassthroughResponse:
        replica, names = "", dict[bytes, bytes]()
        with closing(self.backend.passthrough(request, cancel)) as items:
            for item in items:
                if isinstance(item, PassthroughHead):
                    replica = item.replica
                    yield item
                    continue
                names = names or self._names(own_ids(item), replica)
                yield _renamed(item, names)

    def _names(self, own: Iterable[str], replica: str) -> dict[bytes, bytes]:
        """The ids that clients get, in quotes, by those of the server."""
        return {f'"{each}"'.encode(): f'"{self.ids.made(each, self.name, replica, self.holder)}"'.encode() for each in own}


def _renamed(part: bytes, names: Mapping[bytes, bytes]) -> bytes:
    for own, ours in names.items():
        part = part.replace(own, ours)
    return part
