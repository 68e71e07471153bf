"""Questions about a meeting: answered while the client waits, with the turns that say it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from app.errors import BadParameter, MissingParameter
from app.orders import Json
from app.web.bodies import forms
from app.web.bodies.answers import uncached
from app.web.bodies.ordering import refuse_unknown
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.streaming.responder import Responder

LONGEST = 2000  # characters


def blueprint(view: GatewayView, responder: Responder) -> Blueprint:
    questions = Blueprint("questions", __name__)

    @questions.post("/jobs/<job_id>/ask")
    def ask(job_id: str) -> Response:
        form = forms.read(request)
        question = question_in(form.fields)
        refuse_unknown(form, told=())
        order = view.meetings.question(paths.job_id(job_id), question)
        result, duration = responder.run(order)
        return uncached({"jobId": job_id, **result.body, "duration": duration})

    return questions


def question_in(fields: Mapping[str, Json]) -> str:
    """The question that *fields* of a request ask. Raises MissingParameter, BadParameter."""
    given = fields.get("question")
    if given is None or given == "":
        raise MissingParameter("question")
    question = " ".join(given.split()) if isinstance(given, str) else ""
    if not question or len(question) > LONGEST:
        raise BadParameter("question", f"must be a text of 1 to {LONGEST} characters")
    return question
