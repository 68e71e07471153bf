"""Previews: what a request would ask its model, without asking."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.web.bodies import forms, preview_json
from app.web.bodies.answers import uncached
from app.web.bodies.ordering import order_of
from app.web.interfaces import GatewayView
from app.web.streaming.responder import Responder


def blueprint(view: GatewayView, responder: Responder) -> Blueprint:
    subject = Blueprint("preview", __name__)

    @subject.post("/services/<path:route>/preview")
    def preview(route: str) -> Response:
        number = preview_json.number_of(request.args.get("call"))
        order = order_of(view.current.catalog, route, forms.read(request))
        with responder.limit.held():  # counting the tokens of a long transcript takes its time
            planned = view.interactive.plan(order)
        pace = view.jobs.pace(order.service, order.flavor_name)
        return uncached(preview_json.record(order, planned, pace, number))

    return subject
