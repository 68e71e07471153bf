"""The processes: what each imports, whether it may listen, and what the supervisor starts. How they live: tests/acceptance."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.catalog.folder import Folder
from app.serve.port import check_port
from app.serve.web import capacity, check_open, needs_jobs
from app.settings import APP_FOLDER, SettingError, Settings

HEAVY = {"transformers", "openai", "alembic", "numpy", "mistral_common", "tokenizers", "sentencepiece", "dbos", "torch"}
NOT_FOR_A_SUPERVISOR = HEAVY | {"flask", "gunicorn", "sqlalchemy", "pydantic", "jinja2", "prometheus_client"}


def imported(program: str, watched: set[str]) -> set[str]:
    """Which of *watched* a Python process has imported after *program*."""
    code = f"{program}\nimport sys\nprint(*sorted({watched!r} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=APP_FOLDER.parent, capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_a_web_worker_imports_nothing_heavy_before_it_is_ready(tmp_path: Path) -> None:
    program = f"""
from app.gateway import assemble
from app.serve import web
from app.settings import Settings
from app.web import create_app
app = create_app(assemble(Settings(db_path={str(tmp_path / "jobs.sqlite")!r})))
assert app.test_client().get("/healthcheck").status_code == 200
"""

    assert imported(program, HEAVY) == set()


def test_a_worker_keeps_nothing_of_the_migrations_that_it_ran(tmp_path: Path) -> None:
    file = tmp_path / "jobs.sqlite"
    program = f"""
from app.serve import worker
from app.settings import Settings
worker._work = lambda *_: True
assert worker.serve_worker(Settings(db_path={str(file)!r})) == 0
"""

    assert imported(program, {"alembic", "mako", "pygments", "dbos"}) == {"dbos"}
    assert file.stat().st_size > 0


def test_the_supervisor_imports_next_to_nothing_until_it_begins() -> None:
    program = """
from app.serve import supervisor
from app.settings import Settings
assert len(tuple(supervisor._children(Settings(), print))) == 2
"""

    assert imported(program, NOT_FOR_A_SUPERVISOR) == set()


def test_a_free_port_is_none_of_our_business() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

    check_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", ""])
def test_a_taken_port_is_named_with_what_to_do(host: str) -> None:
    with socket.create_server(("0.0.0.0", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(SettingError, match=rf"HTTP_PORT: cannot listen on {host}, port {port} \(.*or choose another port"):
            check_port(host, port)


def test_a_port_that_becomes_free_in_time_is_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        closing = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=[other.fileno()]
        )
    assert closing.stdin is not None
    closing.stdin.close()

    check_port("127.0.0.1", port, patience=20)

    closing.wait()


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(SettingError, match="HTTP_HOST: 'no such host' is no address of this machine"):
        check_port("no such host", 8000)


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(SettingError, match=r"HTTP_HOST: '192\.0\.2\.1' is no address of this machine"):
        check_port("192.0.2.1", 8000)


def test_a_gateway_that_is_published_without_keys_does_not_start_unless_that_is_said() -> None:
    with pytest.raises(SettingError, match="OPEN: without API_KEYS_FILE"):
        check_open(Settings(published="0.0.0.0"))


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(published="127.0.0.1"),
        Settings(published="0.0.0.0", open="yes"),
        Settings(published="0.0.0.0", api_keys_file="keys.json"),
    ],
    ids=["not published", "published on this machine", "open", "with keys"],
)
def test_any_other_gateway_starts(settings: Settings) -> None:
    check_open(settings)


@pytest.mark.parametrize("descriptors", [4, 64, 1024, 1536, 4096, 65_536])
def test_a_web_worker_has_more_connections_than_threads_so_that_idle_ones_stay_open(descriptors: int) -> None:
    threads, connections = capacity(descriptors)

    assert 0 < threads < connections <= descriptors


@pytest.mark.parametrize(
    ("manifest", "needed"),
    [('{"type": "summary"', True), ('{"type" :\n"minutes"}', True), ('{"type": "chat"}', False), ("[]", False)],
)
def test_the_job_engine_is_loaded_before_the_fork_if_a_manifest_names_a_kind_for_jobs(manifest: str, needed: bool) -> None:
    assert needs_jobs(Folder({"a.json": '{"type": "generate"}', "b.json": manifest})) == needed
