"""The OpenAPI document as it is served: the written one, with the live services and in the words of the dialect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from types import MappingProxyType

from app import __version__
from app.catalog import Entry
from app.manifests import Flavor
from app.orders import Json

Document = dict[str, Json]

GENERIC = "/services/{service}/generate"
V1 = "/v1/"
OF_SERVICES = ("/v1/chat/completions", "/v1/completions")  # answered by services too, and not only by models
AT_ONCE = "/generate"  # what the services are like whose clients wait
OF_THE_PATH = {"$ref": "#/components/parameters/Service"}  # what a path of one service does not ask for
BARE: Document = {"responses": {"200": {"description": "accepted"}}}  # for an operator's own file without GENERIC
WEBSOCKET = "x-websocket"  # marks an operation that a page cannot try out: it is described, not offered
ERRORS = "x-errors"
OUR_ERRORS = ("#/components/schemas/Error", "#/components/schemas/NoJob")
# What any operation with a body may be answered; and any operation, where keys are needed.
OF_BODIES = {"413": "The body is larger than the gateway takes (setting `MAX_BODY`)", "415": "A body that is not read here"}
OF_KEYS = {"401": "No key, or none that is good here", "403": "The key does not open this"}
OF_WORK = {"429": "The key has spent what it may; `Retry-After` says when to come back"}
WORK = "post"
METHODS = ("get", "put", "post", "delete", "patch")
SCHEMES: Document = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "a key of this gateway"},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "the same key, in a header of its own"},
}


def in_dialect(written: Mapping[str, Json], dialect: str) -> Document:
    """*written* in the words of *dialect*: what its extension `x-<dialect>` says stands over the rest, None deletes."""
    changes = written.get(f"x-{dialect}") or {}
    return _merged({name: value for name, value in written.items() if not name.startswith("x-fastapi")}, changes)


def _merged(document: Mapping[str, Json], changes: Mapping[str, Json]) -> Document:
    """*document* with *changes* over it: objects are merged, None deletes, all else is replaced."""
    merged: Document = dict(document)
    for name, value in changes.items():
        before = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[name] = _merged(before, value)
        else:
            merged[name] = value
    return merged


def _with_errors(document: Document) -> Document:
    """*document* with the errors of its dialect (its extension `x-errors`) instead of ours, on the paths that speak it."""
    kept = {name: value for name, value in document.items() if name != ERRORS}
    spoken = document.get(ERRORS)
    if not spoken:
        return kept
    paths = {
        path: {method: _worded(each, document, spoken["schema"]) for method, each in item.items()}
        if path.startswith(tuple(spoken["paths"]))
        else item
        for path, item in document["paths"].items()
    }
    return {**kept, "paths": paths}


def _worded(operation: Document, document: Mapping[str, Json], schema: Json) -> Document:
    """*operation*, whose errors have that *schema*; answers about the state of a job have their own."""
    answers: Document = {}
    for status, answer in operation["responses"].items():
        found = _resolved(document, answer, "responses")
        content = (found.get("content") or {}).get("application/json", {})
        is_error = (content.get("schema") or {}).get("$ref") in OUR_ERRORS
        answers[status] = {**found, "content": {"application/json": {"schema": schema}}} if is_error else answer
    return {**operation, "responses": answers}


def _resolved(document: Mapping[str, Json], node: Mapping[str, Json], kind: str) -> Document:
    """*node*, or what its `$ref` into the components of *kind* names."""
    name = node.get("$ref", "").rpartition("/")[2]
    return dict((document.get("components") or {}).get(kind, {}).get(name, node))


def with_services(
    written: Mapping[str, Json], entries: Iterable[Entry], running: Mapping[str, str] = MappingProxyType({})
) -> Document:
    """*written* with one path for every live service, first; its examples name services that are live.

    *running* has a flavor that can run here for each service that has one: the examples name these."""
    entries = tuple(entries)
    chosen = {entry.service.name: entry.flavor(running.get(entry.service.name, _first(entry))) for entry in entries}
    services = {
        f"/services/{name}/generate": {"post": _operation(written, entry, chosen[name].name)}
        for entry, name in ((entry, entry.service.name) for entry in entries)
    }
    paths = {path: item for path, item in (written.get("paths") or {}).items() if not _is_websocket(item)}
    document: Document = {**written, "paths": _answered({**services, **paths}, written, of_bodies=OF_BODIES)}
    able = tuple(sorted(entries, key=lambda entry: entry.service.name not in running))
    return _with_errors(_merged(document, _examples(document, able, chosen)))


def _first(entry: Entry) -> str:
    return str(entry.service.flavor[0].name)


def _is_websocket(item: Mapping[str, Json]) -> bool:
    return any(isinstance(operation, Mapping) and operation.get(WEBSOCKET) for operation in item.values())


def described(written: Mapping[str, Json], title: str, server: str) -> Document:
    """What the document says of itself, WebSockets included."""
    info = dict(written.get("info") or {})
    sockets = "\n".join(_sockets(written))
    told = "\n\n".join(filter(None, (info.get("description", ""), sockets)))
    return {
        "info": {**info, **({"description": told} if told else {}), "title": title, "version": __version__},
        "servers": [{"url": server}],
    }


def _sockets(written: Mapping[str, Json]) -> Iterator[str]:
    for path, item in (written.get("paths") or {}).items():
        if _is_websocket(item):
            operation = item["get"]
            yield f"**WebSocket `{path}`**: {operation.get('summary', '')}. {operation.get('description', '')}\n"


def _answered(
    paths: Mapping[str, Json],
    document: Mapping[str, Json],
    *,
    of_bodies: Mapping[str, str] | None = None,
    of_all: Mapping[str, str] | None = None,
    of_work: Mapping[str, str] | None = None,
) -> Document:
    """*paths* with the answers that operations of a kind have in common: statuses, with what they mean. Each has the shape of
    the operation's other errors; what an operation says itself stands."""

    def told(method: str, operation: Document) -> Document:
        common = {**(of_all or {}), **((of_work or {}) if method == WORK else {})}
        common |= (of_bodies or {}) if "requestBody" in operation else {}
        content = {"application/json": {"schema": _error_schema(document, operation)}}
        answers = {status: {"description": meaning, "content": content} for status, meaning in common.items()}
        return {**operation, "responses": {**answers, **operation.get("responses", {})}}

    return {
        path: {method: told(method, each) if method in METHODS else each for method, each in item.items()}
        for path, item in paths.items()
    }


def _error_schema(document: Mapping[str, Json], operation: Mapping[str, Json]) -> Document:
    """The schema of the errors of *operation*: that of its first error that has one."""
    for status, answer in sorted(operation.get("responses", {}).items()):
        content = _resolved(document, answer, "responses").get("content", {}).get("application/json", {})
        if status.startswith(("4", "5")) and "schema" in content:
            return dict(content["schema"])
    return {"type": "object"}


def secured(written: Mapping[str, Json]) -> Document:
    """The document's security schemes, for the page's button Authorize, and what an answer is without a good key."""
    paths = _answered(written.get("paths") or {}, written, of_all=OF_KEYS, of_work=OF_WORK)
    components = dict(written.get("components") or {})
    components["securitySchemes"] = {**(components.get("securitySchemes") or {}), **SCHEMES}
    return {"paths": paths, "components": components, "security": [{name: []} for name in SCHEMES]}


def _operation(written: Mapping[str, Json], entry: Entry, flavor: str) -> Document:
    """The generic operation of the *written* document with the flavors and the description of one service.

    Its examples name *flavor*."""
    model = AT_ONCE if entry.kind.INTERACTIVE else GENERIC
    generic = (written.get("paths") or {}).get(model, {}).get("post", BARE)
    live = (written.get("components") or {}).get("x-live", {}).get(entry.service.type, {})
    operation: Document = deepcopy({**generic, **live})
    operation["parameters"] = [each for each in operation.get("parameters", ()) if each != OF_THE_PATH]
    operation["operationId"] = f"generate_{entry.service.name}"
    operation["tags"] = ["live services"]
    operation["summary"] = _summary(entry)
    operation["responses"] = {**generic.get("responses", {}), **operation.get("responses", {})}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["schema"] = _schema(written, content.get("schema", {}), entry, flavor)
        if "flavor" in content.get("example", {}):
            content["example"]["flavor"] = flavor
    return operation


def _schema(written: Mapping[str, Json], generic: Mapping[str, Json], entry: Entry, flavor: str) -> Document:
    """The schema of a request body, with the flavors of one service as choices; *flavor* is the default."""
    schema: Document = deepcopy(_resolved(written, generic, "schemas"))
    flavors = [flavor.name for flavor in entry.service.flavor]
    if "flavor" in schema.get("properties", {}):
        generic_flavor = {name: value for name, value in schema["properties"]["flavor"].items() if name != "example"}
        choices = [*flavors, None] if generic_flavor.get("nullable") else flavors
        schema["properties"]["flavor"] = {**generic_flavor, "type": "string", "enum": choices, "default": flavor}
    if entry.service.inputs is not None and "variables" in schema.get("properties", {}):
        schema["properties"]["variables"] = dict(entry.service.inputs)
    if "example" in schema:
        schema["example"]["flavor"] = flavor
    return schema


def _summary(entry: Entry) -> str:
    described = entry.service.description
    text = described if isinstance(described, str) else " · ".join(described.values())
    return text or entry.service.name


def _examples(document: Mapping[str, Json], entries: tuple[Entry, ...], chosen: Mapping[str, Flavor]) -> Document:
    """The changes that make the examples of the parameters and of the generic route name what is live."""
    jobs = [entry for entry in entries if not entry.kind.INTERACTIVE]
    talks = [entry for entry in entries if entry.kind.CONVERSES]
    named = {"Service": jobs or entries, "StreamingService": talks or entries, "ConversingService": talks}
    known = (document.get("components") or {}).get("parameters", {})
    parameters = {name: {"example": found[0].service.name} for name, found in named.items() if found and name in known}
    paths = {path: item for path, item in document["paths"].items() if "{service}" in path or path.startswith(V1)}
    bodies: Document = {}
    if entries:
        flavor = chosen[(jobs or list(entries))[0].service.name]
        waiting = next((entry for entry in entries if entry.kind.INTERACTIVE), entries[0]).service.name
        tried = {path: _tried(document, path, item, flavor, waiting) for path, item in paths.items()}
        bodies = {path: changed for path, changed in tried.items() if changed}
    return _merged({"components": {"parameters": parameters}} if parameters else {}, {"paths": bodies} if bodies else {})


def _tried(document: Mapping[str, Json], path: str, item: Document, flavor: Flavor, waiting: str) -> Document:
    """The changes that make the examples of a path's request bodies name what is live: *flavor* or its model, or *waiting*, a
    service whose clients wait for the answer."""
    model = waiting if path in OF_SERVICES else flavor.model_name
    live = {"model": model} if path.startswith(V1) else {"flavor": flavor.name}
    contents = {
        kind: _live_example(document, content, live)
        for kind, content in item.get("post", {}).get("requestBody", {}).get("content", {}).items()
    }
    contents = {kind: changed for kind, changed in contents.items() if changed}
    return {"post": {"requestBody": {"content": contents}}} if contents else {}


def _live_example(document: Mapping[str, Json], content: Document, live: Document) -> Document:
    """The changes of one *content*: to its example, or to those of the fields of its form."""
    schema = _resolved(document, content.get("schema", {}), "schemas")
    example = content.get("example") or schema.get("example")
    if example:
        return {"example": {**example, **{name: value for name, value in live.items() if name in example}}}
    fields = {name: {**field, "example": live[name]} for name, field in schema.get("properties", {}).items() if name in live}
    return {"schema": {**schema, "properties": {**schema["properties"], **fields}, "$ref": None}} if fields else {}
