"""Results as documents: Markdown, HTML, Word, PDF, JSON, subtitles, CSV and calendars."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.http import dump_options_header

from app.documents.apart import Maker, Template
from app.documents.building import Wishes, document_of
from app.documents.cleaning import file_name
from app.documents.formats import FORMATS, Export
from app.documents.sources import Source, source_of
from app.documents.template_files import ENDING, FONTS, read
from app.documents.wording import languages
from app.errors import BadParameter, nearest
from app.web.bodies.query import refuse_others
from app.web.interfaces import GatewayView
from app.web.middleware import paths

EVIDENCE = ("footnotes", "none")
TRANSCRIPT = ("appendix", "none")
WISHES = ("lang", "evidence", "transcript")


def maker(view: GatewayView) -> Maker:
    """What makes the files of all routes, so that they share its bound on documents that are made at once."""
    return Maker(fonts=(Path(view.settings.services_folder) / FONTS,))


def blueprint(view: GatewayView, maker: Maker) -> Blueprint:
    documents = Blueprint("documents", __name__)
    folder = Path(view.settings.services_folder)

    @documents.get("/results/<job_id>/export/<form>")
    def export(job_id: str, form: str) -> Response:
        job = view.jobs.find(paths.job_id(job_id))
        if form not in FORMATS:
            raise BadParameter("format", f"is none; there are {', '.join(FORMATS)}{nearest(form, FORMATS)}")
        wishes = _wishes(request.args)
        source = source_of(job, view.jobs.order(job.id))
        template = template_of(view, folder, job.service) if form == "docx" else None
        return download(source, form, wishes, maker, template)

    return documents


def download(source: Source, form: str, wishes: Wishes, maker: Maker, template: Template | None = None) -> Response:
    """*source* as a file of the format *form*, one of FORMATS, which no cache keeps."""
    document = document_of(source, wishes)
    answer = Response(FORMATS[form].make(Export(document, source, maker, template)), content_type=FORMATS[form].media)
    answer.headers["Content-Disposition"] = disposition(f"{file_name(document.title, document.date)}.{form}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _wishes(given: Mapping[str, str]) -> Wishes:
    """What the request says of the document. Raises BadParameter."""
    refuse_others(given, WISHES, "is no option of exports")
    return Wishes(
        lang=_one_of("lang", given.get("lang", ""), languages()),
        footnotes=_one_of("evidence", given.get("evidence", ""), EVIDENCE) != "none",
        appendix=_one_of("transcript", given.get("transcript", ""), TRANSCRIPT) == "appendix",
    )


def _one_of(name: str, given: str, known: tuple[str, ...]) -> str:
    if given and given not in known:
        raise BadParameter(name, f"is none; there are {', '.join(known)}{nearest(given, known)}")
    return given


def template_of(view: GatewayView, folder: Path, service: str) -> Template | None:
    """The Word template of *service*, as it is now; None if there is none, or the service is gone. Raises TemplateError."""
    entry = view.current.catalog.services.get(service)
    return read(folder / f"{entry.template}{ENDING}") if entry is not None else None


def disposition(name: str) -> str:
    """The header that has a client save the file as *name* (RFC 6266): in ASCII for old clients, and as it is."""
    plain = " ".join(name.encode("ascii", "ignore").decode().split())
    stem = plain.rpartition(".")[0].strip(" -")
    fallback = plain if stem else f"minutes.{name.rpartition('.')[2]}"
    return dump_options_header("attachment", {"filename": fallback, "filename*": f"UTF-8''{quote(name, safe='')}"})
