"""Settings: frozen, made once, from flags over environment over defaults.

Every setting is one field below: its flag is its name, its variable the name in upper case or as it says. The command line
(`cli`) and the operators' documentation are made from the same table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from app.text_files import secret, unfit_for_a_header

APP_FOLDER = Path(__file__).parent
EMBEDDED_CONTEXT = 8192  # tokens of the embedded model, if nobody says how many


class SettingError(ValueError):
    """A flag or variable whose value cannot be used; the message names it."""


class Setting(NamedTuple):
    """One field of `Settings`: what it is for, how it is spelled in the environment, and its bounds.

    *empty* says that an empty value is one of its own, None, and not the default."""

    name: str
    default: Any
    help: str
    env: str
    least: float | None
    most: float | None
    choices: tuple[str, ...]
    secret: bool
    empty: bool

    @property
    def flag(self) -> str:
        return f"--{self.name}"


def _setting(
    default: Any,
    help: str,
    *,
    env: str = "",
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
    empty: bool = False,
) -> Any:
    """A field of `Settings`; *env* is its name in upper case if it is not given. See `Setting` for the others."""
    described = Setting("", default, help, env, least, most, choices, secret, empty)
    return field(default=default, repr=not secret, metadata={"setting": described})


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. Paths are as given; see `swagger_file` for the one that is not."""

    service_name: str = _setting("LLM_Gateway", "name of this service")
    api_base: str = _setting("http://localhost:9000/v1", "OpenAI-compatible API of the backend `vLLM`", env="OPENAI_API_BASE")
    api_key: str = _setting("EMPTY", "key of the backend `vLLM`; always a string", env="OPENAI_API_TOKEN", secret=True)
    openai_api_key: str = _setting("", "key of the backend `openai`; none: there is none", secret=True)
    deepseek_api_key: str = _setting("", "key of the backend `deepseek`; none: there is none", secret=True)
    gemini_api_key: str = _setting("", "key of the backend `gemini`; none: there is none", secret=True)
    gemini_model: str = _setting(
        "gemini-flash-latest", "model of the backend `gemini` for requests that name none", env="GEMINI_MODEL_NAME"
    )
    llm_model: str = _setting(
        "",
        "model that an engine of ours serves, and of the backend `vLLM` for requests that name none; default: its first",
        env="LLM_MODEL_NAME",
    )
    service_port: int = _setting(8000, "port of the HTTP service", env="HTTP_PORT", least=1, most=65535)
    host: str = _setting("0.0.0.0", "address to listen on", env="HTTP_HOST")  # noqa: S104
    workers: int = _setting(2, "number of gunicorn workers", env="CONCURRENCY", least=1)
    timeout: int = _setting(60, "seconds a request or a silent backend may take", least=1)
    swagger_url: str = _setting("/docs", "path of the Swagger page")
    swagger_prefix: str = _setting("", "path prefix a proxy puts before ours")
    swagger_path: str = _setting("../document/swagger_llm_gateway.yml", "OpenAPI file; a relative path counts from app/")
    db_path: str = _setting("./results.sqlite", "SQLite file of jobs and results", env="RESULT_DB_PATH")
    database_url: str = _setting("", "SQLAlchemy URL of the database, instead of --db_path", secret=True)
    debug: bool = _setting(False, "debug logs")
    services: str = _setting("./services", "folder of manifests and templates", env="SERVICES_PATH")
    watch: str = _setting("auto", "how the folder is watched", choices=("auto", "inotify", "poll"))
    local: bool = _setting(False, "start the embedded model and serve it as backend `local`")
    local_model: str = _setting("", "embedded model: small, tiny, a GGUF path; default: the large one")
    local_port: int = _setting(9000, "port of the embedded model, on 127.0.0.1", least=1, most=65535)
    local_context: int | None = _setting(
        None,
        "context, in tokens, of a model that the gateway starts; default: 8192 if it is embedded, else vLLM's",
        env="LOCAL_MAX_MODEL_LEN",
        least=256,
    )
    local_gpu_memory: float | None = _setting(
        None,
        "share of a GPU's memory that a vLLM engine of ours takes; default: vLLM's",
        env="LOCAL_GPU_MEMORY_UTILIZATION",
        least=0.01,
        most=1.0,
    )
    local_tensor_parallel: int = _setting(
        1, "GPUs that a vLLM engine of ours spreads its model over", env="LOCAL_TENSOR_PARALLEL_SIZE", least=1
    )
    local_slots: int = _setting(2, "calls that the embedded model answers side by side", least=1)
    local_max_tokens: int = _setting(1024, "most tokens the embedded model may generate in one call", least=1)
    model_cache: str = _setting("~/.cache/llm-gateway", "folder of downloaded models and tokenizers")
    ckpt_path: str = _setting("/ckpts/rnn.pt", "checkpoint of the character RNN, the backend `rnn`")
    llm_temperature: float | None = _setting(
        None, "temperature of flavors that name none; default: the server's", least=0.0, most=2.0
    )
    llm_top_p: float | None = _setting(None, "top_p of flavors that name none; default: the server's", least=0.0, most=1.0)
    metrics_port: int | None = _setting(
        9108, "port of /metrics alone, besides the service's; empty: none", least=1, most=65535, empty=True
    )
    metrics_folder: str = _setting(
        "",
        "folder in which the processes count; default: a new one in the system's folder for temporary files",
        env="PROMETHEUS_MULTIPROC_DIR",
    )
    otlp_endpoint: str = _setting(
        "",
        "OTLP/HTTP collector that gets traces (needs requirements-otel.txt), as in http://collector:4318; none: no traces",
        env="OTEL_EXPORTER_OTLP_ENDPOINT",
    )
    v1_dialect: str = _setting("default", "whose words /services and /results speak", choices=("default", "fastapi"))
    api_keys_file: str = _setting("", "file of keys (`python3 -m app key add`); none: everybody is let in")
    published: str = _setting(
        "", "address on which a container's engine publishes the port; beyond this machine, keys or OPEN=yes are needed"
    )
    open: str = _setting("no", "whether a gateway that is published may serve without keys", choices=("no", "yes"))
    open_routes: str = _setting(
        "healthcheck,metrics", "what needs no key where there are keys, of healthcheck, health, metrics, docs", empty=True
    )
    cors_origins: str = _setting(
        "", "origins whose pages may call from a browser, as in https://app.example,http://localhost:3000; `*`: all"
    )
    max_body: int = _setting(32 * 2**20, "largest request body, in bytes, decompressed", least=1024)
    backend_concurrency: int = _setting(8, "calls in flight at one backend", least=1)
    backend_retries: int = _setting(4, "further tries after a failed call to a backend", least=0)
    chat_context_messages: int = _setting(5, "messages of a conversation that the model is shown with a new one", least=0)
    chat_idle_seconds: int = _setting(3600, "seconds after which an idle conversation is deleted", least=1)
    job_deadline: int = _setting(
        3600, "seconds that a job waits for backends that are down, before it fails with the last cause", least=0
    )
    max_queued: int = _setting(10_000, "jobs that may wait; more are answered 429; 0: any number", least=0)
    result_ttl: int = _setting(
        30 * 86_400,
        "seconds after its end in which a job can be read; then it is deleted, transcript included; 0: for ever",
        least=0,
    )
    max_db_size: int = _setting(
        10 * 2**30, "bytes of the database from which on the oldest ended jobs are deleted; 0: no limit", least=0
    )
    webhook_secret: str = _setting(
        "",
        "signs what is sent to a `callback_url` (Standard Webhooks: whsec_ and base64, or any text); none: no callbacks",
        secret=True,
    )
    callback_allow_private: bool = _setting(False, "a `callback_url` may lead to loopback, private and link-local addresses")
    callback_ports: str = _setting("", "ports that a `callback_url` may lead to besides 80 and 443, as in 8080,9443")
    drain_timeout: int = _setting(
        6, "seconds a stopping process may use for what is in flight; a container's engine must wait 4 s longer", least=0
    )

    log_format: str = _setting(
        "text",
        "text or json: how lines of the log are written; as JSON each is an object with the ids that it speaks of",
        choices=("text", "json"),
    )

    linto_api: str = _setting(
        "off", "on or off: the routes below /api/v1 and the WebSocket /ws/jobs that LinTO Studio calls", choices=("on", "off")
    )

    studio: str = _setting("on", "on or off: the pages for people at /studio and /", choices=("on", "off"))
    studio_edit: str = _setting(
        "off",
        "on or off: the studio's page of services edits them; with keys, for admins whose keys open all services",
        choices=("on", "off"),
    )
    studio_share: str = _setting(
        "off", "on or off: links that show one meeting, for reading, to people without a key", choices=("on", "off")
    )
    session_secret: str = _setting(
        "", "signs the cookies of browsers that signed in with a key; none: one is made beside the database", secret=True
    )
    session_seconds: int = _setting(43_200, "seconds after which a browser must sign in again", least=60)
    fast_path: str = _setting(
        "on", "on or off: short requests are read and answered past gunicorn's own code", choices=("on", "off")
    )

    variables: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)  # for keys that backends.json names

    @property
    def embedded_context(self) -> int:
        """The context of the embedded model, in tokens."""
        return self.local_context or EMBEDDED_CONTEXT

    @property
    def swagger_file(self) -> Path:
        """The OpenAPI file; a relative path counts from app/, as existing compose files expect."""
        return (APP_FOLDER / self.swagger_path).resolve()

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database: DATABASE_URL, or the SQLite file of --db_path."""
        return self.database_url or f"sqlite:///{Path(self.db_path).expanduser()}"

    @property
    def database_setting(self) -> str:
        """The name of the setting that chose the database."""
        return "DATABASE_URL" if self.database_url else "RESULT_DB_PATH"

    @property
    def open_callback_ports(self) -> tuple[int, ...]:
        return tuple(int(port) for port in self.callback_ports.split(",") if port.strip())

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The origins of `cors_origins`, in lower case as browsers send them."""
        return tuple(origin for each in self.cors_origins.split(",") if (origin := each.strip().lower()))

    @property
    def state_folder(self) -> Path:
        """Where the last good version of each service is kept: beside the SQLite file, else in the working directory."""
        return Path(self.db_path).expanduser().parent

    @property
    def services_folder(self) -> Path:
        return Path(self.services)

    @property
    def cache_folder(self) -> Path:
        return Path(self.model_cache).expanduser()

    def environment(self) -> dict[str, str]:
        """The environment that gives a child process the same settings, secrets included; flags would show them in `ps`."""
        given = {each.env: getattr(self, each.name) for each in known()}
        return {
            name: "" if value is None else str(value) for name, value in given.items()
        }  # an empty one beats an inherited one


def known() -> tuple[Setting, ...]:
    """Every setting in the order of the documentation."""
    described = ((each.name, each.metadata["setting"]) for each in fields(Settings) if each.metadata)
    return tuple(each._replace(name=name, env=each.env or name.upper()) for name, each in described)


def settle(flags: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings that *flags* (by field name, None when absent) over *environment* over the defaults make.

    An empty environment variable counts as absent, unless an empty string is a value of its own. A secret may be in a
    file instead, named by the variable with `_FILE` behind it. Raises SettingError."""
    chosen: dict[str, Any] = {}
    for each in known():
        env = each.env
        if each.secret and environment.get(f"{env}_FILE", "") != "" and environment.get(env, "") == "":
            environment = {**environment, env: _secret(env, environment)}
        if flags.get(each.name) is not None:
            chosen[each.name] = _value(each, flags[each.name], each.flag)
        elif environment.get(env, "") != "" or (each.empty and env in environment):
            chosen[each.name] = _value(each, environment[env], env)
    settings = Settings(**chosen, variables=dict(environment))
    _refuse_one_port_for_two(settings, chosen)
    return settings


def _refuse_one_port_for_two(settings: Settings, chosen: Mapping[str, Any]) -> None:
    """Raises SettingError if two listeners of one gateway are to have one port: the second would only find it taken.

    Where nobody chose METRICS_PORT, the gateway serves without it, and says so as it starts."""
    ports = {"HTTP_PORT": settings.service_port}
    if chosen.get("metrics_port") is not None:
        ports["METRICS_PORT"] = chosen["metrics_port"]
    if settings.local:
        ports["LOCAL_PORT"] = settings.local_port
    for (first, port), (second, other) in combinations(ports.items(), 2):
        if port == other:
            raise SettingError(f"{second}: {other} is the port of {first} too: choose another one")


def quoted(settings: Settings) -> Iterator[str]:
    """What is odd of the texts among *settings*: quotes or blanks around them, which files of variables pass on as they are.

    No value is repeated, as it may be secret."""
    for each in known():
        given = getattr(settings, each.name)
        if isinstance(given, str) and given[:1] in ('"', "'") and given[-1:] == given[:1]:
            yield f"{each.env}: the quotes around the value are part of it: leave them out"
        elif isinstance(given, str) and given != given.strip():
            yield f"{each.env}: the blanks around the value are part of it: leave them out"


def _secret(env: str, environment: Mapping[str, str]) -> str:
    """The content of the file that `<env>_FILE` names, without a byte order mark and the line ends that close it."""
    file = environment[f"{env}_FILE"]
    try:
        found = secret(file)
    except ValueError as exc:
        raise SettingError(f"{env}_FILE: {file} {exc}") from exc
    if env in _IN_HEADERS and (reason := unfit_for_a_header(found)):
        raise SettingError(f"{env}_FILE: {file} {reason}")
    return found


def reference() -> str:
    """The table of all settings in Markdown, for the operators' documentation."""
    rows = []
    for each in known():
        choices = f" ({', '.join(each.choices)})" if each.choices else ""
        default = "" if each.default in (None, "") else "off" if each.default is False else f"`{each.default}`"
        rows.append(f"| `{each.env}` | `{each.flag}` | {default} | {each.help}{choices} |")
    return "\n".join((_REFERENCE, *rows, ""))


_REFERENCE = """# Settings

<!-- Made from app/settings.py by `python3 -m app reference`: do not edit; a test says when it is out of date. -->

A flag beats the environment, which beats the default. A relative `SWAGGER_PATH` counts from `app/`, every other
relative path from the working directory. Give secrets by the environment (flags show in `ps`), or in a file: the
variable with `_FILE` behind its name says which (`OPENAI_API_TOKEN_FILE=/run/secrets/token`), as Docker and Kubernetes
mount them.

| variable | flag | default | what |
|---|---|---|---|"""

_TRUTHS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_IN_HEADERS = ("OPENAI_API_TOKEN", "OPENAI_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY")
_DATABASE = re.compile(r"(postgresql(\+psycopg)?://.|sqlite:///.)")
_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^\s/?#@,*]+", re.IGNORECASE)
_HOST = re.compile(r"[\w.:%-]{1,253}")
_PORTS = re.compile(r"\s*(\d{1,5}\s*(,\s*\d{1,5}\s*)*)?")


def _value(each: Setting, given: Any, spelled: str) -> Any:
    """*given* as the type of the setting's default; *spelled* is the flag or variable that an error names."""
    if each.empty and given == "":
        return None
    if each.choices and given not in each.choices:
        raise SettingError(f"{spelled}: {given!r} is not one of {', '.join(each.choices)}")
    if isinstance(each.default, bool):
        if isinstance(given, bool):
            return given
        if str(given).lower() not in _TRUTHS:
            raise SettingError(f"{spelled}: {given!r} is neither true nor false")
        return _TRUTHS[str(given).lower()]
    if isinstance(each.least, float):
        return _number(each.least, each.most, given, spelled)
    if isinstance(each.default, int) or each.least is not None:
        return _whole(each, given, spelled)
    return _text(each, given, spelled)


def _text(each: Setting, given: Any, spelled: str) -> str:
    if each.name == "callback_ports" and not _PORTS.fullmatch(given):
        raise SettingError(f"{spelled}: {given!r} is no list of ports: give it as in 8080,9443")
    if each.name == "cors_origins" and (wrong := _wrong_origin(given)):
        raise SettingError(f"{spelled}: {wrong!r} is no origin: give scheme, host and port alone, as in https://app.example")
    if each.name == "database_url" and not (_DATABASE.match(given) and _is_readable(given)):
        raise SettingError(f"{spelled}: give postgresql://user:password@host/name or sqlite:///file")  # its value is a secret
    if each.env in _IN_HEADERS and (reason := unfit_for_a_header(given)):
        raise SettingError(f"{spelled}: the key {reason}")
    if each.name == "api_base" and (reason := _wrong_address(given)):
        raise SettingError(f"{spelled}: {reason}")
    return str(given)


def _wrong_origin(origins: str) -> str:
    """The first of *origins* that is none; nothing if all are."""
    named = (each.strip() for each in origins.split(","))
    return next((each for each in named if each and not (_ORIGIN.fullmatch(each) and each.isascii())), "")


def route_in(url: str) -> str:
    """The route of the OpenAI API that *url* ends in, as clients and documents show it; empty for the address of the API."""
    path = urlsplit(url).path.rstrip("/")
    return next(
        (each for each in ("/chat/completions", "/completions", "/responses", "/embeddings") if path.endswith(each)), ""
    )


def is_host(name: str | None) -> bool:
    """Whether *name* can be that of a host at all, or an address."""
    return name is not None and _HOST.fullmatch(name) is not None


def _wrong_address(address: str) -> str:
    """What is wrong with the URL, which is not repeated, as it may hold a password; nothing if nothing is."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "this is no URL"
    if parts.scheme not in ("http", "https") or not is_host(parts.hostname):
        return "give a URL that begins with http:// or https://, such as http://gpu1:8000/v1"
    route = route_in(address)
    return f"leave out {route}: the URL ends where the API begins, as in http://gpu1:8000/v1" if route else ""


def _is_readable(database_url: str) -> bool:
    """Whether the URL can be taken apart: the errors of those who try it later quote its password."""
    from sqlalchemy import exc, make_url

    try:
        make_url(database_url)
    except (ValueError, exc.ArgumentError):
        return False
    return True


def _whole(each: Setting, given: Any, spelled: str) -> int:
    try:
        number = int(given)
    except ValueError as exc:
        raise SettingError(f"{spelled}: {given!r} is not a whole number") from exc
    if each.least is not None and number < each.least:
        raise SettingError(f"{spelled}: {number} is less than {each.least}")
    if each.most is not None and number > each.most:
        raise SettingError(f"{spelled}: {number} is more than {each.most}")
    return number


def _number(least: float, most: float | None, given: Any, spelled: str) -> float:
    try:
        number = float(given)
    except ValueError as exc:
        raise SettingError(f"{spelled}: {given!r} is not a number") from exc
    if not least <= number <= (most or number):
        raise SettingError(f"{spelled}: {number} is not between {least} and {most}")
    return number
