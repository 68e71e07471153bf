"""The services: their manifests, and a request to run one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import MethodNotAllowed

from app.catalog import Catalog
from app.web import forms, submitting
from app.web.attending import Attending
from app.web.dialects import DIALECTS
from app.web.parts import Parts

LONGEST_HEADER = 800  # characters; proxies refuse long headers


def blueprint(parts: Parts, attending: Attending) -> Blueprint:
    services = Blueprint("services", __name__)
    dialect = DIALECTS[parts.settings.v1_dialect]

    @services.get("/services")
    def manifests() -> Response:
        catalog = parts.shelf.catalog
        return _labelled(jsonify([entry.manifest for entry in catalog.services.values()]), catalog)

    @services.get("/services/<path:route>")
    def manifest(route: str) -> Response:
        if route.endswith("/generate"):
            raise MethodNotAllowed(["POST", "OPTIONS"], "POST a transcript here")
        catalog = parts.shelf.catalog
        return _labelled(jsonify(catalog.find(route).manifest), catalog)

    @services.post("/services/<path:route>/generate")
    def generate(route: str) -> Response:
        catalog = parts.shelf.catalog
        form = forms.read(request)
        order = catalog.order(f"{route}/generate", form)
        if attending.waits(order, form):
            return attending.answer(order)
        job = submitting.submit(parts.jobs, order, form, request.headers.get(submitting.KEY))
        return jsonify({"message": dialect.accepted, "jobId": job.id})

    return services


def _labelled(answer: Response, catalog: Catalog) -> Response:
    answer.headers["X-Catalog-Generation"] = catalog.generation
    answer.headers["X-Catalog-Problems"] = _in_a_header(catalog)
    return answer


def _in_a_header(catalog: Catalog) -> str:
    """How many problems there are, and what they are as far as a header can hold it."""
    text = "; ".join([str(len(catalog.problems)), *map(str, catalog.problems)])
    printable = "".join(each if " " <= each <= "~" else "?" for each in text)
    return printable if len(printable) <= LONGEST_HEADER else f"{printable[: LONGEST_HEADER - 3]}..."
