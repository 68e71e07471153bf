"""The templates of documents that LinTO Studio (API v2) offers with its exports: one, which stands for that of a job's service.

Templates are files beside a service's prompt, which its author writes: none is uploaded here."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound

from app.errors import BadParameter
from app.web.bodies import linto_json
from app.web.bodies.answers import uncached

NO_UPLOADS = (
    "templates are not uploaded to this gateway: the Word template of a service is the file NAME.docx beside its prompt "
    "NAME.txt in the services folder"
)


def blueprint() -> Blueprint:
    templates = Blueprint("linto_templates", __name__)

    @templates.get("/api/v1/document-templates")
    def listed() -> Response:
        return uncached([linto_json.template()])

    @templates.post("/api/v1/document-templates")
    def upload() -> Response:
        raise BadRequest(NO_UPLOADS)

    @templates.get("/api/v1/document-templates/<template_id>")
    def one(template_id: str) -> Response:
        _known(template_id)
        return uncached(linto_json.template())

    @templates.delete("/api/v1/document-templates/<template_id>")
    def delete(template_id: str) -> Response:
        _known(template_id)
        raise MethodNotAllowed(["GET"], f"this template cannot be deleted; {NO_UPLOADS}")

    @templates.get("/api/v1/document-templates/<template_id>/placeholders")
    def placeholders(template_id: str) -> Response:
        _known(template_id)
        return uncached([])

    return templates


def refuse_unknown(template_id: str | None) -> None:
    """Raises BadParameter if an export asks for a template that is not here."""
    if template_id not in (None, "", linto_json.TEMPLATE):
        raise BadParameter("template_id", f"is none of this gateway's; GET /api/v1/document-templates lists them; {NO_UPLOADS}")


def _known(template_id: str) -> None:
    if template_id != linto_json.TEMPLATE:
        raise NotFound("there is no such template; GET /api/v1/document-templates lists what there is")
