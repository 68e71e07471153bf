"""What people change in a meeting: a turn of its transcript, its minutes or text, and which version of these is the newest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as AnyResponse

from app.errors import BadParameter, GatewayError, VersionConflict
from app.jobs import Status
from app.meetings.corrections import Asked
from app.orders import Json
from app.web.bodies import forms
from app.web.interfaces import GatewayView
from app.web.middleware import paths
from app.web.studio import parts, submitting
from app.web.studio.entrance import HOME
from app.web.studio.words import language_of, words

Fields = Mapping[str, Any]


class Pages(Protocol):
    def page(self, name: str, status: int = 200, **values: Any) -> Response: ...
    def to(self, path: str) -> AnyResponse: ...


def register(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    """Adds the forms to *studio*. Each has a page of its own, whose form a script shows in its place on the meeting's."""
    _turns(studio, view, show)
    _parts(studio, view, show)
    _versions(studio, view, show)


def _turns(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    def form(job_id: str, number: int, status: int = 200, **values: Any) -> Response:
        found = view.meetings.transcript(job_id)
        every = found.record(number, number)
        if not every["turns"]:
            raise NotFound
        turn = every["turns"][0]
        typed = {"text": turn["text"], "speaker": turn["speaker"], **values.pop("typed", {})}
        names = [each["name"] for each in every["speakers"]]
        values = {"wrong": {}, **values}
        return show.page("turn", status, job_id=job_id, turn=turn, names=names, edition=every["version"], typed=typed, **values)

    @studio.get("/meetings/<job_id>/turns/<int:number>")
    def turn(job_id: str, number: int) -> Response:
        return form(paths.job_id(job_id), number)

    @studio.post("/meetings/<job_id>/turns/<int:number>")
    def correct(job_id: str, number: int) -> AnyResponse:
        job_id, fields = paths.job_id(job_id), forms.read(request).fields
        change: dict[str, Json] = {"number": number}
        if fields.get("strike"):
            change["struck"] = fields["strike"] == "yes"
        else:
            change |= {"text": str(fields.get("text") or ""), "speaker": str(fields.get("speaker") or "").strip() or None}

        def make() -> None:
            view.meetings.correct(job_id, version_in(fields, "edition"), Asked.of({"turns": [change]}))

        wrong = refusal_of(make)
        if wrong:
            typed = {name: str(fields[name]) for name in ("text", "speaker") if fields.get(name)}
            return form(job_id, number, wrong.pop("status"), typed=typed, wrong=wrong)
        return show.to(f"{HOME}/meetings/{job_id}#t{number}")


def _part_form(
    view: GatewayView, show: Pages, job_id: str, part: str, *, typed: Fields | None = None, wrong: Fields | None = None
) -> Response:
    """The form of one part of a result, with what was *typed* and is *wrong* if it is shown again.

    Raises BadParameter if the job is not complete, NotFound if there is no such part."""
    edition = view.meetings.current(job_id)
    job = view.jobs.find(job_id)
    if job.status is not Status.COMPLETE:
        raise BadParameter("version", f"{job_id} is {job.status}: a complete result can be edited; wait until it is")
    found = parts.part_of(job, part)
    if found is None:
        raise NotFound
    status = wrong["status"] if wrong else 200
    values = {"typed": {**found, **(typed or {})}, "wrong": wrong or {}, "kinds": parts.KINDS}
    return show.page("part", status, job_id=job_id, part=part, edition=edition, **values)


def _parts(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    @studio.get("/meetings/<job_id>/edit/<part>")
    def part(job_id: str, part: str) -> Response:
        return _part_form(view, show, paths.job_id(job_id), part)

    @studio.post("/meetings/<job_id>/edit/<part>")
    def edit(job_id: str, part: str) -> AnyResponse:
        job_id, fields = paths.job_id(job_id), forms.read(request).fields

        def make() -> None:
            version = version_in(fields, "version")
            changed = parts.changed(view.jobs.find(job_id), part, fields)
            if isinstance(changed, str):
                view.meetings.edit_text(job_id, version, changed)
            else:
                view.meetings.edit_minutes(job_id, version, changed)

        wrong = refusal_of(make)
        if wrong:
            return _part_form(view, show, job_id, part, typed=parts.typed(fields), wrong=wrong)
        return show.to(f"{HOME}/meetings/{job_id}{'' if part in parts.UNPLACED else f'#{part}'}")


def _versions(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    @studio.get("/meetings/<job_id>/versions")
    def versions(job_id: str) -> Response:
        job_id = paths.job_id(job_id)
        found = view.meetings.versions(job_id)
        current = found[-1].number
        later = _number("to", current)
        earlier = _number("from", max(later - 1, 1))
        texts = [view.meetings.version(job_id, number).text for number in (earlier, later)]
        return show.page(
            "versions",
            job_id=job_id,
            versions=list(reversed(found)),
            current=current,
            earlier=earlier,
            later=later,
            changes=parts.differences(*texts),
        )

    @studio.post("/meetings/<job_id>/versions/<int:number>/restore")
    def restore(job_id: str, number: int) -> AnyResponse:
        job_id = paths.job_id(job_id)
        view.meetings.restore(job_id, version_in(forms.read(request).fields, "version"), number)
        return show.to(f"{HOME}/meetings/{job_id}")


def version_in(fields: Fields, name: str) -> int:
    """The version that a form was made of, which the page wrote into its field *name*. Raises BadParameter."""
    return _whole(name, str(fields.get(name) or ""))


def _number(name: str, usual: int) -> int:
    given = request.args.get(name)
    return _whole(name, given) if given else usual


def _whole(name: str, given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise BadParameter(name, "must be the number of a version, as the page shows it")
    return int(given)


def refusal_of(make: Callable[[], None]) -> dict[str, Any]:
    """What to say beside which field of a form if *make* refuses what was typed, with the HTTP status; empty if it does not."""
    told = words(language_of(request))
    try:
        make()
    except (GatewayError, HTTPException) as error:
        status, wrong = submitting.refusal(error, told)
        if isinstance(error, VersionConflict):
            wrong = {"field": "", "message": told["changed_meanwhile"]}
        elif isinstance(error, BadParameter):
            field = "speaker" if error.name.startswith("speakers.") else parts.field_of(error.name)
            message = submitting.beside(field, error, error.reason, told)
            wrong = {"field": field, "message": message}
        return {**wrong, "status": status}
    return {}
