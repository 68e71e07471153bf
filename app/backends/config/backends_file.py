"""backends.json: what operators may say of further backends, and what is wrong with it.

Keys never stand in this file: it names the environment variables that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from app.backends.config.apis import APIS, Api
from app.backends.config.setup import Setup
from app.backends.http.timeouts import Timeouts
from app.errors import Problem, nearest
from app.manifests.model import NAME, Wire
from app.manifests.reading import outer_paths, place_of, reason_of
from app.manifests.source import Path, Source, holds_list, refusal
from app.setting_values import is_host, route_in
from app.text_files import secret, unfit_for_a_header

FILE = "backends.json"
ENGINE_PORT = 9001  # the port of an engine that names none; the embedded model has 9000
CONNECT = 10.0  # seconds
LOADING = 10  # an engine on this machine may read a long prompt for so many times the usual timeout

_SERVED_NAME = "--served-model-name"
# Arguments of an engine that the gateway gives itself, each with what to do instead.
_NOT_IN_ARGS = {
    "--host": "an engine listens on 127.0.0.1",
    "--port": "say `port`",
    "--model": "say `model`",
    "--api-key": "it would show in `ps`: set VLLM_API_KEY, which the engine reads, and name it in apiKeyEnv",
}

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_NOT_FOR_KEYS = frozenset({"DATABASE_URL"})  # the gateway's own, never sent to a model server
_OURS = frozenset({"authorization", "content-type", "content-length", "host", "transfer-encoding", "x-goog-api-key"})


class BackendEntry(Wire):
    """One backend as the file describes it."""

    name: Annotated[str, Field(pattern=NAME, description="what manifests call it")]
    kind: Annotated[str, Field(description="the API it speaks, or an engine that the gateway starts")] = "openai"
    api_base: Annotated[
        Annotated[tuple[str, ...], Field(strict=False)] | str | None,
        Field(alias="apiBase", description="its URL, `/v1` included, or a list of the URLs of its replicas"),
    ] = None
    api_key_env: Annotated[
        str | None, Field(alias="apiKeyEnv", min_length=1, description="name of the environment variable that holds its key")
    ] = None
    model: Annotated[str, Field(description="model of requests that name none; of an engine, the one that it serves")] = ""
    max_concurrency: Annotated[
        int | None, Field(alias="maxConcurrency", ge=1, description="calls in flight; missing: BACKEND_CONCURRENCY")
    ] = None
    timeout: Annotated[float | None, Field(gt=0, description="seconds it may be silent; missing: TIMEOUT")] = None
    max_retries: Annotated[
        int | None,
        Field(alias="maxRetries", ge=0, le=20, description="further tries after a failed one; missing: BACKEND_RETRIES"),
    ] = None
    headers: Annotated[dict[str, str], Field(default_factory=dict, repr=False, description="further headers of each request")]
    engine: Annotated[Literal["vllm"] | None, Field(description="of the kind `engine`: which one")] = None
    port: Annotated[int | None, Field(ge=1, le=65535, description="of the kind `engine`: its port on 127.0.0.1")] = None
    args: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        Field(strict=False, description="of the kind `engine`: further arguments of its program, such as `--tool-call-parser`"),
    ] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Of a server that somebody else started."""
        return (self.api_base,) if isinstance(self.api_base, str) else self.api_base or ()

    @property
    def served_name(self) -> str:
        """What an engine calls its model in requests, if `args` give it another name than `model`; empty if they do not."""
        for at, argument in enumerate(self.args):
            option, equals, value = argument.partition("=")
            if option == _SERVED_NAME:
                return value if equals else next(iter(self.args[at + 1 :]), "")
        return ""


class _File(Wire):
    backends: Annotated[tuple[BackendEntry, ...], Field(strict=False)]


@dataclass(frozen=True)
class BackendDefaults:
    """What holds if an entry says nothing: seconds of silence, calls in flight, attempts in all, the model of an engine, and
    the sampling of calls that leave it open."""

    timeout: float = 60.0
    limit: int = 8
    tries: int = 5
    model: str = ""
    temperature: float | None = None
    top_p: float | None = None


@dataclass(frozen=True)
class Configuration:
    """The backends of a file, the engines among them, and problems that do not keep them from being used."""

    setups: tuple[Setup, ...] = ()
    engines: tuple[BackendEntry, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def parse(text: str, usual: BackendDefaults, variables: Mapping[str, str], apis: Mapping[str, Api] = APIS) -> Configuration:
    """What the file says: an object whose `backends` is a list, or the list alone. *variables* is the environment.

    Raises ManifestError with everything that is wrong."""
    source = _source(text)
    described: Iterable[Problem] = ()
    entries: tuple[BackendEntry, ...] = ()
    try:
        entries = _File.model_validate(source.raw).backends
    except ValidationError as exc:
        described = _described(source, exc)
    contradictions = (each for at, entry in enumerate(entries) for each in _contradictions(source, at, entry, apis))
    if wrong := refusal(FILE, described, _twice(source), _on_one_port(source, entries, apis), contradictions):
        raise wrong
    return Configuration(
        setups=tuple(_setup(entry, apis[entry.kind], usual, variables) for entry in entries),
        engines=tuple(entry for entry in entries if apis[entry.kind].starts),
        problems=tuple(_keyless(source, entries, variables)),
    )


def _source(text: str) -> Source:
    """What the file says as an object. Raises ManifestError for what is no JSON, as it stands in the file."""
    if not holds_list(text):
        return Source.read(FILE, text)
    Source.read(FILE, text, lists=True)
    return Source.read(FILE, f'{{"backends": {text}\n}}')


def _setup(entry: BackendEntry, api: Api, usual: BackendDefaults, variables: Mapping[str, str]) -> Setup:
    silence = entry.timeout or usual.timeout
    first_token = silence * (LOADING if api.starts else 1)
    return Setup(
        name=entry.name,
        api=entry.kind,
        addresses=(f"http://127.0.0.1:{entry.port or ENGINE_PORT}/v1",) if api.starts else entry.addresses,
        key=_key(entry, variables),
        headers=tuple(entry.headers.items()),
        model=entry.served_name or entry.model or (usual.model if api.starts else ""),
        timeouts=Timeouts(min(CONNECT, silence), first_token, silence),
        limit=entry.max_concurrency or usual.limit,
        tries=usual.tries if entry.max_retries is None else entry.max_retries + 1,
        temperature=usual.temperature,
        top_p=usual.top_p,
    )


def _key(entry: BackendEntry, variables: Mapping[str, str]) -> str:
    """What the entry's variable holds, or the file that the variable with `_FILE` behind its name names; empty without.

    A key that no header can hold is none."""
    try:
        key = _found_key(entry, variables)
    except ValueError:
        return ""
    return "" if unfit_for_a_header(key) else key


def _found_key(entry: BackendEntry, variables: Mapping[str, str]) -> str:
    """The key as it stands there. Raises ValueError for a file that cannot be read."""
    if not entry.api_key_env:
        return ""
    key, file = variables.get(entry.api_key_env, "").strip(), variables.get(f"{entry.api_key_env}_FILE", "")
    return key if key or not file else secret(file).strip()


def _described(source: Source, exc: ValidationError) -> Iterator[Problem]:
    """Pydantic's errors in plain words; an unknown key with the one that is probably meant."""
    placed = sorted(
        ((place_of(source.raw, each), each) for each in exc.errors(include_url=False)), key=lambda pair: str(pair[0])
    )
    holders = outer_paths(path for path, _ in placed)
    for path, group in groupby(placed, key=lambda pair: pair[0]):
        told = [each for _, each in group]
        if told[0]["type"] == "extra_forbidden":
            yield source.problem(path, f"unknown key{nearest(str(path[-1]), _keys(path))}")
        elif path not in holders:
            yield source.problem(path, reason_of(path, told))


def _keys(path: Path) -> tuple[str, ...]:
    model: type[Wire] = _File if len(path) == 1 else BackendEntry
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _twice(source: Source) -> Iterator[Problem]:
    entries = source.raw.get("backends")
    names: dict[str, int] = {}
    for at, each in enumerate(entries if isinstance(entries, list) else []):
        name = each.get("name") if isinstance(each, dict) else None
        if isinstance(name, str) and names.setdefault(name, at) != at:
            yield source.problem(("backends", at, "name"), f'"{name}" is the name of backends.{names[name]} already')


def _on_one_port(source: Source, entries: Sequence[BackendEntry], apis: Mapping[str, Api]) -> Iterator[Problem]:
    ports: dict[int, int] = {}
    for at, entry in enumerate(entries):
        if entry.kind in apis and apis[entry.kind].starts:
            port = entry.port or ENGINE_PORT
            if (other := ports.setdefault(port, at)) != at:
                reason = f"{port} is the port of backends.{other} already: give each engine one of its own"
                yield source.problem(("backends", at, "port"), reason)


def _contradictions(source: Source, at: int, entry: BackendEntry, apis: Mapping[str, Api]) -> Iterator[Problem]:
    """What single keys cannot say."""
    wrong = [*_of_its_kind(entry, apis), *(("apiBase", reason) for each in entry.addresses if (reason := _wrong_address(each)))]
    if entry.api_key_env and (not _VARIABLE.match(entry.api_key_env) or entry.api_key_env in _NOT_FOR_KEYS):
        wrong.append(("apiKeyEnv", "must be the name of the environment variable that holds the key, and not the key itself"))
    for key, reason in wrong:
        yield source.problem(("backends", at, key), reason)
    for name, value in entry.headers.items():
        if reason := _wrong_header(name, value):
            yield source.problem(("backends", at, "headers", name), reason)


def _of_its_kind(entry: BackendEntry, apis: Mapping[str, Api]) -> Iterator[tuple[str, str]]:
    """Keys that are missing in an entry of its kind, or out of place, each with the reason."""
    kinds = [name for name, api in apis.items() if api.in_file]
    if entry.kind not in kinds:
        yield "kind", f"must be one of {', '.join(kinds)}{nearest(entry.kind, kinds)}"
        return
    api = apis[entry.kind]
    if api.starts:
        if entry.engine is None:
            yield "engine", 'is missing: which engine to start, such as "vllm"'
        if entry.api_base is not None:
            yield "apiBase", "is not for engines, which run on this machine: say `port`"
        named = {argument.partition("=")[0] for argument in entry.args}
        yield from (("args", f"must not hold {option}: {why}") for option, why in _NOT_IN_ARGS.items() if option in named)
        return
    if api.needs_address and not entry.addresses:
        yield "apiBase", "is missing: the URL of its API, such as http://gpu1:8000/v1"
    if len(entry.addresses) > 1 and not api.replicas:
        yield "apiBase", f"must be one URL: the kind {entry.kind} has no replicas"
    for key in ("engine", "port", "args"):
        if getattr(entry, key) not in (None, ()):
            yield key, "is for the kind engine only"


def _wrong_address(address: str) -> str:
    """What is wrong with the URL; empty if nothing is. It is not repeated: it may hold a password."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in ("http", "https") or not is_host(parts.hostname):
        return "must be a URL that begins with http:// or https://, such as http://gpu1:8000/v1"
    if parts.username or parts.password or parts.query:
        return "must not hold a name, a password or a query: name a variable in apiKeyEnv, or use headers"
    route = route_in(address)
    return f"must end where the API begins, as in http://gpu1:8000/v1: leave out {route}" if route else ""


def _wrong_header(name: str, value: str) -> str:
    if not _HEADER.match(name) or not value.isprintable() or not value.isascii():
        return "is no HTTP header"
    return "is set by the gateway: name the key in apiKeyEnv" if name.lower() in _OURS else ""


def _keyless(source: Source, entries: tuple[BackendEntry, ...], variables: Mapping[str, str]) -> Iterator[Problem]:
    for at, entry in enumerate(entries):
        if entry.api_key_env and not _key(entry, variables):
            yield source.problem(("backends", at, "apiKeyEnv"), _why_keyless(entry, entry.api_key_env, variables))


def _why_keyless(entry: BackendEntry, name: str, variables: Mapping[str, str]) -> str:
    file = "" if variables.get(name, "").strip() else variables.get(f"{name}_FILE", "")
    place = f"the file {file} of {name}_FILE" if file else f"the environment variable {name}"
    try:
        key = _found_key(entry, variables)
    except ValueError as exc:
        return f"{place} {exc}"
    if key:
        return f"{place} {unfit_for_a_header(key)}"
    return f"{place} is empty" if file else f"{place} is not set"
