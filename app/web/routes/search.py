"""Search over all meetings of the caller: full text, and the actions of minutes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from app.errors import BadParameter, MissingParameter
from app.jobs.actions import Action
from app.jobs.search import Hit
from app.storage.words import Query, words
from app.web.bodies import forms
from app.web.bodies.answers import uncached
from app.web.bodies.job_json import time
from app.web.bodies.query import UNKNOWN, refuse_others, whole
from app.web.interfaces import GatewayView
from app.web.middleware import paths

USUAL, MOST = 20, 100  # hits of one page
BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def blueprint(view: GatewayView) -> Blueprint:
    search = Blueprint("search", __name__)

    @search.get("/search")
    def find() -> Response:
        refuse_others(request.args, ("q", "limit", "cursor"), UNKNOWN)
        asked = _text("q")
        if asked is None:
            raise MissingParameter("q")
        hits, cursor = view.meetings.search(Query.of(asked), limit=_limit(), cursor=_text("cursor"))
        return uncached({"query": asked, "hits": [_hit(each) for each in hits], "next": cursor})

    @search.get("/actions")
    def actions() -> Response:
        refuse_others(request.args, ("owner", "open", "limit", "cursor"), UNKNOWN)
        found, cursor = view.meetings.actions(owner=_owner(), open_=_open(), limit=_limit(), cursor=_text("cursor"))
        return uncached({"actions": [_action(each) for each in found], "next": cursor})

    @search.patch("/jobs/<job_id>/actions/<int:item>")
    def mark(job_id: str, item: int) -> Response:
        fields = forms.of_json(forms.raw(request)).fields
        refuse_others(fields, ("done",), UNKNOWN)
        done = fields.get("done")
        if not isinstance(done, bool):
            raise BadParameter("done", "must be true or false")
        return uncached(_action(view.meetings.mark(paths.job_id(job_id), min(item, 2**31 - 1), done=done)))

    return search


def _text(name: str) -> str | None:
    """The text of a parameter; None if it is missing or blank."""
    given = request.args.get(name, "").strip()
    if given:
        forms.refuse_what_is_no_text(name, given)
    return given or None


def _owner() -> str | None:
    """A name, or a part of one. Raises BadParameter for a text without a word, which would find the actions of everybody."""
    given = _text("owner")
    if given and not words(given):
        raise BadParameter("owner", "must hold a word of a name")
    return given


def _open() -> bool | None:
    given = (_text("open") or "").lower()
    if given and given not in BOOLEANS:
        raise BadParameter("open", "must be true or false")
    return BOOLEANS.get(given)


def _limit() -> int:
    return whole("limit", _text("limit"), USUAL, most=MOST)


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "jobId": hit.job_id,
        "service": hit.service,
        "title": hit.title,
        "date": hit.day,
        "part": hit.part,
        "turn": hit.turn,
        "speaker": hit.speaker,
        "snippet": hit.snippet.html(),
        "text": hit.snippet.text,
        "marks": [list(mark) for mark in hit.snippet.marks],
        "stale": hit.stale,
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "jobId": action.job_id,
        "service": action.service,
        "title": action.title,
        "date": action.day,
        "item": action.item,
        "text": action.text,
        "owner": action.owner,
        "due": action.due,
        "due_date": action.due_date,
        "turns": list(action.turns),
        "unsupported": list(action.unsupported),
        "stale": action.stale,
        "done": time(action.done),
    }
