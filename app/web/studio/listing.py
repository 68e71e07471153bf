"""The lists of the studio: all meetings, what a search finds in them, and the actions that were agreed in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from app.errors import BadParameter
from app.jobs import Status
from app.jobs.actions import Action
from app.jobs.search import Hit
from app.storage.words import LONGEST_QUERY, Query, Snippet
from app.web.bodies import forms
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.studio.entrance import HOME

if TYPE_CHECKING:
    from app.web.studio.pages import Pages

ON_A_PAGE = 50  # meetings, hits or actions of one page
OPEN, DONE, ALL = "open", "done", "all"
STATES = {OPEN: True, DONE: False, ALL: None}  # of actions that are shown
MOST_ITEM = 2**31 - 1  # the number of an item that the database can hold
CHOSEN = ("status", "service")  # the filters of the list of meetings


def register(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    @studio.get("/meetings")
    def meetings() -> Response:
        asked = _text(request.args, "q")
        return _found(view, show, asked) if asked else _list(view, show)

    @studio.get("/actions")
    def actions() -> Response:
        chosen = {"owner": _text(request.args, "owner"), "show": _state(request.args)}
        cursor = _text(request.args, "cursor") or None
        found, more = view.meetings.actions(
            owner=chosen["owner"] or None, open_=STATES[chosen["show"]], limit=ON_A_PAGE, cursor=cursor
        )
        return show.page(
            "actions",
            actions=[_action(each) for each in found],
            chosen=chosen,
            states=list(STATES),
            link=_link(chosen),
            next=more,
        )

    @studio.post("/meetings/<job_id>/actions/<int:item>")
    def mark(job_id: str, item: int) -> AnyResponse:
        given = forms.read(request).fields
        fields = {name: str(given.get(name) or "") for name in ("done", "owner", "show")}
        if fields["done"] not in ("yes", "no"):
            raise BadParameter("done", "must be yes or no")
        view.meetings.mark(paths.job_id(job_id), min(item, MOST_ITEM), done=fields["done"] == "yes")
        return show.to(f"{HOME}/actions{_link({'owner': fields['owner'], 'show': _state(fields)})()}")


def _list(view: GatewayView, show: Pages) -> Response:
    """The page of all meetings, or of those that the filters leave."""
    chosen = {name: _text(request.args, name) for name in CHOSEN}
    if chosen["status"] and chosen["status"] not in tuple(Status):
        raise BadParameter("status", f"is none; there are {', '.join(Status)}")
    page = view.jobs.list(
        service=chosen["service"] or None,
        status=Status(chosen["status"]) if chosen["status"] else None,
        cursor=_text(request.args, "cursor") or None,
        limit=ON_A_PAGE,
    )
    titles = view.meetings.titles([job.id for job in page.jobs])
    return _page(view, show, chosen, jobs=page.jobs, titles=titles, next=page.next_cursor)


def _found(view: GatewayView, show: Pages, asked: str) -> Response:
    """The page of what *asked* finds; a query that cannot be used is shown again with what is wrong with it."""
    try:
        query = Query.of(asked)
    except BadParameter as error:
        return _page(view, show, {"q": asked}, status=400, wrong=error.reason, hits=[])
    hits, more = view.meetings.search(query, limit=ON_A_PAGE, cursor=_text(request.args, "cursor") or None)
    return _page(view, show, {"q": asked}, hits=[_hit(each) for each in hits], next=more)


def _page(view: GatewayView, show: Pages, chosen: Mapping[str, str], status: int = 200, **values: Any) -> Response:
    services = view.current.catalog.services.values()
    shared: dict[str, Any] = {
        "chosen": chosen,
        "link": _link(chosen),
        "statuses": list(Status),
        "services": [entry.service.name for entry in services if not entry.kind.INTERACTIVE],
        "longest": LONGEST_QUERY,
        "wrong": "",
        "next": None,
        "hits": None,
    }
    return show.page("meetings", status, **{**shared, **values})


def _link(chosen: Mapping[str, str]) -> Callable[..., str]:
    """Writes the query of a link that keeps what is *chosen*, but for the changes that it is called with."""

    def link(**changes: str) -> str:
        kept = {name: value for name, value in {**chosen, **changes}.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"

    return link


def _text(given: Mapping[str, str] | MultiDict[str, str], name: str) -> str:
    """The text of a parameter; empty if it is missing. Raises BadParameter for what is no text."""
    found = given.get(name, "").strip()
    forms.refuse_what_is_no_text(name, found)
    return found


def _state(given: Mapping[str, str] | MultiDict[str, str]) -> str:
    """Which actions are shown: the open ones unless *given* says otherwise."""
    chosen = given.get("show", "")
    return chosen if chosen in STATES else OPEN


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.job_id,
        "name": hit.title or hit.service,
        "day": hit.day,
        "part": hit.part,
        "speaker": hit.speaker,
        "anchor": "" if hit.turn is None else f"#t{hit.turn}",
        "turn": hit.turn,
        "pieces": list(_pieces(hit.snippet)),
        "stale": hit.stale,
    }


def _pieces(snippet: Snippet) -> Iterator[tuple[str, bool]]:
    """The text of *snippet* in pieces, each with whether it was searched for."""
    behind = 0
    for start, stop in snippet.marks:
        yield snippet.text[behind:start], False
        yield snippet.text[start:stop], True
        behind = stop
    yield snippet.text[behind:], False


def _action(action: Action) -> dict[str, Any]:
    today = datetime.now(UTC).date().isoformat()
    return {
        "id": action.job_id,
        "item": action.item,
        "text": action.text,
        "owner": action.owner or "",
        "due": action.due or "",
        "due_date": action.due_date or "",
        "late": action.done is None and bool(action.due_date) and str(action.due_date) < today,
        "done": action.done is not None,
        "meeting": action.title or action.service,
        "day": action.day,
        "turns": list(action.turns),
        "unsupported": list(action.unsupported),
        "stale": action.stale,
    }
