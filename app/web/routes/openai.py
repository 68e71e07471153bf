"""The OpenAI API in front of services and backends: models, chat completions, completions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flask import Blueprint, Response, jsonify, request
from flask.globals import request_ctx
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing.exceptions import WebsocketMismatch

from app.backends import requests
from app.backends.base import Backend
from app.backends.http.passthrough import PassthroughBackend, PassthroughRequest, supports_passthrough
from app.errors import BackendRefused, BadParameter, GatewayError, MissingParameter, ModelNotFound
from app.gil import release
from app.kinds import chat, conversing
from app.kinds.base import Form
from app.orders import Json, Order
from app.web import problems
from app.web.bodies import forms
from app.web.bodies.answers import with_staleness
from app.web.bodies.api_errors import is_below, refused, refused_by_flask
from app.web.bodies.api_requests import unambiguous
from app.web.bodies.flavors import Flavors
from app.web.bodies.models import OURS, BackendModel, Models, ServiceModel
from app.web.bodies.ordering import NotedFields
from app.web.bodies.unkept import OF_SERVERS, refuse_unkept
from app.web.interfaces import Catalog, GatewayView
from app.web.routes import model_apis
from app.web.streaming.completions import BAD_GATEWAY, ChatCompletion, Completion, TextCompletion, broken_off
from app.web.streaming.formats import dumped
from app.web.streaming.responder import Responder

Fields: TypeAlias = Mapping[str, Json]

# Fields that only some servers know, passed on unchanged.
BESIDE = tuple(sorted((*OF_SERVERS, "parallel_tool_calls", "user")))
EXTRA = "extra"  # the field in which they are
HEADERS = {"Content-Type": "application/json"}
NOT_THERE = 404
COMPLETIONS = "/completions"


def blueprint(view: GatewayView, responder: Responder, models: Models, flavors: Flavors) -> Blueprint:
    openai = Blueprint("openai", __name__)
    openai.register_error_handler(GatewayError, refused)
    for kind in (HTTPException, NotFound, MethodNotAllowed):  # by their codes too, which go before those of the application
        openai.register_error_handler(kind, refused_by_flask)
    openai.record(_refuse_paths)
    front = OpenAIEndpoint(view, responder, models, flavors)

    @openai.get("/v1/models")
    def listed() -> Response:
        data = [_model(name, owner, view.started, context) for name, owner, context in models.listed(view.current.catalog)]
        return jsonify({"object": "list", "data": data})

    @openai.get("/v1/models/<path:name>")
    def model(name: str) -> Response:
        named = models.find(name, view.current.catalog)
        if isinstance(named, BackendModel) and not view.current.catalog.opens(named.model):
            raise ModelNotFound(name)
        owner = named.backend if isinstance(named, BackendModel) else OURS
        return jsonify(_model(name, owner, view.started, named.context))

    @openai.post("/v1/chat/completions")
    def chat_completions() -> Response:
        return front.answer("/chat/completions", _chat_form, ChatCompletion)

    @openai.post("/v1/completions")
    def completions() -> Response:
        return front.answer(COMPLETIONS, _prompt_form, TextCompletion)

    model_apis.register(openai, view, responder, models)
    return openai


@dataclass(frozen=True)
class OpenAIEndpoint:
    """Answers one request, whether its model is a service or a backend's own."""

    view: GatewayView
    responder: Responder
    models: Models
    flavors: Flavors

    def answer(self, path: str, form_of: Callable[[Fields, bool], Form], shape: type[Completion]) -> Response:
        """Passes the request to a backend's own model unchanged, if the backend allows that; all else becomes an order."""
        raw, catalog = forms.raw(request_ctx.request), self.view.current.catalog
        said = forms.json_object(raw)
        name = _name(said)
        named = self.models.find(name, catalog)
        if isinstance(named, BackendModel) and supports_passthrough(backend := self._backend(named, path, said)):
            sent = requests.acceptable(said)
            # we look for the further stops in what we read, and what is passed through is not read
            if not requests.has_many_stops(sent):
                plain = unambiguous(raw, said)
                body = plain if sent is said else dumped(sent).encode("utf-8", "replace")
                patience = float(self.view.settings.timeout)
                passthrough = PassthroughRequest(path, body, HEADERS, model=name, patience=patience)
                return self._passed_through(backend, passthrough, streamed=requests.truth(sent.get("stream")) is True)
        release()
        fields = forms.of_object(requests.acceptable(said)).fields
        if isinstance(named, BackendModel):
            order = chat.direct_order(form_of(fields, False), model=named.model, backend=named.backend, context=named.context)
        else:
            order = self._order(fields, form_of(fields, named.entry.kind.GROWS), named, catalog)
        completion = shape(name, usage_wanted=_usage_wanted(fields))
        try:
            return self._framed(order, completion, streamed=_truth(fields, "stream"))
        except BackendRefused as error:
            if error.status == NOT_THERE and not isinstance(named, BackendModel):  # its client has asked for what there is
                raise BackendRefused(str(error), status=BAD_GATEWAY) from error
            raise

    def _backend(self, named: BackendModel, path: str, said: Fields) -> Backend:
        """The backend of a model. Only its server completes several prompts at once, or one that is tokens."""
        if path == COMPLETIONS and _is_list_of_prompts(said.get("prompt")):
            return self.view.backends.handing_on(named.backend, named.model)
        return self.view.backends.of(named.backend)

    def _order(self, fields: Fields, form: Form, named: ServiceModel, catalog: Catalog) -> Order:
        """The order that a request makes of a service. Raises BadParameter for an option that the service cannot keep."""
        service = named.entry.service.name
        noted = NotedFields({**form.fields, "flavor": named.flavor or self.flavors.first_that_runs(named.entry)})
        order = with_staleness(catalog.order(service, Form(noted, form.content)))
        self.flavors.refuse_unfit(named.entry, order.flavor_name)
        refuse_unkept(fields, lambda name: (EXTRA if name in BESIDE else name) in noted.asked, service)
        return order

    def _framed(self, order: Order, completion: Completion, *, streamed: bool) -> Response:
        if streamed:
            return self.responder.stream(order, completion)
        result, _ = self.responder.run(order)
        return jsonify(completion.whole(result.answered()))

    def _passed_through(self, backend: PassthroughBackend, passthrough: PassthroughRequest, *, streamed: bool) -> Response:
        try:
            return self.responder.passthrough(backend, passthrough, failed=broken_off, streamed=streamed)
        except BackendRefused as error:
            if error.status == NOT_THERE:
                self.models.forget(passthrough.model)
            raise


def _refuse_paths(state: BlueprintSetupState) -> None:
    """Refuses paths below /v1 that are no routes in OpenAI's shape too: such a path belongs to no blueprint."""

    def refuse(error: HTTPException) -> Response:
        if not is_below(request.path):
            return problems.handle_http_exception(error)
        return refused_by_flask(model_apis.in_place_of(error))

    def refuse_ours(error: GatewayError) -> Response:
        return (refused if is_below(request.path) else problems.handle_gateway_error)(error)

    for kind in (NotFound, MethodNotAllowed, WebsocketMismatch):
        state.app.register_error_handler(kind, refuse)
    state.app.register_error_handler(GatewayError, refuse_ours)


def _since_1970(started: float) -> int:
    """A time of the monotonic clock in seconds since 1970, as clients read it."""
    return int(time.time() - (time.monotonic() - started))


def _model(name: str, owner: str, started: float, context: int) -> dict[str, Json]:
    """A model as OpenAI lists it; its context is under vLLM's name, and left out where nobody says it."""
    described = {"id": name, "object": "model", "created": _since_1970(started), "owned_by": owner}
    return {**described, "max_model_len": context} if context else described


def _name(fields: Fields) -> str:
    name = fields.get("model")
    if not name:
        raise MissingParameter("model")
    if not isinstance(name, str):
        raise BadParameter("model", "must be a name; GET /v1/models lists them")
    forms.refuse_what_is_no_text("model", name)
    return name


def _truth(fields: Fields, name: str) -> bool:
    given = fields.get(name)
    said = requests.truth(given)
    if given is not None and said is None:
        raise BadParameter(name, "must be true or false")
    return said is True


def _usage_wanted(fields: Fields) -> bool:
    wishes = fields.get("stream_options")
    return isinstance(wishes, dict) and requests.truth(wishes.get("include_usage")) is True


def _chat_form(fields: Fields, is_transcript: bool) -> Form:
    """Makes the last user message the content, for kinds without conversations; all of them if it is a transcript."""
    if not fields.get("messages"):
        if fields.get("input"):
            raise BadParameter("input", "is a field of POST /v1/responses: send `messages` here")
        raise MissingParameter("messages")
    said = conversing.read(fields["messages"])
    content = "\n".join(said.of_the_user) if is_transcript else said.prompt
    if not content.strip():
        raise BadParameter("messages", "must hold a text in the `content` of the user's last message")
    return Form(_options(fields), content)


def _prompt_form(fields: Fields, is_transcript: bool) -> Form:
    del is_transcript  # there is one prompt
    given = fields.get("prompt")
    prompt = given[0] if isinstance(given, list) and len(given) == 1 else given
    if not prompt:
        raise MissingParameter("prompt")
    if not isinstance(prompt, str):
        raise BadParameter("prompt", "must be one text")
    return Form({**_options(fields), "prompt": prompt}, prompt)


def _is_list_of_prompts(prompt: Json) -> bool:
    return isinstance(prompt, list) and bool(prompt) and not (len(prompt) == 1 and isinstance(prompt[0], str))


def _options(fields: Fields) -> dict[str, Json]:
    """The fields for a kind; those that only a model server knows go into `extra`."""
    if fields.get("n") not in (None, 1):
        raise BadParameter("n", "must be 1: send several requests")
    extra = {name: fields[name] for name in BESIDE if fields.get(name) is not None}
    return {**{name: value for name, value in fields.items() if name not in BESIDE}, EXTRA: extra}
