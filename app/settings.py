"""Settings: frozen, made once, from flags over environment over defaults.

Every setting is one field below: its flag is its name, its variable the name in upper case or as it says. The command line
(`cli`) and the operators' documentation are made from the same table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import combinations
from pathlib import Path
from typing import Any

from app.setting_values import IN_HEADERS, Setting, SettingError, value_of
from app.text_files import secret, unfit_for_a_header

__all__ = ["APP_FOLDER", "EMBEDDED_CONTEXT", "SettingError", "Settings", "known", "quoted", "reference", "settle"]

APP_FOLDER = Path(__file__).parent
EMBEDDED_CONTEXT = 8192  # tokens of the embedded model, if nobody says how many
YEAR = 365 * 86_400  # seconds; the system's clocks take no number of any length
LARGE = 10**9  # of what is counted: more is a slip of the finger


def _setting(
    default: Any,
    help: str,
    *,
    env: str = "",
    least: float | None = None,
    most: float | None = None,
    above: bool = False,
    choices: tuple[str, ...] = (),
    secret: bool = False,
    empty: bool = False,
) -> Any:
    """A field of `Settings`; *env* is its name in upper case if it is not given. See `Setting` for the others."""
    described = Setting("", default, help, env, least, most, above, choices, secret, empty)
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
    workers: int = _setting(2, "number of gunicorn workers", env="CONCURRENCY", least=1, most=1024)
    timeout: int = _setting(60, "seconds a request or a silent backend may take", least=1, most=YEAR)
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
        most=LARGE,
    )
    local_gpu_memory: float | None = _setting(
        None,
        "share of a GPU's memory that a vLLM engine of ours takes; default: vLLM's",
        env="LOCAL_GPU_MEMORY_UTILIZATION",
        least=0.01,
        most=1.0,
    )
    local_tensor_parallel: int = _setting(
        1, "GPUs that a vLLM engine of ours spreads its model over", env="LOCAL_TENSOR_PARALLEL_SIZE", least=1, most=1024
    )
    local_slots: int = _setting(2, "calls that the embedded model answers side by side", least=1, most=1024)
    local_max_tokens: int = _setting(1024, "most tokens the embedded model may generate in one call", least=1, most=LARGE)
    model_cache: str = _setting("~/.cache/llm-gateway", "folder of downloaded models and tokenizers")
    ckpt_path: str = _setting("/ckpts/rnn.pt", "checkpoint of the character RNN, the backend `rnn`")
    llm_temperature: float | None = _setting(
        None, "temperature of flavors that name none; default: the server's", least=0.0, most=2.0
    )
    llm_top_p: float | None = _setting(
        None, "top_p of flavors that name none; default: the server's", least=0.0, most=1.0, above=True
    )
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
    max_body: int = _setting(32 * 2**20, "largest request body, in bytes, decompressed", least=1024, most=2**40)
    backend_concurrency: int = _setting(8, "calls in flight at one backend", least=1, most=100_000)
    backend_retries: int = _setting(4, "further tries after a failed call to a backend", least=0, most=1000)
    chat_context_messages: int = _setting(
        5, "messages of a conversation that the model is shown with a new one", least=0, most=LARGE
    )
    chat_idle_seconds: int = _setting(3600, "seconds after which an idle conversation is deleted", least=1, most=100 * YEAR)
    job_deadline: int = _setting(
        3600,
        "seconds that a job waits for backends that are down, before it fails with the last cause",
        least=0,
        most=100 * YEAR,
    )
    max_queued: int = _setting(10_000, "jobs that may wait; more are answered 429; 0: any number", least=0, most=LARGE)
    result_ttl: int = _setting(
        30 * 86_400,
        "seconds after its end in which a job can be read; then it is deleted, transcript included; 0: for ever",
        least=0,
        most=100 * YEAR,
    )
    max_db_size: int = _setting(
        10 * 2**30, "bytes of the database from which on the oldest ended jobs are deleted; 0: no limit", least=0, most=2**60
    )
    webhook_secret: str = _setting(
        "",
        "signs what is sent to a `callback_url` (Standard Webhooks: whsec_ and base64, or any text); none: no callbacks",
        secret=True,
    )
    callback_allow_private: bool = _setting(False, "a `callback_url` may lead to loopback, private and link-local addresses")
    callback_ports: str = _setting("", "ports that a `callback_url` may lead to besides 80 and 443, as in 8080,9443")
    drain_timeout: int = _setting(
        6,
        "seconds a stopping process may use for what is in flight; a container's engine must wait 4 s longer",
        least=0,
        most=86_400,
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
    session_seconds: int = _setting(43_200, "seconds after which a browser must sign in again", least=60, most=10 * YEAR)
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


def settle(flags: Mapping[str, Any], environment: Mapping[str, str], *, listens: bool = True) -> Settings:
    """The settings that *flags* (by field name, None when absent) over *environment* over the defaults make.

    An empty environment variable counts as absent, unless an empty string is a value of its own. A secret may be in a
    file instead, named by the variable with `_FILE` behind it. *listens* says that no two ports may be the same. Raises
    SettingError."""
    chosen: dict[str, Any] = {}
    for each in known():
        env = each.env
        if each.secret and environment.get(f"{env}_FILE", "") != "" and environment.get(env, "") == "":
            environment = {**environment, env: _secret(env, environment)}
        if flags.get(each.name) is not None:
            chosen[each.name] = value_of(each, flags[each.name], each.flag)
        elif environment.get(env, "") != "" or (each.empty and env in environment):
            chosen[each.name] = value_of(each, environment[env], env)
    settings = Settings(**chosen, variables=dict(environment))
    if listens:
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
    if env in IN_HEADERS and (reason := unfit_for_a_header(found)):
        raise SettingError(f"{env}_FILE: {file} {reason}")
    return found


def reference() -> str:
    """The table of all settings in Markdown, for the operators' documentation."""
    rows = []
    for each in known():
        allowed = f" ({each.allowed})" if each.allowed else ""
        default = "" if each.default in (None, "") else "off" if each.default is False else f"`{each.default}`"
        rows.append(f"| `{each.env}` | `{each.flag}` | {default} | {each.help}{allowed} |")
    return "\n".join((_REFERENCE, *rows, ""))


_REFERENCE = """# Settings

<!-- Made from app/settings.py by `python3 -m app reference`: do not edit; a test says when it is out of date. -->

A flag beats the environment, which beats the default. A relative `SWAGGER_PATH` counts from `app/`, every other
relative path from the working directory. Give secrets by the environment (flags show in `ps`), or in a file: the
variable with `_FILE` behind its name says which (`OPENAI_API_TOKEN_FILE=/run/secrets/token`), as Docker and Kubernetes
mount them.

| variable | flag | default | what |
|---|---|---|---|"""
