"""Settings: frozen, made once, from flags over environment over defaults.

Every setting is one field below; its metadata says how it is spelled as a flag and in the environment. The command line
(`cli`) and the operators' documentation are made from the same table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.text_files import secret, unfit_for_a_header

APP_FOLDER = Path(__file__).parent
EMBEDDED_CONTEXT = 8192  # tokens of the embedded model, if nobody says how many


class SettingError(ValueError):
    """A flag or variable whose value cannot be used; the message names it."""


def _setting(
    default: Any,
    *,
    env: str,
    flag: str = "",
    help: str,
    secret: bool = False,
    choices: tuple[str, ...] = (),
    empty: bool = False,
) -> Any:
    """*empty* says that an empty value is one of its own, None, and not the default."""
    described = {"env": env, "flag": flag, "help": help, "choices": choices, "empty": empty}
    return field(default=default, repr=not secret, metadata=described)


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. Paths are as given; see `swagger_file` for the one that is not."""

    service_name: str = _setting("LLM_Gateway", env="SERVICE_NAME", flag="--service_name", help="name of this service")
    api_base: str = _setting(
        "http://localhost:9000/v1", env="OPENAI_API_BASE", flag="--api_base", help="OpenAI-compatible API of the backend `vLLM`"
    )
    api_key: str = _setting(
        "EMPTY", env="OPENAI_API_TOKEN", flag="--api_key", help="key of the backend `vLLM`; always a string", secret=True
    )
    openai_api_key: str = _setting(
        "", env="OPENAI_API_KEY", flag="--openai_api_key", help="key of the backend `openai`; none: there is none", secret=True
    )
    deepseek_api_key: str = _setting(
        "",
        env="DEEPSEEK_API_KEY",
        flag="--deepseek_api_key",
        help="key of the backend `deepseek`; none: there is none",
        secret=True,
    )
    gemini_api_key: str = _setting(
        "", env="GEMINI_API_KEY", flag="--gemini_api_key", help="key of the backend `gemini`; none: there is none", secret=True
    )
    gemini_model: str = _setting(
        "gemini-flash-latest",
        env="GEMINI_MODEL_NAME",
        flag="--gemini_model",
        help="model of the backend `gemini` for requests that name none",
    )
    llm_model: str = _setting(
        "",
        env="LLM_MODEL_NAME",
        flag="--llm_model",
        help="model that an engine of ours serves, and of the backend `vLLM` for requests that name none; default: its first",
    )
    service_port: int = _setting(8000, env="HTTP_PORT", flag="--service_port", help="port of the HTTP service")
    host: str = _setting("0.0.0.0", env="HTTP_HOST", flag="--host", help="address to listen on")  # noqa: S104
    workers: int = _setting(2, env="CONCURRENCY", flag="--workers", help="number of gunicorn workers")
    timeout: int = _setting(60, env="TIMEOUT", flag="--timeout", help="seconds a request or a silent backend may take")
    swagger_url: str = _setting("/docs", env="SWAGGER_URL", flag="--swagger_url", help="path of the Swagger page")
    swagger_prefix: str = _setting(
        "", env="SWAGGER_PREFIX", flag="--swagger_prefix", help="path prefix a proxy puts before ours"
    )
    swagger_path: str = _setting(
        "../document/swagger_llm_gateway.yml",
        env="SWAGGER_PATH",
        flag="--swagger_path",
        help="OpenAPI file; a relative path counts from app/",
    )
    db_path: str = _setting("./results.sqlite", env="RESULT_DB_PATH", flag="--db_path", help="SQLite file of jobs and results")
    database_url: str = _setting(
        "", env="DATABASE_URL", flag="--database_url", help="SQLAlchemy URL of the database, instead of --db_path", secret=True
    )
    debug: bool = _setting(False, env="DEBUG", flag="--debug", help="debug logs")
    services: str = _setting("./services", env="SERVICES_PATH", flag="--services", help="folder of manifests and templates")
    watch: str = _setting(
        "auto", env="WATCH", flag="--watch", help="how the folder is watched", choices=("auto", "inotify", "poll")
    )
    local: bool = _setting(False, env="LOCAL", flag="--local", help="start the embedded model and serve it as backend `local`")
    local_model: str = _setting(
        "", env="LOCAL_MODEL", flag="--local_model", help="embedded model: small, tiny, a GGUF path; default: the large one"
    )
    local_port: int = _setting(9000, env="LOCAL_PORT", flag="--local_port", help="port of the embedded model, on 127.0.0.1")
    local_context: int | None = _setting(
        None,
        env="LOCAL_MAX_MODEL_LEN",
        flag="--local_context",
        help="context, in tokens, of a model that the gateway starts; default: 8192 if it is embedded, else vLLM's",
    )
    local_gpu_memory: float | None = _setting(
        None,
        env="LOCAL_GPU_MEMORY_UTILIZATION",
        flag="--local_gpu_memory",
        help="share of a GPU's memory that a vLLM engine of ours takes; default: vLLM's",
    )
    local_tensor_parallel: int = _setting(
        1,
        env="LOCAL_TENSOR_PARALLEL_SIZE",
        flag="--local_tensor_parallel",
        help="GPUs that a vLLM engine of ours spreads its model over",
    )
    local_slots: int = _setting(
        2, env="LOCAL_SLOTS", flag="--local_slots", help="calls that the embedded model answers side by side"
    )
    local_max_tokens: int = _setting(
        1024, env="LOCAL_MAX_TOKENS", flag="--local_max_tokens", help="most tokens the embedded model may generate in one call"
    )
    model_cache: str = _setting(
        "~/.cache/llm-gateway", env="MODEL_CACHE", flag="--model_cache", help="folder of downloaded models and tokenizers"
    )
    ckpt_path: str = _setting(
        "/ckpts/rnn.pt", env="CKPT_PATH", flag="--ckpt_path", help="checkpoint of the character RNN, the backend `rnn`"
    )
    llm_temperature: float | None = _setting(
        None,
        env="LLM_TEMPERATURE",
        flag="--llm_temperature",
        help="temperature of flavors that name none; default: the server's",
    )
    llm_top_p: float | None = _setting(
        None, env="LLM_TOP_P", flag="--llm_top_p", help="top_p of flavors that name none; default: the server's"
    )
    metrics_port: int | None = _setting(
        9108,
        env="METRICS_PORT",
        flag="--metrics_port",
        help="port of /metrics alone, besides the service's; empty: none",
        empty=True,
    )
    metrics_folder: str = _setting(
        "",
        env="PROMETHEUS_MULTIPROC_DIR",
        flag="--metrics_folder",
        help="folder in which the processes count; default: a new one in the system's folder for temporary files",
    )
    otlp_endpoint: str = _setting(
        "",
        env="OTEL_EXPORTER_OTLP_ENDPOINT",
        flag="--otlp_endpoint",
        help="OTLP/HTTP collector that gets traces (needs requirements-otel.txt), as in http://collector:4318; none: no traces",
    )
    v1_dialect: str = _setting(
        "default",
        env="V1_DIALECT",
        flag="--v1_dialect",
        help="whose words /services and /results speak",
        choices=("default", "fastapi"),
    )
    api_keys_file: str = _setting(
        "",
        env="API_KEYS_FILE",
        flag="--api_keys_file",
        help="file of keys (`python3 -m app key add`); none: everybody is let in",
    )
    published: str = _setting(
        "",
        env="PUBLISHED",
        flag="--published",
        help="address on which a container's engine publishes the port; beyond this machine, keys or OPEN=yes are needed",
    )
    open: str = _setting(
        "no",
        env="OPEN",
        flag="--open",
        help="whether a gateway that is published may serve without keys",
        choices=("no", "yes"),
    )
    open_routes: str = _setting(
        "healthcheck,metrics",
        env="OPEN_ROUTES",
        flag="--open_routes",
        help="what needs no key where there are keys, of healthcheck, health, metrics, docs",
        empty=True,
    )
    cors_origins: str = _setting(
        "",
        env="CORS_ORIGINS",
        flag="--cors_origins",
        help="origins whose pages may call from a browser, as in https://app.example,http://localhost:3000; `*`: all",
    )
    max_body: int = _setting(32 * 2**20, env="MAX_BODY", flag="--max_body", help="largest request body, in bytes, decompressed")
    backend_concurrency: int = _setting(
        8, env="BACKEND_CONCURRENCY", flag="--backend_concurrency", help="calls in flight at one backend"
    )
    backend_retries: int = _setting(
        4, env="BACKEND_RETRIES", flag="--backend_retries", help="further tries after a failed call to a backend"
    )
    chat_context_messages: int = _setting(
        5,
        env="CHAT_CONTEXT_MESSAGES",
        flag="--chat_context_messages",
        help="messages of a conversation that the model is shown with a new one",
    )
    chat_idle_seconds: int = _setting(
        3600, env="CHAT_IDLE_SECONDS", flag="--chat_idle_seconds", help="seconds after which an idle conversation is deleted"
    )
    job_deadline: int = _setting(
        3600,
        env="JOB_DEADLINE",
        flag="--job_deadline",
        help="seconds that a job waits for backends that are down, before it fails with the last cause",
    )
    max_queued: int = _setting(
        10_000, env="MAX_QUEUED", flag="--max_queued", help="jobs that may wait; more are answered 429; 0: any number"
    )
    result_ttl: int = _setting(
        30 * 86_400,
        env="RESULT_TTL",
        flag="--result_ttl",
        help="seconds after its end in which a job can be read; then it is deleted, transcript included; 0: for ever",
    )
    max_db_size: int = _setting(
        10 * 2**30,
        env="MAX_DB_SIZE",
        flag="--max_db_size",
        help="bytes of the database from which on the oldest ended jobs are deleted; 0: no limit",
    )
    webhook_secret: str = _setting(
        "",
        env="WEBHOOK_SECRET",
        flag="--webhook_secret",
        help="signs what is sent to a `callback_url` (Standard Webhooks: whsec_ and base64, or any text); none: no callbacks",
        secret=True,
    )
    callback_allow_private: bool = _setting(
        False,
        env="CALLBACK_ALLOW_PRIVATE",
        flag="--callback_allow_private",
        help="a `callback_url` may lead to loopback, private and link-local addresses",
    )
    callback_ports: str = _setting(
        "",
        env="CALLBACK_PORTS",
        flag="--callback_ports",
        help="ports that a `callback_url` may lead to besides 80 and 443, as in 8080,9443",
    )
    drain_timeout: int = _setting(
        6,
        env="DRAIN_TIMEOUT",
        flag="--drain_timeout",
        help="seconds a stopping process may use for what is in flight; a container's engine must wait 4 s longer",
    )

    log_format: str = _setting(
        "text",
        env="LOG_FORMAT",
        flag="--log_format",
        help="text or json: how lines of the log are written; as JSON each is an object with the ids that it speaks of",
        choices=("text", "json"),
    )

    linto_api: str = _setting(
        "off",
        env="LINTO_API",
        flag="--linto_api",
        help="on or off: the routes below /api/v1 and the WebSocket /ws/jobs that LinTO Studio calls",
        choices=("on", "off"),
    )

    studio: str = _setting(
        "on", env="STUDIO", flag="--studio", help="on or off: the pages for people at /studio and /", choices=("on", "off")
    )
    studio_edit: str = _setting(
        "off",
        env="STUDIO_EDIT",
        flag="--studio_edit",
        help="on or off: the studio's page of services edits them; with keys, for admins whose keys open all services",
        choices=("on", "off"),
    )
    studio_share: str = _setting(
        "off",
        env="STUDIO_SHARE",
        flag="--studio_share",
        help="on or off: links that show one meeting, for reading, to people without a key",
        choices=("on", "off"),
    )
    session_secret: str = _setting(
        "",
        env="SESSION_SECRET",
        flag="--session_secret",
        help="signs the cookies of browsers that signed in with a key; none: one is made beside the database",
        secret=True,
    )
    session_seconds: int = _setting(
        43_200, env="SESSION_SECONDS", flag="--session_seconds", help="seconds after which a browser must sign in again"
    )
    fast_path: str = _setting(
        "on",
        env="FAST_PATH",
        flag="--fast_path",
        help="on or off: short requests are read and answered past gunicorn's own code",
        choices=("on", "off"),
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
        given = {each.metadata["env"]: getattr(self, each.name) for each in known()}
        return {
            name: "" if value is None else str(value) for name, value in given.items()
        }  # an empty one beats an inherited one


def known() -> tuple[Field[Any], ...]:
    """Every setting in the order of the documentation; `metadata` has env, flag, help and choices."""
    return tuple(each for each in fields(Settings) if each.metadata)


def settle(flags: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings that *flags* (by field name, None when absent) over *environment* over the defaults make.

    An empty environment variable counts as absent, unless an empty string is a value of its own. A secret may be in a
    file instead, named by the variable with `_FILE` behind it. Raises SettingError."""
    chosen: dict[str, Any] = {}
    for each in known():
        env = each.metadata["env"]
        if not each.repr and environment.get(f"{env}_FILE", "") != "" and environment.get(env, "") == "":
            environment = {**environment, env: _secret(env, environment)}
        if flags.get(each.name) is not None:
            chosen[each.name] = _value(each, flags[each.name], each.metadata["flag"])
        elif environment.get(env, "") != "" or (each.metadata["empty"] and env in environment):
            chosen[each.name] = _value(each, environment[env], env)
    return Settings(**chosen, variables=dict(environment))


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
        choices = f" ({', '.join(each.metadata['choices'])})" if each.metadata["choices"] else ""
        default = "" if each.default in (None, "") else "off" if each.default is False else f"`{each.default}`"
        rows.append(f"| `{each.metadata['env']}` | `{each.metadata['flag']}` | {default} | {each.metadata['help']}{choices} |")
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
_AT_LEAST = {
    "service_port": 1,
    "metrics_port": 1,
    "local_port": 1,
    "workers": 1,
    "timeout": 1,
    "local_context": 256,
    "local_slots": 1,
    "local_tensor_parallel": 1,
    "local_max_tokens": 1,
    "max_body": 1024,
    "backend_concurrency": 1,
    "backend_retries": 0,
    "chat_context_messages": 0,
    "chat_idle_seconds": 1,
    "drain_timeout": 0,
    "session_seconds": 60,
    "job_deadline": 0,
    "max_queued": 0,
    "result_ttl": 0,
    "max_db_size": 0,
}
_IN_HEADERS = ("OPENAI_API_TOKEN", "OPENAI_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY")
_AT_MOST = {"service_port": 65535, "metrics_port": 65535, "local_port": 65535}
_DATABASE = re.compile(r"(postgresql(\+psycopg)?://.|sqlite:///.)")
_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^\s/?#@,*]+", re.IGNORECASE)
_PORTS = re.compile(r"\s*(\d{1,5}\s*(,\s*\d{1,5}\s*)*)?")
_BETWEEN = {"local_gpu_memory": (0.01, 1.0), "llm_temperature": (0.0, 2.0), "llm_top_p": (0.0, 1.0)}


def _value(each: Field[Any], given: Any, spelled: str) -> Any:
    """*given* as the type of the setting's default; *spelled* is the flag or variable that an error names."""
    if each.metadata["empty"] and given == "":
        return None
    choices = each.metadata["choices"]
    if choices and given not in choices:
        raise SettingError(f"{spelled}: {given!r} is not one of {', '.join(choices)}")
    if isinstance(each.default, bool):
        if isinstance(given, bool):
            return given
        if str(given).lower() not in _TRUTHS:
            raise SettingError(f"{spelled}: {given!r} is neither true nor false")
        return _TRUTHS[str(given).lower()]
    if isinstance(each.default, int) or each.name in _AT_LEAST:
        return _whole(each.name, given, spelled)
    if each.name in _BETWEEN:
        return _number(each.name, given, spelled)
    return _text(each, given, spelled)


def _text(each: Field[Any], given: Any, spelled: str) -> str:
    if each.name == "callback_ports" and not _PORTS.fullmatch(given):
        raise SettingError(f"{spelled}: {given!r} is no list of ports: give it as in 8080,9443")
    if each.name == "cors_origins" and (wrong := _wrong_origin(given)):
        raise SettingError(f"{spelled}: {wrong!r} is no origin: give scheme, host and port alone, as in https://app.example")
    if each.name == "database_url" and not (_DATABASE.match(given) and _is_readable(given)):
        raise SettingError(f"{spelled}: give postgresql://user:password@host/name or sqlite:///file")  # its value is a secret
    if each.metadata["env"] in _IN_HEADERS and (reason := unfit_for_a_header(given)):
        raise SettingError(f"{spelled}: the key {reason}")
    if each.name == "api_base" and (reason := _wrong_address(given)):
        raise SettingError(f"{spelled}: {reason}")
    return str(given)


def _wrong_origin(origins: str) -> str:
    """The first of *origins* that is none; nothing if all are."""
    named = (each.strip() for each in origins.split(","))
    return next((each for each in named if each and not (_ORIGIN.fullmatch(each) and each.isascii())), "")


def _wrong_address(address: str) -> str:
    """What is wrong with the URL, which is not repeated, as it may hold a password; nothing if nothing is."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "this is no URL"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "give a URL that begins with http:// or https://, such as http://gpu1:8000/v1"
    return ""


def _is_readable(database_url: str) -> bool:
    """Whether the URL can be taken apart: the errors of those who try it later quote its password."""
    from sqlalchemy import exc, make_url

    try:
        make_url(database_url)
    except (ValueError, exc.ArgumentError):
        return False
    return True


def _whole(name: str, given: Any, spelled: str) -> int:
    try:
        number = int(given)
    except ValueError as exc:
        raise SettingError(f"{spelled}: {given!r} is not a whole number") from exc
    if number < _AT_LEAST.get(name, number):
        raise SettingError(f"{spelled}: {number} is less than {_AT_LEAST[name]}")
    if number > _AT_MOST.get(name, number):
        raise SettingError(f"{spelled}: {number} is more than {_AT_MOST[name]}")
    return number


def _number(name: str, given: Any, spelled: str) -> float:
    least, most = _BETWEEN[name]
    try:
        number = float(given)
    except ValueError as exc:
        raise SettingError(f"{spelled}: {given!r} is not a number") from exc
    if not least <= number <= most:
        raise SettingError(f"{spelled}: {number} is not between {least} and {most}")
    return number
