"""`run` without a gateway: it starts one for itself with the embedded model, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import ROOT, House, eventually, free_port, marked
from tests.fixtures.embedded import tiny_model

__all__ = ["tiny_model"]

pytestmark = [pytest.mark.acceptance, pytest.mark.model]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    made = tmp_path / "temporary"
    made.mkdir()
    return made


@pytest.fixture
def environment(house: House, tiny_model: Path, temporary: Path) -> dict[str, str]:
    return house.environment(
        LOCAL_MODEL=str(tiny_model),
        HTTP_PORT=str(free_port()),
        TMPDIR=str(temporary),
        SERVICES_PATH=str(ROOT / "services"),
        LOCAL_MAX_MODEL_LEN="4096",
    )


@pytest.fixture
def short(tmp_path: Path) -> Path:
    meeting = (ROOT / "examples" / "meeting-en.txt").read_text(encoding="utf-8").splitlines()
    made = tmp_path / "meeting.txt"
    made.write_text("\n".join(meeting[:4]), encoding="utf-8")
    return made


def start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", "run", *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_meeting_becomes_a_file_without_a_gateway(
    environment: dict[str, str], house: House, short: Path, temporary: Path
) -> None:
    out = short.with_suffix(".docx")
    left = temporary / "llm-gateway-run-left"  # by a run that was killed
    left.mkdir()
    (left / "owner").write_text(str(2**22 + 1), encoding="ascii")  # no process has such a number

    with start(environment, "minutes-en", str(short), "-o", str(out)) as process:
        printed, told = process.communicate(timeout=200)

    assert (process.returncode, printed) == (0, ""), told
    assert "this run starts its own" in told
    assert ": complete" in told
    assert out.read_bytes().startswith(b"PK")
    assert list(temporary.iterdir()) == []
    assert marked(house.mark) == set()


def lines_until(lines: Iterator[str], words: str) -> None:
    """Reads until a line holds *words*."""
    assert any(words in line for line in lines), f"nothing said {words!r}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_however_the_run_ends_its_gateway_ends(
    environment: dict[str, str], house: House, short: Path, temporary: Path, number: signal.Signals
) -> None:
    with start(environment, "cra", str(short)) as process:
        assert process.stderr is not None
        lines_until(process.stderr, "processing")

        os.kill(process.pid, number)

        process.communicate(timeout=60)
    assert process.returncode == (-number if number == signal.SIGKILL else 128 + number)
    eventually(lambda: not marked(house.mark), what="all processes of the run have ended")
    if number != signal.SIGKILL:
        assert list(temporary.iterdir()) == []
