"""Trains a character RNN on a text file: small, plain, seconds to minutes on a CPU."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.rnn.recipe import Recipe
from app.engines.rnn.tokenizing import Bytes, Characters, Pairs, Tokenizer
from app.errors import EngineError

log = logging.getLogger(__name__)

REQUIREMENTS = "requirements-rnn.txt"
CLIP = 1.0  # a recurrent network's gradient explodes now and then


def unheard(_step: int, _loss: float) -> None:
    """Ignores progress."""


def train(corpus: Path, out: Path, recipe: Recipe, progress: Callable[[int, float], None] = unheard) -> float:
    """Writes the checkpoint *out* (`.pt`, or `.safetensors`) trained on *corpus*; the mean loss of the last steps, in nats a
    token. Raises EngineError."""
    torch = _torch()
    text = _text(corpus)
    tokenizer = _tokenizer(text, recipe)
    tokens = np.asarray(tokenizer.encode(text), dtype=np.int64)
    if len(tokens) <= recipe.length + 1:
        raise EngineError(f"{corpus} holds {len(tokens)} tokens; training needs more than {recipe.length + 1}")
    size = 256 if isinstance(tokenizer, Bytes) else int(tokens.max()) + 1 if recipe.tokenizer == "char" else _size(tokenizer)
    from app.engines.rnn.charrnn import CharRNN

    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.random_seed)
    model = CharRNN(size, recipe.embedding, recipe.hidden, recipe.layers, recipe.cell)
    began = time.monotonic()
    loss = _fit(torch, model, tokens, recipe, progress)
    log.info("%d steps in %.0f s, loss %.3f", recipe.steps, time.monotonic() - began, loss)
    config = {**asdict(recipe), "vocab_size": size}
    _save(torch, out, {"config": config, "state_dict": model.state_dict(), "tokenizer": tokenizer.record()})
    return loss


def _torch() -> Any:
    try:
        import torch
    except ImportError as exc:
        raise EngineError(f"training needs PyTorch: pip install -r {REQUIREMENTS}") from exc
    return torch


def _text(corpus: Path) -> str:
    try:
        return corpus.read_text(encoding="utf-8")
    except OSError as exc:
        raise EngineError(f"{corpus} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise EngineError(f"{corpus} is not UTF-8: byte {exc.start} cannot be read") from exc


def _tokenizer(text: str, recipe: Recipe) -> Tokenizer:
    match recipe.tokenizer:
        case "byte":
            return Bytes()
        case "char":
            return Characters.of(text)
        case "bpe":
            return Pairs.of(text.splitlines(keepends=True), recipe.vocabulary)


def _size(tokenizer: Tokenizer) -> int:
    """The tokens that a BPE came to, which may be fewer than were asked for."""
    record = json.loads(tokenizer.record()["json"])
    return len(record["model"]["vocab"])


def _fit(torch: Any, model: Any, tokens: Any, recipe: Recipe, progress: Callable[[int, float], None]) -> float:
    """Steps over random windows of *tokens*; the mean loss of the last tenth."""
    chance = np.random.default_rng(recipe.random_seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, recipe.steps))
    losses: list[float] = []
    for step in range(recipe.steps):
        given, wanted = _windows(tokens, recipe, chance)
        logits, _ = model(torch.from_numpy(given))
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), torch.from_numpy(wanted).flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        progress(step + 1, losses[-1])
    return _mean(losses[-max(1, recipe.steps // 10) :])


def _pace(step: int, steps: int) -> float:
    """The share of the full rate at *step*: up in the first tenth, then down as a cosine."""
    return min(1.0, 10 * (step + 1) / steps, 0.5 + 0.5 * math.cos(math.pi * step / steps) + 0.01)


def _mean(losses: Sequence[float]) -> float:
    return sum(losses) / len(losses)


def _windows(tokens: Any, recipe: Recipe, chance: np.random.Generator) -> tuple[Any, Any]:
    """A batch of random windows, and the same one token later."""
    starts = chance.integers(0, len(tokens) - recipe.length, recipe.batch)
    at = starts[:, None] + np.arange(recipe.length)
    return tokens[at], tokens[at + 1]


def _save(torch: Any, out: Path, checkpoint: dict[str, Any]) -> None:
    draft = out.with_name(f"{out.name}.draft")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix == ".safetensors":
            from safetensors.torch import save_file

            metadata = {name: json.dumps(checkpoint[name], ensure_ascii=False) for name in ("config", "tokenizer")}
            save_file(checkpoint["state_dict"], draft, metadata)
        else:
            torch.save(checkpoint, draft)
        draft.replace(out)
    except OSError as exc:
        raise EngineError(f"{out} cannot be written: {exc.strerror or exc}") from exc
