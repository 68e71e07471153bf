"""Share links: who has one reads one meeting without a key until the link expires or is revoked. Off unless STUDIO_SHARE=on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Request, Response, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from app.documents.apart import Maker
from app.documents.building import Wishes
from app.documents.sources import source_of
from app.errors import BadParameter, JobNotFound
from app.jobs import Job, Status
from app.meetings.transcripts import SharedMeeting
from app.web.bodies import forms
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.middleware.sessions import is_over_tls, signing_secret
from app.web.routes.documents import download
from app.web.studio import meeting as meetings_shown
from app.web.studio.entrance import HOME, prefix

if TYPE_CHECKING:
    from app.web.studio.pages import Pages

DAYS = (1, 7, 30)  # for which a link may be valid
EXPORTS = ("pdf", "md", "html")  # what can be read as well on the page; the other formats hold more than that
LONGEST = 200  # characters of a token


class Links:
    """Signs the ids of shares. *secret* gives what signs them; it is called when the first link is made or followed."""

    def __init__(self, secret: Callable[[], str]) -> None:
        self._signer = lru_cache(maxsize=1)(lambda: URLSafeSerializer(secret(), salt="studio share"))

    def token(self, share_id: str) -> str:
        made = self._signer().dumps(share_id)
        return made if isinstance(made, str) else made.decode()

    def share_id(self, token: str) -> str:
        """Raises JobNotFound for a token that was not made here."""
        try:
            found = self._signer().loads(token) if len(token) <= LONGEST else None
        except (BadSignature, ValueError):
            found = None
        if not isinstance(found, str):
            raise JobNotFound("shared")
        return found


def register(studio: Blueprint, view: GatewayView, show: Pages, maker: Maker) -> None:
    links = links_of(view)
    _changes(studio, view, show)
    _reading(studio, view, show, links, maker)


def _changes(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    @studio.post("/meetings/<job_id>/shares")
    def share(job_id: str) -> AnyResponse:
        _refuse_if_off(view)
        days = str(forms.read(request).fields.get("days") or "")
        if days not in map(str, DAYS):
            raise BadParameter("days", f"must be one of {', '.join(map(str, DAYS))}")
        made = view.meetings.share(paths.job_id(job_id), timedelta(days=int(days)))
        return show.to(f"{HOME}/meetings/{made.job_id}?sharing=yes")

    @studio.post("/meetings/<job_id>/shares/<share_id>/revoke")
    def unshare(job_id: str, share_id: str) -> AnyResponse:
        view.meetings.revoke(paths.job_id(job_id), share_id)
        return show.to(f"{HOME}/meetings/{job_id}?sharing=yes")


def _reading(studio: Blueprint, view: GatewayView, show: Pages, links: Links, maker: Maker) -> None:
    def opened(token: str) -> SharedMeeting:
        _refuse_if_off(view)
        return view.meetings.shared(links.share_id(token))

    @studio.get("/shared/<token>")
    def shared(token: str) -> Response:
        found = opened(token)
        shown = meetings_shown.meeting(found.job)
        values: dict[str, Any] = {
            "meeting": shown,
            "turns": meetings_shown.turns(found.transcript),
            "spoken": found.transcript.language,
            "cited": meetings_shown.cited(shown),
            "until": found.share.expires,
            "exports": EXPORTS if found.job.status is Status.COMPLETE else (),
            "address": f"{prefix(view.settings)}{HOME}/shared/{token}",
        }
        return _unindexed(show.page("shared", **values))

    @studio.get("/shared/<token>/export/<form>")
    def shared_export(token: str, form: str) -> Response:
        found = opened(token)
        if form not in EXPORTS:
            raise NotFound
        return _unindexed(download(source_of(found.job, found.order), form, Wishes(), maker))


def links_of(view: GatewayView) -> Links:
    return Links(lambda: signing_secret(view.settings))


def shown(view: GatewayView, job: Job, asked: Request) -> dict[str, Any] | None:
    """What the page of a meeting shows of its links; None if there can be none."""
    kind = view.kinds.get(job.kind)
    if view.settings.studio_share != "on" or kind is None or not kind.GROWS:
        return None
    begin = f"{'https' if is_over_tls(asked) else 'http'}://{asked.host}{prefix(view.settings)}{HOME}/shared/"
    links = links_of(view)
    made = [
        {"id": each.id, "url": begin + links.token(each.id), "until": each.expires} for each in view.meetings.shares(job.id)
    ]
    return {"made": made, "days": DAYS, "open": "sharing" in asked.args}


def _refuse_if_off(view: GatewayView) -> None:
    if view.settings.studio_share != "on":
        raise NotFound


def _unindexed(answer: Response) -> Response:
    """No search engine keeps the page, no other site learns its address, and no cache has it once it is revoked."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
