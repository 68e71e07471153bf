"""The command line: which setting wins, what is refused and how, and the two commands that only look."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app import __version__
from app.cli import COMMANDS, EXAMPLES, TOOLS, main, parser
from app.commands import flags
from app.commands.usage import NOT_CONFIGURED
from app.settings import APP_FOLDER, Settings, known
from tests.fixtures.command_line import CarryOut
from tests.metrics.test_port import free_port

ROOT = APP_FOLDER.parent
FLAVOR = {"name": "f", "modelName": "m", "totalContextLength": 2048, "maxGenerationLength": 200}
MANIFEST = {"type": "summary", "fields": 1, "name": "x", "flavor": [FLAVOR]}

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(carry_out: CarryOut) -> Run:
    """Carries a command out; exit status, and what it printed."""

    def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        ended = carry_out(*arguments, **(environment or {}))
        return ended.status, ended.out + ended.err

    return run


@pytest.fixture
def services(tmp_path: Path) -> Path:
    folder = tmp_path / "services"
    folder.mkdir()
    (folder / "x.txt").write_text("Sum up.\n{{ turns }}\n")
    (folder / "x.json").write_text(json.dumps(MANIFEST))
    return folder


def test_help_names_every_flag_and_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"], {})

    said = capsys.readouterr().out
    assert [each.name for each in known() if each.flag not in said or each.env not in said] == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"], {})

    assert capsys.readouterr().out == f"LLM Gateway {__version__}\n"


def test_a_flag_beats_the_environment(run: Run, services: Path) -> None:
    status, said = run(["check", "--services", str(services)], {"SERVICES_PATH": "/nowhere"})

    assert (status, f"1 service in {services}, 0 problems" in said) == (0, True)


def test_a_setting_may_stand_before_the_command(run: Run, services: Path) -> None:
    status, said = run(["--services", str(services), "check"], {"SERVICES_PATH": "/nowhere"})

    assert (status, f"1 service in {services}, 0 problems" in said) == (0, True)


HEAVY = {"pydantic", "flask", "sqlalchemy", "httpx", "httpx2", "rich", "rich_argparse", "shtab", "app.client", "app.gateway"}
MOST_MODULES = 260  # that help imports, Python's own included: measured 200 to 215, in 70 ms of processor time


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"]])
def test_help_is_printed_before_anything_heavy_is_imported(arguments: list[str]) -> None:
    watched = f"""import sys; from app.cli import main
try: main({arguments}, {{}})
except SystemExit: print(*sys.modules, file=sys.stderr)"""

    told = subprocess.run([sys.executable, "-c", watched], cwd=ROOT, capture_output=True, text=True, check=True).stderr

    imported = set(told.split())
    assert HEAVY & imported == set()
    assert "app.cli" in imported
    assert len(imported) < MOST_MODULES


def test_every_example_can_be_given() -> None:
    whole = parser(Settings())
    examples = [*EXAMPLES, *(example for tool in TOOLS.values() for example in tool.EXAMPLES)]

    given = [shlex.split(each.partition("python3 -m app ")[2] or each, comments=False) for each in examples]

    assert [tool for tool, module in TOOLS.items() if not module.EXAMPLES] == []
    for arguments in given:
        whole.parse_args(arguments[: arguments.index("|")] if "|" in arguments else arguments)


def test_examples_stand_before_the_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["run", "--help"], {})

    said = capsys.readouterr().out
    assert 0 < said.index("examples:\n  python3 -m app run cra") < said.index("positional arguments:")


@pytest.mark.parametrize(("shell", "syntax"), [("bash", "bash"), ("zsh", "zsh")])
def test_a_shell_can_complete_commands(shell: str, syntax: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("shtab", reason="shtab is not installed (requirements-client.txt)")
    with pytest.raises(SystemExit, match="0"):
        main(["--print-completion", shell], {})

    said = capsys.readouterr().out
    assert "llm-gateway" in said
    assert [each for each in (*COMMANDS, *TOOLS) if each not in said] == []
    if shutil.which(syntax):
        checked = subprocess.run([syntax, "-n"], input=said, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (*COMMANDS, *TOOLS):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"], {})

    said = capsys.readouterr().out
    assert [each for each in (*COMMANDS, *TOOLS) if f"usage: python3 -m app {each}" not in said] == []


def test_help_is_there_even_if_the_environment_cannot_be_used(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["key", "--help"], {"TIMEOUT": "soon"})

    assert "API_KEYS_FILE" in capsys.readouterr().out


def test_the_environment_beats_the_default(run: Run, services: Path) -> None:
    status, said = run(["check"], {"SERVICES_PATH": str(services)})

    assert (status, f"1 service in {services}, 0 problems" in said) == (0, True)


def test_the_default_is_the_folder_services(run: Run, services: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(services.parent)

    status, said = run(["check"])

    assert (status, "1 service in services, 0 problems" in said) == (0, True)


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        (
            "x.json",
            json.dumps({**MANIFEST, "flavor": [{**FLAVOR, "temprature": 1}]}),
            r'x\.json:1: flavor\.0\.temprature: .*did you mean "temperature"',
        ),
        ("x.json", '{"type": "summary",\n', r"x\.json:\d+: "),
        ("x.txt", "{{ turns", r"x\.txt:1: "),
    ],
)
def test_check_says_file_key_and_reason(run: Run, services: Path, file: str, text: str, problem: str) -> None:
    (services / file).write_text(text)

    status, said = run(["check", "--services", str(services)])

    assert status == 1
    assert re.search(rf"^{problem}", said, re.MULTILINE)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"backend": "vlm"}, 'x.json:1: backend: there is no backend "vlm"; known are vLLM, '),
        ({"flavor": [{**FLAVOR, "backend": "vlm"}]}, 'x.json:1: flavor.0.backend: there is no backend "vlm"; known are vLLM, '),
        (
            {"flavor": [{**FLAVOR, "tokenizerClass": "LamaTokenizer"}]},
            'x.json:1: flavor.0.tokenizerClass: "LamaTokenizer" is no class of a tokenizer that we know',
        ),
        (
            {"flavor": [{**FLAVOR, "totalContextLength": 128, "maxGenerationLength": 120}]},
            "x.json:1: flavor.0.maxGenerationLength: 120 tokens of an answer and at least",
        ),
        (
            {"backend": "logits", "flavor": [{**FLAVOR, "totalContextLength": 100_000}]},
            "x.json:1: flavor.0.totalContextLength: is more than the 8192 tokens",
        ),
    ],
)
def test_check_finds_what_a_job_would_fail_of(run: Run, services: Path, changed: dict[str, Any], problem: str) -> None:
    (services / "x.json").write_text(json.dumps({**MANIFEST, **changed}))

    status, said = run(["check", "--services", str(services)])

    assert (status, said.count(problem)) == (1, 1)


def test_check_says_the_same_of_a_costly_template_as_the_gateway(run: Run, services: Path) -> None:
    (services / "x.txt").write_text("{{ turns }}\n{{ turns|string|urlize }}")

    status, said = run(["check", "--services", str(services)])

    assert (status, "x.txt:2: the filter urlize is not for templates: it may take very long\n" in said) == (1, True)


def test_check_leaves_nothing_behind(run: Run, services: Path) -> None:
    before = set(services.parent.rglob("*"))

    run(["check", "--services", str(services)])

    assert set(services.parent.rglob("*")) == before


def test_check_says_a_problem_once(run: Run, services: Path) -> None:
    (services / "x.txt").write_text("{{ turns")

    _, said = run(["check", "--services", str(services)])

    assert said.count("is never closed") == 1


def test_check_of_a_folder_that_is_not_there_fails(run: Run, tmp_path: Path) -> None:
    status, said = run(["check", "--services", str(tmp_path / "none")])

    assert (status, "none/: the folder cannot be read: No such file or directory" in said) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["--service_port", "http"], {}, "--service_port: 'http' is not a whole number"),
        (["--service_port", "70000"], {}, "--service_port: 70000 is more than 65535"),
        (["--workers", "0"], {}, "--workers: 0 is less than 1"),
        (["--watch", "magic"], {}, "--watch: 'magic' is not one of auto, inotify, poll"),
        ([], {"TIMEOUT": "soon"}, "TIMEOUT: 'soon' is not a whole number"),
        (["worker"], {"DATABASE_URL": "oracle://me:planted@db"}, "DATABASE_URL: give postgresql://user:password@host/name or"),
    ],
)
def test_a_value_we_cannot_use_is_named_and_ends_it(
    run: Run, arguments: Sequence[str], environment: Mapping[str, str], message: str
) -> None:
    status, said = run(arguments, environment)

    assert status == NOT_CONFIGURED
    assert said.startswith(f"llm-gateway: {message}")
    assert "planted" not in said


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_database_that_cannot_be_had_ends_it(run: Run, tmp_path: Path, command: str) -> None:
    status, said = run([command, "--service_port", "47123", "--host", "127.0.0.1", "--db_path", f"{tmp_path}/none/jobs.sqlite"])

    assert status == NOT_CONFIGURED
    assert f"{tmp_path}/none/jobs.sqlite: its folder does not exist; make it, or choose another file" in said


def test_without_a_command_it_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[bool] = []
    command = COMMANDS["serve"]._replace(run=lambda settings, _environment: served.append(settings.local) or 0)
    monkeypatch.setitem(COMMANDS, "serve", command)  # type: ignore[arg-type]

    status = main(["--local"], {})

    assert (status, served) == (0, [True])


def test_a_command_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["sing"], {})

    assert "invalid choice: 'sing'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["chek"], "check"),
        (["key", "ad", "ann"], "add"),
        (["check", "--strictt"], "--strict"),
        (["run", "cra", "meeting.vtt", "--flavr", "local"], "--flavor"),
        (["key", "add", "ann", "--admn"], "--admin"),
    ],
)
def test_a_misspelt_command_or_option_is_refused_with_what_is_meant(
    typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(typed, {})

    assert capsys.readouterr().err.splitlines()[0].endswith(f'; did you mean "{meant}"?')


def test_the_file_of_keys_may_stand_behind_what_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "keys.json")

    statuses = [main(["key", "add", "ann", "--file", file], {}), main(["key", "--file", file, "list"], {})]

    assert statuses == [0, 0]
    assert "ann: *" in capsys.readouterr().out


def test_a_model_that_there_is_not_ends_the_start_as_a_wrong_setting_does(
    services: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    free = {"HTTP_PORT": str(free_port()), "LOCAL_PORT": str(free_port()), "METRICS_PORT": ""}

    status = main(["serve", "--local", "--local_model", "bigg", "--services", str(services)], free)

    assert status == 78
    assert "LOCAL_MODEL: 'bigg' is neither a file nor one of " in capsys.readouterr().err


@pytest.mark.parametrize("command", ["web", "serve"])
def test_an_openapi_file_that_there_is_not_ends_the_start(services: Path, command: str) -> None:
    environment = {**os.environ, "HTTP_PORT": str(free_port()), "METRICS_PORT": "", "SWAGGER_PATH": "/nowhere.yml"}
    typed = [sys.executable, "-m", "app", command, "--services", str(services), "--db_path", str(services.parent / "db")]

    ended = subprocess.run(typed, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)

    assert ended.returncode == 78
    assert "SWAGGER_PATH: /nowhere.yml cannot be read as an OpenAPI file" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("option", ["--servces", "--servces=x"])
def test_an_option_that_there_is_not_is_not_taken_for_a_command(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([option, "folder"], {})

    assert f'there is no option {option}; did you mean "--services"?' in capsys.readouterr().err


def test_reference_writes_what_is_committed(run: Run, tmp_path: Path) -> None:
    status, said = run(["reference", "--swagger_path", str(tmp_path / "openapi.yml")])

    written = [Path(line) for line in said.splitlines()]
    assert status == 0
    assert {"manifest.md", "manifest.schema.json", "settings.md", "tests.schema.json", "cli.md"} == {
        file.name for file in written
    }
    assert [file.name for file in written if file.read_text() != (ROOT / "document" / file.name).read_text()] == []


def test_it_is_a_module_to_run(services: Path) -> None:
    command = [sys.executable, "-m", "app", "check", "--services", str(services), "--db_path", str(services.parent / "db")]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout) == (0, f"1 service in {services}, 0 problems\n")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("API_KEYS_FILE", "/nowhere/keys.json", "API_KEYS_FILE: /nowhere/keys.json: cannot be read"),
        ("OPEN_ROUTES", "everything", "OPEN_ROUTES: 'everything' is not one of"),
        ("RESULT_DB_PATH", "/nowhere/results.sqlite", "RESULT_DB_PATH: /nowhere/results.sqlite: its folder does not exist"),
        (
            "DATABASE_URL",
            "sqlite:////nowhere/results.sqlite",
            "DATABASE_URL: /nowhere/results.sqlite: its folder does not exist",
        ),
        (
            "DATABASE_URL",
            "postgresql://u:p@127.0.0.1:1/none",
            "DATABASE_URL: postgresql://127.0.0.1:1/none: the database server does not answer",
        ),
        ("OPENAI_API_BASE", "http://127.0.0.1:1/v1", "backend vLLM: "),
        ("SWAGGER_PATH", "/nowhere.yml", "SWAGGER_PATH: /nowhere.yml cannot be read as an OpenAPI file"),
    ],
)
def test_check_says_what_else_is_wrong(run: Run, services: Path, variable: str, value: str, said: str) -> None:
    status, printed = run(["check", "--services", str(services)], {variable: value})

    assert status == 1
    assert said in printed


def test_the_document_of_the_command_line_has_every_command_option_and_exit_status() -> None:
    document = (ROOT / "document" / "cli.md").read_text(encoding="utf-8")

    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL))

    assert list(sections) == [*COMMANDS, *TOOLS]
    for name, tool in TOOLS.items():
        own = argparse.ArgumentParser()
        tool.options(own, Settings())
        options = [each.option_strings[0] for each in own._actions if each.option_strings and not flags.is_setting(each)]
        assert [each for each in options if each != "-h" and f"`{each}" not in sections[name]] == []
        assert [status for status in tool.STATUSES if f"| {status} |" not in sections[name]] == []


def test_help_shows_a_path_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["key", "--help"], {"API_KEYS_FILE": "/mnt/100%/keys.json"})

    assert "/mnt/100%/keys.json" in capsys.readouterr().out


def test_help_ends_with_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    for name in TOOLS:
        with pytest.raises(SystemExit, match="0"):
            main([name, "--help"], {})

        assert "exit status:\n  0    " in capsys.readouterr().out


WITHOUT_SERVER = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("flask", "pydantic"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name: None if name == "flask" else found(name)
from app.cli import main
sys.exit(main(sys.argv[1:], {}))
"""


@pytest.mark.parametrize("arguments", [("check",), ("new", "mine"), ("replay", "cra", "--url", "http://127.0.0.1:1")])
def test_a_command_that_needs_the_server_says_so_before_it_asks_a_gateway(arguments: tuple[str, ...]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_SERVER, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ended.returncode, ended.stdout) == (NOT_CONFIGURED, "")
    assert (
        "this needs the server, which is not installed: pip install 'llm-gateway[server]' (there is no pydantic)"
        in ended.stderr
    )
