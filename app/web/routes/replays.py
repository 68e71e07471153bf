"""Jobs that are run again, to compare what comes of an edit or of another flavor; the stored results stay as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from flask import Blueprint, Response, request

from app.catalog import Entry
from app.errors import BadParameter
from app.kinds.base import Form
from app.orders import Order
from app.web.bodies import forms, job_json, preview_json, submission
from app.web.bodies.answers import uncached, with_staleness
from app.web.bodies.flavors import Flavors
from app.web.bodies.ordering import refuse_unknown
from app.web.interfaces import Catalog, GatewayView
from app.web.middleware import paths
from app.web.streaming.responder import Responder

OF_A_PREVIEW = ("service", "type", "flavor", "backend", "model", "calls", "more_calls", "exact", "tokens", "seconds", "notes")


def blueprint(view: GatewayView, responder: Responder, flavors: Flavors) -> Blueprint:
    subject = Blueprint("replays", __name__)

    def catalog_with(files: Mapping[str, str]) -> Catalog:
        if not files or view.authoring.holds(files):
            return view.current.catalog
        with responder.limit.held():  # the folder is checked anew
            return view.authoring.trial(files)

    def ordered(given: str) -> tuple[Order, Entry]:
        job = view.jobs.find(paths.job_id(given))
        form = forms.read(request)
        for name in ("service", "flavor"):
            if not isinstance(form.fields.get(name) or "", str):
                raise BadParameter(name, "must be a name, in quotes")
        catalog = catalog_with(_files(form))
        order = with_staleness(catalog.replay(view.jobs.order(job.id), job.id, form))
        refuse_unknown(form, order, told=())
        entry = catalog.find(order.service)
        flavors.refuse_unfit(entry, order.flavor_name)
        return order, entry

    @subject.post("/jobs/<job_id>/replay/preview")
    def preview(job_id: str) -> Response:
        order, entry = ordered(job_id)
        with responder.limit.held():  # counting the tokens of a long transcript takes its time
            planned = view.interactive.plan(order)
        told = preview_json.record(order, planned, view.jobs.pace(order.service, order.flavor_name))
        template = {"name": order.template, "text": order.templates.get(order.template)}
        return uncached({"template": template, "manifest": entry.file, **{name: told[name] for name in OF_A_PREVIEW}})

    @subject.post("/jobs/<job_id>/replay")
    def replay(job_id: str) -> Response:
        order, _ = ordered(job_id)
        key = _key(order)
        job = submission.joined(view.jobs.submit(order, key=key, fingerprint=key))
        return uncached(job_json.brief(job), 202)

    return subject


def _files(form: Form) -> Mapping[str, str]:
    """Texts by the name of the file that each stands in for. Raises BadParameter."""
    given = form.fields.get("files") or {}
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise BadParameter("files", 'must be an object of texts by file name, as in {"cra.txt": "…"}')
    return given


def _key(order: Order) -> str:
    """The same for the same replay, so that it is one job however often it is asked for."""
    names = ("service", "kind", "backend", "flavor", "settings", "template", "templates", "options", "replay_of")
    said = [getattr(order, name) if isinstance(getattr(order, name), str) else dict(getattr(order, name)) for name in names]
    content = hashlib.sha256(order.content.encode("utf-8", "surrogatepass")).hexdigest()
    return f"replay-{hashlib.sha256(json.dumps([*said, content], sort_keys=True).encode()).hexdigest()}"
