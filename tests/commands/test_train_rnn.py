"""`train-rnn` makes a checkpoint that `generate` writes with."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import main


def test_a_checkpoint_is_trained_and_written_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed (requirements-rnn.txt): 754 MB")
    (tmp_path / "corpus.txt").write_text("la pluie tombe. " * 100, encoding="utf-8")
    out = str(tmp_path / "made" / "rnn.pt")
    size = ["--hidden", "16", "--embedding", "4", "--steps", "60", "--batch", "4", "--length", "24"]

    assert main(["train-rnn", str(tmp_path / "corpus.txt"), "--out", out, *size], {}) == 0
    assert main(["generate", "--chars", "10"], {"CKPT_PATH": out}) == 0

    said = capsys.readouterr()
    assert said.out.startswith(f"{out}: loss ")
    assert "step 60 of 60: loss " in said.err


@pytest.mark.parametrize("arguments", [[], ["c.txt", "--cell", "rnn"], ["c.txt", "--steps", "0"]], ids=str)
def test_a_bad_argument_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train-rnn", *arguments], {})

    assert "`python3 -m app train-rnn --help` shows the arguments" in capsys.readouterr().err
