"""The API's own page: Swagger UI, and the OpenAPI file with one path for every live service."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from flasgger import Swagger
from flasgger.base import APIDocsView, APISpecsView
from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.orders import Json
from app.settings import SettingError, Settings
from app.web.bodies import document
from app.web.bodies.flavors import Flavors
from app.web.interfaces import Catalog, GatewayView
from app.web.middleware.paths import rooted
from app.web.studio.entrance import HOME

# PyYAML's parser in C, where its wheel has it: the one in Python takes a tenth of a second of every worker's start.
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Whatever Swagger UI, a description or a mistake of ours names: the browser contacts only this host.
# Inline scripts carry a nonce of this one answer.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'nonce-{0}'; script-src 'self' 'nonce-{0}'; base-uri 'none'"
)


def register(app: Flask, view: GatewayView, flavors: Flavors) -> None:
    """Adds the page, its files and `/apispec.json` to *app*, and a way there from `/`.

    Raises SettingError when the OpenAPI file cannot be read."""
    settings = view.settings
    page = rooted(settings.swagger_url) or "/"
    written = document.in_dialect(written_in(settings), settings.v1_dialect)

    def served() -> dict[str, Json]:
        catalog = view.current.catalog
        return live(written, catalog, settings, flavors.defaults(catalog.services.values()))

    LiveSwagger(app, _config(settings, page), served)
    if page != "/":
        home = rooted(settings.swagger_prefix) + HOME if settings.studio == "on" else None
        app.register_blueprint(_root(rooted(settings.swagger_prefix) + page, home))


class LiveSwagger(Swagger):  # type: ignore[misc]  # flasgger has no types
    """flasgger with a document built for each request, so that a hot reload shows at once, and with no routes but
    the page, its files and the document."""

    def __init__(self, app: Flask, config: dict[str, Any], served: Callable[[], dict[str, Json]]) -> None:
        self._served = served
        super().__init__(app, config=config)

    def get_apispecs(self, endpoint: str = "apispec") -> dict[str, Json]:
        del endpoint  # there is one document
        return self._served()

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
        spec = APISpecsView.as_view("apispec", loader=self.get_apispecs)
        flasgger.add_url_rule("/apispec.json", view_func=spec)
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


def live(
    written: Mapping[str, Json], catalog: Catalog, settings: Settings, running: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Json]:
    """The *written* document with one path for every service of *catalog*, first; *running* are flavors that can run here."""
    spoken = document.with_services(written, catalog.services.values(), running)
    return {
        **spoken,
        **document.described(written, settings.service_name, rooted(settings.swagger_prefix) or "/"),
        **(document.secured(spoken) if settings.api_keys_file else {}),
    }


def written_in(settings: Settings) -> dict[str, Json]:
    """The OpenAPI file that the settings name. Raises SettingError when it cannot be read."""
    file = settings.swagger_file
    try:
        written = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # nosec B506  # noqa: S506 - both are the safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise SettingError(f"SWAGGER_PATH: {file} cannot be read as an OpenAPI file: {exc}") from exc
    if not isinstance(written, dict):
        raise SettingError(f"SWAGGER_PATH: {file} is no OpenAPI file: it holds no mapping")
    return written


def _config(settings: Settings, page: str) -> dict[str, Any]:
    prefix, files = rooted(settings.swagger_prefix), f"{page.rstrip('/')}/static"
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


def _root(page: str, home: str | None) -> Blueprint:
    root = Blueprint("root", __name__)

    @root.get("/")
    def index() -> AnyResponse:
        """Leads a browser, which asks for HTML by name, to *home*, and everybody else to the documentation."""
        answer = redirect(home if home and "text/html" in request.headers.get("Accept", "") else page)
        answer.vary.add("Accept")
        return answer

    return root
