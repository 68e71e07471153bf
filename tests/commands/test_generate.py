"""`generate` writes as many characters as it is told, the same for the same number, and says what is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from tests.engines.rnn.make_reference import REFERENCE

LSTM = str(REFERENCE / "lstm-byte.pt")


def written(capsys: pytest.CaptureFixture[str], *arguments: str, **environment: str) -> str:
    assert main(["generate", *arguments], environment) == 0
    return capsys.readouterr().out


def test_it_writes_so_many_characters_and_a_line_end(capsys: pytest.CaptureFixture[str]) -> None:
    said = written(capsys, "--ckpt", LSTM, "--seed", "Bon", "--chars", "50", "--temp", "0.8", "--top-k", "20", "--top-p", "0.9")

    assert (len(said), said[-1]) == (51, "\n")


def test_200_characters_where_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(written(capsys, "--ckpt", LSTM)) == 201


def test_the_checkpoint_is_that_of_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(written(capsys, "--chars", "5", CKPT_PATH=LSTM)) == 6


def test_the_same_random_seed_writes_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [written(capsys, "--ckpt", LSTM, "--random-seed", seed) for seed in ("4", "4", "5")]

    assert texts[0] == texts[1] != texts[2]


def test_a_missing_checkpoint_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "--ckpt", "/nowhere/rnn.pt"], {}) == 1
    assert "/nowhere/rnn.pt cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--chars", "-1"],
        ["--temp", "-0.1"],
        ["--temp", "nan"],
        ["--top-k", "x"],
        ["--top-p", "0"],
        ["--top-p", "1.5"],
        ["--nope"],
    ],
    ids=" ".join,
)
def test_a_bad_argument_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["generate", "--ckpt", LSTM, *arguments], {})

    assert refused.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_a_reader_that_has_read_enough_ends_it_quietly() -> None:
    command = [sys.executable, "-m", "app", "generate", "--ckpt", LSTM, "--chars", "1000000"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(20)

        process.stdout.close()

        assert process.wait(60) == 0
        assert process.stderr.read() == b""
