"""Text: one prompt, a stream, several prompts at once, and the list of models."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.cancellation import CancelToken
from app.catalog import Entry
from app.errors import BadParameter, GatewayError, MissingParameter, TooManyPrompts
from app.kinds.base import Form
from app.orders import Json, Order
from app.web import problems
from app.web.bodies import forms, submission
from app.web.bodies.answers import with_staleness
from app.web.bodies.dialects import DIALECTS
from app.web.bodies.flavors import Flavors
from app.web.bodies.ordering import NotedFields, UnknownField
from app.web.interfaces import Catalog, GatewayView
from app.web.probes import Probes
from app.web.routes.health import visible
from app.web.streaming import formats
from app.web.streaming.responder import Responder, truth

GENERATE = "generate"  # the service behind the routes that name none
MOST_PROMPTS = 10


def blueprint(view: GatewayView, responder: Responder, flavors: Flavors, probes: Probes) -> Blueprint:
    text = Blueprint("text", __name__)

    @text.post("/generate")
    def generate() -> Response:
        form = forms.read(request)
        order = flavors.order(view.current.catalog, GENERATE, form)
        if responder.waits(order, form):
            return responder.answer(order)
        job = submission.submit(view, order, form, request.headers.get(submission.KEY))
        return jsonify({"message": DIALECTS[view.settings.v1_dialect].accepted, "jobId": job.id})

    @text.post("/generate/stream")
    def generate_stream() -> Response:
        return _streamed(GENERATE)

    @text.post("/services/<path:route>/stream")
    def service_stream(route: str) -> Response:
        return _streamed(route)

    def _streamed(route: str) -> Response:
        form = _refuse_job(forms.read(request))
        order = flavors.order(view.current.catalog, route, form)
        return responder.stream(order, formats.negotiate(request, form))

    @text.post("/batch/generate")
    def batch() -> Response:
        began = time.perf_counter()
        form = forms.read(request)
        results = PromptBatch(view, view.current.catalog, flavors, form.fields).all(_prompts(form), responder)
        return jsonify({"results": results, "duration": round(time.perf_counter() - began, 3)})

    @text.get("/model/info")
    def info() -> Response:
        catalog = view.current.catalog
        states = {name: health.record() for name, health in visible(probes.states(), catalog).items()}
        services = [_described(entry) for entry in catalog.services.values()]
        return jsonify({"services": services, "backends": states})

    return text


class PromptBatch:
    """Prompts that are answered in parallel, each on its own; one token cancels all of them. *shared* are the fields that
    were given for all of them."""

    def __init__(self, view: GatewayView, catalog: Catalog, flavors: Flavors, shared: Mapping[str, Json]) -> None:
        self._view = view
        self._flavors = flavors
        self._catalog = catalog
        self._shared = shared
        self.cancel = CancelToken()
        self._orders: list[Order] = []

    def all(self, prompts: list[dict[str, Json]], responder: Responder) -> list[dict[str, Any]]:
        """The result of each prompt."""
        with responder.disconnects.watch(request.environ, self.cancel), ThreadPoolExecutor(len(prompts)) as threads:
            results = list(threads.map(self._view.tracing.bound(self.one), prompts))
        for order in self._orders[:1]:  # all are of one service
            with_staleness(order)
        return results

    def one(self, fields: Mapping[str, Json]) -> dict[str, Any]:
        """The result of one prompt: its text, or its error. Raises BadParameter for a field that all prompts share."""
        try:
            _refuse_job(Form(fields))
            order = self._flavors.order(self._catalog, GENERATE, Form(NotedFields(fields)))
            self._orders.append(order)
            return dict(self._view.interactive.start(order, self.cancel).run().body)
        except GatewayError as error:
            if self._is_of_all(error, fields):
                raise
            status, kind = problems.status_of(error)
            return {"error": problems.sentence(error), "type": kind, "status": status}

    def _is_of_all(self, error: GatewayError, fields: Mapping[str, Json]) -> bool:
        """Whether *error* is about a field that was given for all prompts, rather than for the one with *fields*."""
        if not isinstance(error, BadParameter):
            return False
        name = error.given if isinstance(error, UnknownField) else error.name.partition(".")[0]
        return name in self._shared and fields.get(name) is self._shared[name]


def _refuse_job(form: Form) -> Form:
    """*form*; raises BadParameter if a request that is answered at once asks for a job."""
    if truth(form, "async"):
        raise BadParameter("async", "this is answered at once: POST /generate makes a job of a prompt")
    return form


def _prompts(form: Form) -> list[dict[str, Json]]:
    """The fields of every prompt, with those of the request as defaults."""
    given = form.fields.get("prompts")
    if given is None or given == []:
        raise MissingParameter("prompts")
    if not isinstance(given, list) or not all(isinstance(each, str | dict) for each in given):
        raise BadParameter("prompts", 'must be a list of texts, or of objects such as {"prompt": "…"}')
    if len(given) > MOST_PROMPTS:
        raise TooManyPrompts(len(given), MOST_PROMPTS)
    shared = {name: value for name, value in form.fields.items() if name != "prompts"}
    return [{**shared, **(each if isinstance(each, dict) else {"prompt": each})} for each in given]


def _described(entry: Entry) -> dict[str, Json]:
    service = entry.service
    return {
        "name": service.name,
        "type": service.type,
        "description": service.description,
        "flavors": [
            {
                "name": flavor.name,
                "model": flavor.model_name,
                "backend": service.backend_of(flavor),
                "context_length": flavor.total_context_length,
                "max_tokens": flavor.max_generation_length,
            }
            for flavor in service.flavor
        ],
    }
