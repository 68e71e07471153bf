"""Settings: a flag beats the environment, which beats the default."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.setting_values import Setting
from app.settings import APP_FOLDER, SettingError, Settings, known, quoted, reference, settle

CONTRACT = {
    "service_name": ("--service_name", "SERVICE_NAME", "LLM_Gateway"),
    "api_base": ("--api_base", "OPENAI_API_BASE", "http://localhost:9000/v1"),
    "api_key": ("--api_key", "OPENAI_API_TOKEN", "EMPTY"),
    "service_port": ("--service_port", "HTTP_PORT", 8000),
    "workers": ("--workers", "CONCURRENCY", 2),
    "timeout": ("--timeout", "TIMEOUT", 60),
    "swagger_url": ("--swagger_url", "SWAGGER_URL", "/docs"),
    "swagger_prefix": ("--swagger_prefix", "SWAGGER_PREFIX", ""),
    "swagger_path": ("--swagger_path", "SWAGGER_PATH", "../document/swagger_llm_gateway.yml"),
    "db_path": ("--db_path", "RESULT_DB_PATH", "./results.sqlite"),
    "services": ("--services", "SERVICES_PATH", "./services"),
}


@pytest.mark.parametrize("name", CONTRACT)
def test_flags_variables_and_defaults_are_those_of_the_contract(name: str) -> None:
    setting = next(each for each in known() if each.name == name)

    assert (setting.flag, setting.env, setting.default) == CONTRACT[name]


def test_a_flag_beats_the_environment_which_beats_the_default() -> None:
    environment = {"HTTP_PORT": "9001", "CONCURRENCY": "4"}

    settings = settle({"service_port": "9002"}, environment)

    assert (settings.service_port, settings.workers, settings.timeout) == (9002, 4, 60)


def test_an_empty_variable_counts_as_absent() -> None:
    assert settle({}, {"HTTP_PORT": ""}) == Settings()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"HTTP_PORT": "http"}, "HTTP_PORT: 'http' is not a whole number"),
        ({"HTTP_PORT": "0"}, "HTTP_PORT: 0 is less than 1"),
        ({"HTTP_PORT": "65536"}, "HTTP_PORT: 65536 is more than 65535"),
        (
            {"DATABASE_URL": "mysql://me:planted@db/jobs"},
            "DATABASE_URL: give postgresql://user:password@host/name or sqlite:///file",
        ),
        ({"CONCURRENCY": "0"}, "CONCURRENCY: 0 is less than 1"),
        ({"HTTP_PORT": "9107", "METRICS_PORT": "9107"}, "METRICS_PORT: 9107 is the port of HTTP_PORT too: choose another one"),
        ({"LOCAL": "1", "HTTP_PORT": "9000"}, "LOCAL_PORT: 9000 is the port of HTTP_PORT too: choose another one"),
        ({"WATCH": "magic"}, "WATCH: 'magic' is not one of auto, inotify, poll"),
        ({"DEBUG": "maybe"}, "DEBUG: 'maybe' is neither true nor false"),
        ({"LLM_TOP_P": "1.5"}, "LLM_TOP_P: 1.5 is more than 1.0"),
        ({"LLM_TEMPERATURE": "hot"}, "LLM_TEMPERATURE: 'hot' is not a number"),
        ({"LLM_TOP_P": "0"}, "LLM_TOP_P: 0.0 cannot be used: give more than 0.0, at most 1.0"),  # as servers do
        ({"DRAIN_TIMEOUT": "1000000000000"}, "DRAIN_TIMEOUT: 1000000000000 is more than 86400"),
        ({"CALLBACK_PORTS": "80, 70000"}, "CALLBACK_PORTS: '80, 70000' is no list of ports: give it as in 8080,9443"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"},
            "OTEL_EXPORTER_OTLP_ENDPOINT: give a URL that begins with http:// or https://, such as http://collector:4318",
        ),
    ],
)
def test_a_value_we_cannot_use_is_refused_by_its_name(environment: dict[str, str], message: str) -> None:
    with pytest.raises(SettingError) as caught:
        settle({}, environment)

    assert str(caught.value) == message


@pytest.mark.parametrize("setting", [each for each in known() if each.least is not None], ids=lambda each: each.env)
def test_a_number_has_bounds_which_the_document_names(setting: Setting) -> None:
    assert setting.least is not None
    assert setting.most is not None
    for wrong in (setting.least - 1, setting.most + 1):
        with pytest.raises(SettingError, match=f"^{setting.env}: "):
            settle({}, {setting.env: str(wrong)})
    assert getattr(settle({}, {setting.env: str(setting.most)}), setting.name) == setting.most
    (row,) = (line for line in reference().splitlines() if line.startswith(f"| `{setting.env}` |"))
    assert row.endswith(f" ({setting.allowed}) |")


@pytest.mark.parametrize("setting", known(), ids=lambda each: each.env)
def test_a_value_we_cannot_use_names_the_flag_too(setting: Setting) -> None:
    """A setting that takes no text of any kind says so by the name under which it was given."""
    nonsense = "\x00 nonsense"
    said = []
    for flags, environment in (({setting.name: nonsense}, {}), ({}, {setting.env: nonsense})):
        try:
            settle(flags, environment)
        except SettingError as exc:
            said.append(str(exc))

    free = isinstance(setting.default, str) and not setting.choices
    assert [each.split(":")[0] for each in said] == ([setting.flag, setting.env] if said or not free else [])


def test_ports_of_what_does_not_run_may_be_the_same() -> None:
    assert settle({}, {"HTTP_PORT": "9000"}).service_port == 9000
    assert settle({}, {"HTTP_PORT": "9108", "METRICS_PORT": ""}).metrics_port is None
    assert settle({}, {"HTTP_PORT": "9108"}).metrics_port == 9108  # the default: it is told when it is found taken


def test_quotes_and_blanks_around_a_value_are_told_without_the_value() -> None:
    settings = settle({}, {"OPENAI_API_TOKEN": '"planted"', "SERVICES_PATH": " ./services", "LLM_MODEL_NAME": "a'b'"})

    assert list(quoted(settings)) == [
        "OPENAI_API_TOKEN: the quotes around the value are part of it: leave them out",
        "SERVICES_PATH: the blanks around the value are part of it: leave them out",
    ]


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = settle({"api_key": "sk-planted"}, {"DATABASE_URL": "postgresql+psycopg://me:planted@db/jobs"})

    assert "planted" not in repr(settings)


def test_a_relative_swagger_path_counts_from_app_and_any_other_from_the_working_directory() -> None:
    settings = Settings()

    assert settings.swagger_file == APP_FOLDER.parent / "document" / "swagger_llm_gateway.yml"
    assert settings.services_folder == Path("services")


def test_a_child_process_gets_the_same_settings_through_its_environment() -> None:
    settings = settle({"api_key": "k", "local": True, "llm_top_p": "0.5", "service_port": "81"}, {})

    assert settle({}, settings.environment()) == settings


def test_an_empty_flag_beats_the_environment_in_a_child_too() -> None:
    environment = {"SWAGGER_PREFIX": "/llm"}

    settings = settle({"swagger_prefix": ""}, environment)

    assert settle({}, {**environment, **settings.environment()}).swagger_prefix == ""


def test_the_reference_of_settings_is_up_to_date() -> None:
    written = APP_FOLDER.parent / "document" / "settings.md"

    assert written.read_text(encoding="utf-8") == reference(), "run `make reference`"


def test_an_empty_metrics_port_is_none_and_stays_none_in_a_child() -> None:
    settings = settle({}, {"METRICS_PORT": ""})

    assert settings.metrics_port is None
    assert settle({}, settings.environment()) == settings


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n", encoding="utf-8")

    settings = settle({}, {"OPENAI_API_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.api_key == "s3cret"


def test_a_secret_in_the_environment_beats_the_one_in_a_file() -> None:
    settings = settle({}, {"OPENAI_API_TOKEN": "here", "OPENAI_API_TOKEN_FILE": "/nowhere"})

    assert settings.api_key == "here"


def test_a_secret_whose_file_cannot_be_read_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="OPENAI_API_TOKEN_FILE: /nowhere/token cannot be read"):
        settle({}, {"OPENAI_API_TOKEN_FILE": "/nowhere/token"})


@pytest.mark.parametrize("text", ["s3cret", "s3cret\n", "s3cret\r\n", "\ufeffs3cret", "\ufeffs3cret\r\n"])
def test_a_secret_in_a_file_may_have_a_byte_order_mark_and_a_line_end(tmp_path: Path, text: str) -> None:
    (tmp_path / "token").write_bytes(text.encode())

    settings = settle({}, {"OPENAI_API_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.api_key == "s3cret"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"two\nlines\n", "holds a line end (character 4) that no HTTP header can hold"),
        ("clé".encode(), "holds a character (character 3) that no HTTP header can hold"),
        (b"key ", "begins or ends with a space, which no HTTP header can hold"),
        (b"a\0b", "holds zero bytes: it is no text, or was not written whole"),
        ("key".encode("utf-16"), "is UTF-16: save it as UTF-8"),
        (b"\xff", "is not UTF-8"),
        (b"x" * 70_000, "is larger than 65536 bytes"),
    ],
)
@pytest.mark.parametrize("name", ["OPENAI_API_TOKEN", "OPENAI_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY"])
def test_a_key_that_no_header_can_hold_is_refused_by_its_file(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    file = tmp_path / "token"
    file.write_bytes(raw)

    with pytest.raises(SettingError) as refusal:
        settle({}, {f"{name}_FILE": str(file)})

    assert str(refusal.value) == f"{name}_FILE: {file} {reason}"


def test_a_key_in_the_environment_that_no_header_can_hold_is_refused_without_being_repeated() -> None:
    with pytest.raises(SettingError) as refusal:
        settle({}, {"OPENAI_API_TOKEN": "s3cr\u00e9t"})

    assert str(refusal.value) == "OPENAI_API_TOKEN: the key holds a character (character 5) that no HTTP header can hold"


def test_a_secret_that_goes_into_no_header_may_hold_anything(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("clé\nde voûte\n", encoding="utf-8")

    assert settle({}, {"WEBHOOK_SECRET_FILE": str(tmp_path / "secret")}).webhook_secret == "clé\nde voûte"


@pytest.mark.parametrize(
    "address",
    ["gpu1:8000/v1", "localhost", "//gpu1/v1", "ftp://gpu1", "http://", "http://[::1", "http:/gpu1", "http://gpu 1/v1"],
)
def test_an_api_base_that_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(SettingError, match=r"^--api_base: "):
        settle({"api_base": address}, {})


@pytest.mark.parametrize("route", ["/chat/completions", "/completions/", "/responses"])
def test_an_api_base_that_goes_on_to_a_route_says_what_to_leave_out(route: str) -> None:
    with pytest.raises(SettingError, match=f"leave out {route.rstrip('/')}"):
        settle({"api_base": f"http://gpu1:8000/v1{route}"}, {})
