"""The services: their manifests, and a request to run one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed

from app.web.bodies import forms, submission
from app.web.bodies.answers import printable
from app.web.bodies.dialects import DIALECTS
from app.web.bodies.flavors import Flavors
from app.web.interfaces import Catalog, GatewayView
from app.web.streaming.responder import Responder

ACTIONS = ("/generate", "/stream", "/chat")  # what is asked of a service


def blueprint(view: GatewayView, responder: Responder, flavors: Flavors) -> Blueprint:
    services = Blueprint("services", __name__)
    dialect = DIALECTS[view.settings.v1_dialect]

    @services.get("/services")
    def manifests() -> Response:
        catalog = view.current.catalog
        return _labelled(jsonify([entry.manifest for entry in catalog.services.values()]), catalog)

    @services.get("/services/<path:route>")
    def manifest(route: str) -> Response:
        if route.endswith("/generate"):
            raise MethodNotAllowed(["POST", "OPTIONS"], "POST a transcript here")
        catalog = view.current.catalog
        return _labelled(jsonify(catalog.find(route).manifest), catalog)

    @services.post("/services/<path:route>/generate")
    def generate(route: str) -> Response:
        form = forms.read(request)
        order = flavors.order(view.current.catalog, f"{route}/generate", form)
        if responder.waits(order, form):
            return responder.answer(order)
        job = submission.submit(view, order, form, request.headers.get(submission.KEY))
        return jsonify({"message": dialect.accepted, "jobId": job.id})

    @services.after_app_request
    def name_methods(answer: Response) -> Response:
        """Flask would name GET too: what ends so could be the route of a manifest."""
        path = request_ctx.request.path
        if path.startswith("/services/") and path.endswith(ACTIONS) and "Allow" in answer.headers:
            answer.headers["Allow"] = "OPTIONS, POST"
        return answer

    return services


def _labelled(answer: Response, catalog: Catalog) -> Response:
    answer.headers["X-Catalog-Generation"] = catalog.generation
    answer.headers["X-Catalog-Problems"] = _in_a_header(catalog)
    return answer


def _in_a_header(catalog: Catalog) -> str:
    """How many problems there are, and what they are as far as a header can hold it."""
    return printable("; ".join([str(len(catalog.problems)), *map(str, catalog.problems)]))
