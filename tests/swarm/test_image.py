"""What the image does when it is built and started, done in a clean folder by a user who may do nothing else: no Docker engine
is needed for that."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.processes import ROOT, ask, eventually, free_port
from tests.swarm.dockerfile import Stage, command, health_check, inside, settled, stages

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]

UID = 10001
PATH = "/usr/local/bin:/usr/bin:/bin"  # what every user may run
KEPT = ("LANG", "SSL_CERT_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy")


@dataclass(frozen=True)
class Image:
    """The folders that the build left, and how a container of it runs."""

    root: Path
    stage: Stage
    user: Sequence[str]
    environment: dict[str, str]

    def popen(self, words: Sequence[str], **more: str) -> subprocess.Popen[bytes]:
        """A process as in a container: its user, environment and folder."""
        with (self.root / "data" / "log").open("ab") as log:
            return subprocess.Popen(
                [*self.user, *words],
                cwd=inside(self.root, self.stage.last("WORKDIR")),
                env={**self.environment, **more},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def as_nobody() -> list[str]:
    """What runs a command without any right of root's."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed (Debian's package util-linux)")
    return ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs"]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    user = as_nobody()
    if subprocess.run([*user, "env", f"PATH={PATH}", "python3", "-c", "import ensurepip"], check=False).returncode:
        pytest.skip("no python3 with venv that every user may run")
    build, final = stages(ROOT / "Dockerfile")
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        root.chmod(0o755)
        for folder in ("build", "opt", "data"):
            (root / folder).mkdir()
            if user:
                os.chown(root / folder, UID, UID)
        copy(build, root, root / "build")
        pip = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")}
        for line in build.all("RUN"):
            environment = {**pip, "PATH": PATH, "HOME": str(root / "build"), "TMPDIR": str(root / "build")}
            subprocess.run(
                [*user, "sh", "-c", inside(root, line)], check=True, cwd=root / "build", env=environment, timeout=800
            )
        copy(final, root, root)
        subprocess.run(["sh", "-c", inside(root, final.all("RUN")[-1])], check=True, timeout=60)
        yield Image(root, final, user, settled(final.environment(), root, PATH))


def copy(stage: Stage, root: Path, workdir: Path) -> None:
    for sources, destination in stage.copied():
        target = workdir if destination == "./" else Path(inside(root, destination))
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, target)


def answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/healthcheck").status == 200
    except OSError:
        return False


@pytest.fixture
def container(image: Image) -> Iterator[tuple[Image, subprocess.Popen[bytes], int]]:
    """The image's own start command, answering."""
    port = free_port()
    process = image.popen(command(image.stage), HTTP_PORT=str(port), METRICS_PORT="", HTTP_HOST="127.0.0.1")
    try:
        eventually(lambda: process.poll() is not None or answers(port), 60, what="the container answers")
        assert process.poll() is None, (image.root / "data" / "log").read_text(encoding="utf-8")
        yield image, process, port
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def test_it_serves_is_healthy_writes_to_its_volume_only_and_stops_when_asked(
    container: tuple[Image, subprocess.Popen[bytes], int],
) -> None:
    image, process, port = container

    services = ask(port, "GET", "/services")
    accepted = ask(port, "POST", "/services/cra/generate", {"content": "Ann : Good morning.", "flavor": "mixtral"})
    healthy = image.popen(health_check(image.stage), HTTP_PORT=str(port), HTTP_HOST="127.0.0.1").wait(60)
    docs = ask(port, "GET", "/apispec.json")
    process.terminate()
    status = process.wait(60)

    assert services.status == 200
    assert {each["name"] for each in services.body} >= {"cra", "minutes-en"}
    assert accepted.status == 200
    assert docs.body["paths"]
    assert healthy == 0
    assert status == 0
    assert (image.root / "data" / "results.sqlite").exists()
    built = newest(image)
    assert not [path for part in ("opt", "usr") for path in (image.root / part).rglob("*") if path.stat().st_mtime > built]


def newest(image: Image) -> float:
    """When the build was over: the last thing that it wrote are the compiled modules."""
    return max(path.stat().st_mtime for path in (image.root / "usr").rglob("*.pyc")) + 0.001


def test_a_health_check_fails_where_nobody_answers(image: Image) -> None:
    process = image.popen(health_check(image.stage), HTTP_PORT=str(free_port()), HTTP_HOST="127.0.0.1")

    assert process.wait(60) == 1


def test_no_compiler_is_installed_by_the_image() -> None:
    lines = [line for stage in stages(ROOT / "Dockerfile") for line in stage.all("RUN")]

    assert not [line for line in lines if "apt-get" in line or "build-essential" in line]


def test_the_image_does_not_run_as_root() -> None:
    final = stages(ROOT / "Dockerfile")[-1]

    assert final.last("USER") == "${UID}:${GID}"
    assert {"UID=10001", "GID=10001"} <= set(final.all("ARG"))
    assert final.environment()["PYTHONUNBUFFERED"] == "1"
