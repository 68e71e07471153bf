"""Editing a service on a page: check, preview and save of its manifest and template. Off unless STUDIO_EDIT=on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from app.catalog.authoring import Checked
from app.errors import Forbidden, GatewayError, ServiceNotFound, StoreError
from app.kinds.base import Form
from app.web.bodies import forms
from app.web.interfaces import GatewayView
from app.web.studio.entrance import HOME

if TYPE_CHECKING:
    from app.web.studio.pages import Pages

CHANGED = 409
SAMPLE = "Ann : Good morning, shall we begin with the budget?\nBob : Yes. I will send the figures by Friday."
FIELDS = ("manifest", "template")
ENDINGS = {"manifest": ".json", "template": ".txt"}


def register(studio: Blueprint, view: GatewayView, show: Pages) -> None:
    @studio.get("/services/<stem>/edit")
    def edit_service(stem: str) -> Response:
        files = _files(view, stem)
        return show.page("edit", stem=stem, typed=files, marks=_marks(files), checked=None, prompt="", conflict=False)

    @studio.post("/services/<stem>/edit")
    def change_service(stem: str) -> AnyResponse:
        files = _files(view, stem)
        given = forms.read(request).fields
        typed = {field: _text(given.get(field)) for field in files}
        marks = {field: str(given.get(f"{field}_was") or "") for field in files}
        texts = _named(stem, typed)
        conflict = marks != _marks(files)
        status, checked = 200, view.authoring.check(stem, texts)
        if given.get("do") == "save" and not conflict and checked.served:
            try:
                view.authoring.save(stem, texts, _named(stem, files))
                return show.to(f"{HOME}/services")
            except StoreError:
                conflict = True  # or the folder cannot be written to
        if given.get("do") == "save":
            status = CHANGED if conflict else 400
        prompt = _prompt(view, stem, checked)
        return show.page("edit", status, stem=stem, typed=typed, marks=marks, checked=checked, prompt=prompt, conflict=conflict)


def is_open(view: GatewayView) -> bool:
    """Whether the present request may edit services."""
    try:
        return view.settings.studio_edit == "on" and not view.authoring.files("")
    except ServiceNotFound:  # and not Forbidden, which comes first
        return True
    except Forbidden:
        return False


def stem_of(view: GatewayView, file: str) -> str:
    """The service of which *file* can be edited to mend it, whether or not it ever served; empty if there is none."""
    stem, ending = file[: file.rfind(".")], file[file.rfind(".") :]
    try:
        return stem if ending in ENDINGS.values() and view.authoring.files(stem) else ""
    except ServiceNotFound:
        return ""


def _files(view: GatewayView, stem: str) -> dict[str, str]:
    """The texts of the service by field of the form. Raises NotFound if nothing may be edited, Forbidden, ServiceNotFound."""
    if view.settings.studio_edit != "on":
        raise NotFound
    held = view.authoring.files(stem)
    return {field: held[name] for field in FIELDS if (name := f"{stem}{ENDINGS[field]}") in held}


def _named(stem: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{stem}{ENDINGS[field]}": text for field, text in texts.items()}


def _text(given: Any) -> str:
    """What was typed, with the line ends of a file; browsers send others."""
    text = str(given or "").replace("\r\n", "\n")
    forms.refuse_what_is_no_text("content", text)
    return text


def _marks(files: Mapping[str, str]) -> dict[str, str]:
    """What tells whether a file is still the one that a page shows."""
    return {field: hashlib.sha256(text.encode()).hexdigest() for field, text in files.items()}


def _prompt(view: GatewayView, stem: str, checked: Checked) -> str:
    """The first prompt that the first flavor makes of a small meeting; empty if there is none, or why there can be none."""
    entry = next((each for each in checked.catalog.services.values() if each.file == f"{stem}.json"), None)
    if entry is None or not entry.kind.GROWS:
        return ""
    try:
        asked = Form({"flavor": entry.service.flavor[0].name}, SAMPLE)
        calls = view.interactive.plan(checked.catalog.order(entry.service.name, asked)).plan.calls
    except GatewayError as error:
        return str(error)
    return "\n\n".join(f"{each.role}: {each.content}" for each in calls[0].call.messages) if calls else ""
