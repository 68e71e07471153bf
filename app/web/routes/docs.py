"""The API's own page: Swagger UI, and the OpenAPI file with one path for every live service."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from copy import deepcopy
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from flasgger import Swagger
from flasgger.base import APIDocsView, APISpecsView
from flask import Blueprint, Flask, Response, g, redirect
from werkzeug.wrappers import Response as AnyResponse

from app import __version__
from app.catalog import Entry
from app.orders import Json
from app.settings import SettingError, Settings
from app.web.interfaces import Catalog, GatewayView

GENERIC = "/services/{service}/generate"
OF_THE_PATH = {"$ref": "#/components/parameters/Service"}  # what a path of one service does not ask for
AT_ONCE = "/generate"  # what the services are like whose clients wait
# PyYAML's parser in C, where its wheel has it: the one in Python takes a tenth of a second of every worker's start.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BARE: dict[str, Json] = {"responses": {"200": {"description": "accepted"}}}  # for an operator's own file without GENERIC
SCHEMES: dict[str, Json] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "a key of this gateway"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "the same key, in a header of its own"},
}
# Whatever Swagger UI, a description or a mistake of ours names: the browser contacts only this host.
# Inline scripts carry a nonce of this one answer.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'nonce-{0}'; script-src 'self' 'nonce-{0}'; base-uri 'none'"
)


def register(app: Flask, view: GatewayView) -> None:
    """Adds the page, its files and `/apispec.json` to *app*, and a way there from `/`.

    Raises SettingError when the OpenAPI file cannot be read."""
    settings = view.settings
    page = _path(settings.swagger_url) or "/"
    written = _written(settings)
    LiveSwagger(app, _config(settings, page), lambda: live(written, view.current.catalog, settings))
    if page != "/":
        app.register_blueprint(_root(_path(settings.swagger_prefix) + page))


class LiveSwagger(Swagger):  # type: ignore[misc]  # flasgger has no types
    """flasgger with a document built for each request, so that a hot reload shows at once, and with no routes but
    the page, its files and the document."""

    def __init__(self, app: Flask, config: dict[str, Any], document: Callable[[], dict[str, Json]]) -> None:
        self._document = document
        super().__init__(app, config=config)

    def get_apispecs(self, endpoint: str = "apispec") -> dict[str, Json]:
        del endpoint  # there is one document
        return self._document()

    def register_views(self, app: Flask) -> None:
        flasgger = Blueprint(
            "flasgger",
            __name__,
            template_folder="templates",
            static_folder=_swagger_ui(),
            static_url_path=self.config["static_url_path"],
        )
        page = APIDocsView.as_view("apidocs", view_args={"config": self.config})
        flasgger.add_url_rule(self.config["specs_route"], view_func=page)
        document = APISpecsView.as_view("apispec", loader=self.get_apispecs)
        flasgger.add_url_rule("/apispec.json", view_func=document)
        flasgger.before_request(_prepare)
        flasgger.after_request(_keep_inside)
        app.register_blueprint(flasgger)


def _nonce() -> str:
    """The nonce of this request's answer."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _prepare() -> None:
    _nonce()


def _keep_inside(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY.format(_nonce())
    return response


def _secured(written: Mapping[str, Json]) -> dict[str, Json]:
    """The document's security scheme, for the page's button Authorize."""
    components = dict(written.get("components") or {})
    components["securitySchemes"] = {**(components.get("securitySchemes") or {}), **SCHEMES}
    return {"components": components, "security": [{name: []} for name in SCHEMES]}


def live(written: Mapping[str, Json], catalog: Catalog, settings: Settings) -> dict[str, Json]:
    """The *written* document with one path for every service of *catalog*, first."""
    services = {
        f"/services/{entry.service.name}/generate": {"post": _operation(written, entry)} for entry in catalog.services.values()
    }
    return {
        **written,
        "info": {**written.get("info", {}), "title": settings.service_name, "version": __version__},
        "servers": [{"url": _path(settings.swagger_prefix) or "/"}],
        "paths": {**services, **(written.get("paths") or {})},
        **(_secured(written) if settings.api_keys_file else {}),
    }


def _operation(written: Mapping[str, Json], entry: Entry) -> dict[str, Json]:
    """The generic operation of the *written* document with the flavors and the description of one service."""
    model = AT_ONCE if entry.kind.INTERACTIVE else GENERIC
    generic = (written.get("paths") or {}).get(model, {}).get("post", BARE)
    operation = deepcopy(dict(generic))
    operation["parameters"] = [each for each in operation.get("parameters", ()) if each != OF_THE_PATH]
    operation["operationId"] = f"generate_{entry.service.name}"
    operation["tags"] = ["live services"]
    operation["summary"] = _summary(entry)
    answers = (written.get("components") or {}).get("x-answers", {}).get(entry.service.type, {})
    operation["responses"] = {**operation.get("responses", {}), **deepcopy(answers)}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["schema"] = _schema(written, content.get("schema", {}), entry)
    return operation


def _schema(written: Mapping[str, Json], generic: Mapping[str, Json], entry: Entry) -> dict[str, Json]:
    """The schema of a request body, with the flavors of one service as choices."""
    schema: dict[str, Json] = deepcopy(_resolved(written, generic))
    flavors = [flavor.name for flavor in entry.service.flavor]
    if "flavor" in schema.get("properties", {}):
        described = schema["properties"]["flavor"].get("description", "")
        schema["properties"]["flavor"] = {
            "type": "string",
            "enum": flavors,
            "default": flavors[0],
            "description": described,
        }
    if entry.service.inputs is not None and "variables" in schema.get("properties", {}):
        schema["properties"]["variables"] = dict(entry.service.inputs)
    if "example" in schema:
        schema["example"]["flavor"] = flavors[0]
    return schema


def _resolved(written: Mapping[str, Json], schema: Mapping[str, Json]) -> dict[str, Json]:
    """*schema*, or what its `$ref` into the components names."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return dict(written.get("components", {}).get("schemas", {}).get(name, schema))


def _summary(entry: Entry) -> str:
    described = entry.service.description
    text = described if isinstance(described, str) else " · ".join(described.values())
    return text or entry.service.name


def _written(settings: Settings) -> dict[str, Json]:
    file = settings.swagger_file
    try:
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # nosec B506  # noqa: S506 - both are the safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise SettingError(f"SWAGGER_PATH: {file} cannot be read as an OpenAPI file: {exc}") from exc
    if not isinstance(document, dict):
        raise SettingError(f"SWAGGER_PATH: {file} is no OpenAPI file: it holds no mapping")
    return document


def _path(given: str) -> str:
    """*given* with one slash before it and none behind; the root is empty."""
    bare = given.strip("/")
    return f"/{bare}" if bare else ""


def _config(settings: Settings, page: str) -> dict[str, Any]:
    prefix, files = _path(settings.swagger_prefix), f"{page.rstrip('/')}/static"
    return {
        "title": settings.service_name,
        "headers": [],
        "specs": [{"endpoint": "apispec"}],
        "specs_route": page,
        "static_url_path": files,
        # What the page links, as a browser in front of the proxy sees it.
        "files": prefix + files,
        "document": f"{prefix}/apispec.json",
    }


def _swagger_ui() -> Path:
    """The files of Swagger UI: flasgger's own are of 2019, those of the package `flask-swagger-ui` are current."""
    package = find_spec("flask_swagger_ui")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("flask_swagger_ui is not installed; run make install")
    return Path(package.origin).parent / "dist"


def _root(page: str) -> Blueprint:
    root = Blueprint("root", __name__)

    @root.get("/")
    def index() -> AnyResponse:
        return redirect(page)

    return root
