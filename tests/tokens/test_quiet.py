"""Loading a tokenizer needs no torch and no network, costs nothing before it is wanted, and says nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOAD = """
import socket, sys

def refuse(*_args, **_kwargs):
    raise AssertionError("somebody wants the network")

socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import app.tokens
assert not {"transformers", "tokenizers", "sentencepiece", "mistral_common"} & set(sys.modules), "loaded at import"
from app.tokens import Spec, Tokenizers
assert Tokenizers().of(Spec(None, "LlamaTokenizer", "mixtral")).count(["the meeting"]) == [2]
assert Tokenizers().of(Spec(sys.argv[1], None, "any")).measure([{"role": "user", "content": "hello"}]) > 5
assert "torch" not in sys.modules
"""


def test_tokenizers_load_late_silently_and_without_the_network(trained: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOAD, str(trained)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
