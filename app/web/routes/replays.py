"""Jobs that are run again, to compare what comes of an edit or of another flavor; the stored results stay as they are."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response, request

from app.errors import BadParameter
from app.orders import Order
from app.web.bodies import forms, job_json, preview_json, submission
from app.web.bodies.answers import uncached, with_staleness
from app.web.bodies.flavors import Flavors
from app.web.bodies.ordering import refuse_unknown
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.streaming.responder import Responder

OF_A_PREVIEW = ("service", "type", "flavor", "backend", "model", "calls", "more_calls", "exact", "tokens", "seconds", "notes")


def blueprint(view: GatewayView, responder: Responder, flavors: Flavors) -> Blueprint:
    subject = Blueprint("replays", __name__)

    def ordered(given: str) -> Order:
        job = view.jobs.find(paths.job_id(given))
        form = forms.read(request)
        for name in ("service", "flavor"):
            if not isinstance(form.fields.get(name) or "", str):
                raise BadParameter(name, "must be a name, in quotes")
        catalog = view.current.catalog
        order = with_staleness(catalog.replay(view.jobs.order(job.id), job.id, form))
        refuse_unknown(form, order)
        flavors.refuse_unfit(catalog.find(order.service), order.flavor_name)
        return order

    @subject.post("/jobs/<job_id>/replay/preview")
    def preview(job_id: str) -> Response:
        order = ordered(job_id)
        with responder.limit.held():  # counting the tokens of a long transcript takes its time
            planned = view.interactive.plan(order)
        told = preview_json.record(order, planned, view.jobs.pace(order.service, order.flavor_name))
        template = {"name": order.template, "text": order.templates.get(order.template)}
        return uncached({"template": template, **{name: told[name] for name in OF_A_PREVIEW}})

    @subject.post("/jobs/<job_id>/replay")
    def replay(job_id: str) -> Response:
        order = ordered(job_id)
        key = _key(order)
        job = submission.joined(view.jobs.submit(order, key=key, fingerprint=key))
        return uncached(job_json.brief(job), 202)

    return subject


def _key(order: Order) -> str:
    """The same for the same replay, so that it is one job however often it is asked for."""
    names = ("service", "kind", "backend", "flavor", "settings", "template", "templates", "options", "replay_of")
    said = [getattr(order, name) if isinstance(getattr(order, name), str) else dict(getattr(order, name)) for name in names]
    content = hashlib.sha256(order.content.encode("utf-8", "surrogatepass")).hexdigest()
    return f"replay-{hashlib.sha256(json.dumps([*said, content], sort_keys=True).encode()).hexdigest()}"
