"""Real tokenizers, loaded once, and the transcripts they are checked on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tokenizers import Tokenizer as FastTokenizer
from tokenizers import decoders, models, pre_tokenizers, trainers

from app.tokens import Spec, Tokenizer, Tokenizers

TRANSCRIPTS = Path(__file__).parents[2].parent / "shared" / "data" / "transcripts"
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

# Text that merges with its neighbours, that no vocabulary has, or that looks like a tokenizer's own markers.
AWKWARD = (
    "",
    " ",
    "\n",
    "\n\n\n",
    " x",
    "x ",
    "  two  spaces   three ",
    "    def f():\n\treturn  {}",
    "{vocalsound} {0} {{ x }} {% y %}",
    "<s>[INST] hi [/INST]</s><unk><0x0A>",
    "▁a▁b ▁",
    "سلام، جلسه امروز درباره بودجه است.",
    "大家好，今天我们讨论预算。",
    "👍🏽👩‍👩‍👧‍👦🇫🇷 ok",
    "3,14 % de 12 345 €",
    "\u2028\x0b\xa0 non-breaking",
    "x" * 500,
)


@pytest.fixture(scope="session")
def transcripts() -> list[str]:
    """The lines of the eight transcripts."""
    if not TRANSCRIPTS.is_dir():
        pytest.skip("the shared transcripts are not beside this checkout")
    return [line for path in sorted(TRANSCRIPTS.glob("*.txt")) for line in path.read_text("utf-8").split("\n") if line.strip()]


@pytest.fixture(scope="session")
def whole_transcripts() -> list[str]:
    if not TRANSCRIPTS.is_dir():
        pytest.skip("the shared transcripts are not beside this checkout")
    return [path.read_text("utf-8") for path in sorted(TRANSCRIPTS.glob("*.txt"))]


@pytest.fixture(scope="session")
def tokenizers() -> Tokenizers:
    return Tokenizers()


@pytest.fixture(scope="session")
def carried(tokenizers: Tokenizers) -> Callable[[str], Tokenizer]:
    """A tokenizer that an installed package carries, by the name it has in `KNOWN`."""
    return lambda name: tokenizers.of(Spec(None, None, "any"), source=f"package:{name}")


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small Hugging Face tokenizer of our own making, and a ChatML template."""
    folder = tmp_path_factory.mktemp("trained")
    fast = FastTokenizer(models.BPE())
    fast.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    fast.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    fast.train_from_iterator(["the meeting is open and the budget is the first point of the meeting"] * 20, trainer)
    fast.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": CHATML, "eos_token": "<|im_end|>"}), "utf-8")
    return folder
