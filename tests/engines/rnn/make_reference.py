"""Makes the checkpoints in reference/ and what PyTorch says of them: `python -m tests.engines.rnn.make_reference`.

They are kept, so that the tests need no PyTorch (754 MB)."""

from __future__ import annotations

import json
from pathlib import Path

REFERENCE = Path(__file__).parent / "reference"
CORPUS = Path(__file__).parents[3] / "examples" / "reunion-fr.txt"
TOKENS = [1, 5, 9, 33, 2, 7]  # any will do


def main() -> None:
    import torch

    from app.engines.rnn.charrnn import CharRNN, logits_after
    from app.engines.rnn.recipe import Recipe
    from app.engines.rnn.training import train

    recipes = {
        "lstm-byte.pt": Recipe(cell="lstm", tokenizer="byte"),
        "gru-char.pt": Recipe(cell="gru", tokenizer="char", layers=2),
        "lstm-bpe.safetensors": Recipe(cell="lstm", tokenizer="bpe", vocabulary=300),
    }
    said = {}
    for name, recipe in recipes.items():
        small = Recipe(**{**recipe.__dict__, "hidden": 16, "embedding": 6, "steps": 150, "batch": 8, "length": 32})
        path = REFERENCE / name
        train(CORPUS, path, small)
        if path.suffix == ".pt":
            saved = torch.load(path, weights_only=True)
            weights, size = saved["state_dict"], saved["config"]["vocab_size"]
        else:
            from safetensors.torch import load_file

            weights = load_file(path)
            size = len(weights["linear.bias"])
        model = CharRNN(size, small.embedding, small.hidden, small.layers, small.cell)
        model.load_state_dict(weights)
        said[name] = [round(float(each), 6) for each in logits_after(model, TOKENS)[:40]]
    (REFERENCE / "logits.json").write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    main()
